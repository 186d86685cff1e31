import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { unfinishedRun } from "../../src/extension/notebook/unfinishedRun.ts";
import type { RunOutput } from "../../src/run/runOutput.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { runStarted, startRun, summary } from "../run/sampleRun.ts";

const running: RunOutput["status"] = { state: "running", phase: "iterating", progress: null };
const shownIteration = { iteration: 2, of: 10, component: "writer" };

/** A run that recorded four iterations, and what a cell shows of it. */
function startedRun() {
  const base = scratchFolder();
  const run = startRun(join(base, "runs"));
  run.record(runStarted, 0);
  for (let iteration = 1; iteration <= 4; iteration++) {
    run.record({ type: "iteration", iteration, of: 12, component: "writer", probability: 1 }, iteration);
  }
  const pointer = { folder: `runs/${run.runId}`, status: running, iteration: shownIteration };
  return { base, run, pointer };
}

describe("a run that a saved output points to", () => {
  test("is unfinished after its process is gone, and stands where its own log says", async () => {
    const { base, run, pointer } = startedRun();
    run.close();
    expect(await unfinishedRun(pointer, base)).toEqual({ folder: run.folder, iteration: 4, of: 12 });
  });

  test("is not, while somebody works on it", async () => {
    const { base, run, pointer } = startedRun();
    expect(await unfinishedRun(pointer, base)).toBeUndefined();
    run.close();
  });

  test("is not, when it came to its end after the notebook was saved", async () => {
    const { base, run, pointer } = startedRun();
    run.record(summary, 480);
    run.close();
    expect(await unfinishedRun(pointer, base)).toBeUndefined();
  });

  test("is not, when it waited for its next step", async () => {
    const { base, run, pointer } = startedRun();
    run.close();
    expect(await unfinishedRun({ ...pointer, status: { state: "idle" } }, base)).toBeUndefined();
  });

  test("is not, when its folder is gone or was never told", async () => {
    const { base, run, pointer } = startedRun();
    run.close();
    expect(await unfinishedRun({ ...pointer, folder: null }, base)).toBeUndefined();
    rmSync(run.folder, { recursive: true });
    expect(await unfinishedRun(pointer, base)).toBeUndefined();
  });
});
