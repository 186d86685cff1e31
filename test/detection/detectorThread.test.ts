import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { GRAMMAR_FILES } from "../../src/detection/grammars.ts";
import { fileUri } from "../../src/detection/uriPath.ts";
import { DetectorThread } from "../../src/extension/index/detectorThread.ts";
import { quickestMs } from "../ownTime.ts";
import { DetectorRun } from "./detectorRun.ts";
import { writeSyntheticWorkspace } from "./syntheticWorkspace.ts";

const scratch: string[] = [];
afterEach(() => {
  for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("the detector's thread", () => {
  test("has its grammars beside it", () => {
    expect(readdirSync(new URL("../../dist/grammars", import.meta.url)).sort()).toEqual([...GRAMMAR_FILES].sort());
  });

  test("finds every definition of a workspace in no time, and without keeping others from their work", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "optimas-thread-")));
    scratch.push(folder);
    const { definitions } = writeSyntheticWorkspace(folder, 1_000);
    const run = new DetectorRun();
    await run.search(fileUri(folder));
    expect(run.failures).toEqual([]);
    expect(run.definitions).toHaveLength(definitions);
    expect(run.reports).toBeLessThan(10);
    expect(await quickestMs(1_500, async () => (await run.search(fileUri(folder))).ms)).toBeLessThan(1_500);
    expect(await quickestMs(50, async () => (await run.search(fileUri(folder))).longestTaskMs)).toBeLessThan(50);
    await run.thread.stop();
  });

  test("that cannot start says so, and keeps nobody waiting", async () => {
    const reasons: string[] = [];
    const thread = new DetectorThread({
      entry: fileURLToPath(new URL("../../dist/detector.cjs", import.meta.url)),
      settings: { grammars: "/nowhere", ignoreCase: false },
      answerTo: () => Promise.reject(new Error("nothing is asked")),
      onFound: () => undefined,
      onNews: () => undefined,
      onEnd: (reason) => reasons.push(reason),
    });
    await thread.request({ type: "search", folders: [], anew: false });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/nowhere/);
    await thread.request({ type: "search", folders: [], anew: false });
    expect(reasons).toHaveLength(1);
  });
});
