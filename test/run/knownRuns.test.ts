import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { KnownRuns } from "../../src/run/knownRuns.ts";
import { PauseFile } from "../../src/run/pauseFile.ts";
import { openRun } from "../../src/run/runOpening.ts";
import type { RunPause } from "../../src/run/runPause.ts";
import { type FoundRun, isAtWork, knownStatus, lastAt, validationOf } from "../../src/run/views/knownRun.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { evaluated, runStarted, startRun, summary, tickingClock, warning } from "./sampleRun.ts";

const [OLD, NEW] = ["20261121-150307-hotpotqa-k3f9", "20261122-080000-hotpotqa-a0a0"];

const told = (runs: readonly FoundRun[]) =>
  runs.map((run) => [run.id, run.kind === "run" ? knownStatus(run) : run.problem]);

describe("the runs that are kept in mind", () => {
  test("come newest first, with what is known of each", async () => {
    const out = scratchFolder();
    const finished = startRun(out, OLD);
    finished.record(runStarted, 0);
    finished.record(evaluated("unoptimized", 0.25), 2);
    finished.record(summary, 480);
    finished.close();
    const live = startRun(out, NEW);
    live.record(runStarted, 0);
    const runs = new KnownRuns(() => undefined);
    await runs.look([out, join(out, "missing")]);
    live.close();
    expect(told(runs.runs)).toEqual([
      [NEW, "running"],
      [OLD, "finished"],
    ]);
    expect(runs.runs.map((run) => run.kind === "run" && isAtWork(run))).toEqual([true, false]);
    const run = runs.of(join(out, OLD));
    if (run?.kind !== "run") throw new Error("not readable");
    expect(validationOf(run.outline)).toEqual({ before: 0.3, after: 0.5 });
    expect(lastAt(run)).toBe(run.outline.lastAt);
  });

  test("say that a full disk holds a run up as long as its process does, and not when it is gone", async () => {
    const out = scratchFolder();
    const run = startRun(out, OLD);
    const full: RunPause = { code: "ENOSPC", folder: out, since: 1, held: { bytes: 9, answers: 1 }, free: null };
    const said = new PauseFile(run.folder);
    let changes = 0;
    const runs = new KnownRuns(() => changes++);
    const pause = async () => {
      await runs.update([run.folder]);
      const found = runs.of(run.folder);
      return found?.kind === "run" ? found.pause : undefined;
    };
    expect([await pause(), changes]).toEqual([undefined, 1]);
    said.say(full);
    expect([await pause(), changes]).toEqual([full, 2]);
    const more = { ...full, held: { bytes: 20, answers: 2 } };
    said.say(more);
    expect([await pause(), changes]).toEqual([more, 3]);
    expect([await pause(), changes]).toEqual([more, 3]);
    said.say(undefined);
    expect([await pause(), changes]).toEqual([undefined, 4]);
    said.say(full);
    rmSync(join(run.folder, "run.lock"));
    expect(await pause()).toBeUndefined();
    run.close();
  });

  test("follow a run that goes on, and tell only of what changed", async () => {
    const out = scratchFolder();
    const run = startRun(out, OLD);
    let changes = 0;
    const runs = new KnownRuns(() => changes++);
    await runs.look([out]);
    expect([changes, told(runs.runs)]).toEqual([1, [[OLD, "running"]]]);
    run.record(runStarted, 0);
    run.record(evaluated("unoptimized", 0.25), 2);
    await runs.update([run.folder]);
    await runs.update([run.folder]);
    const [following] = runs.runs;
    expect(changes).toBe(2);
    expect(following?.kind === "run" && validationOf(following.outline)).toEqual({ before: 0.25, after: 0.25 });
    run.close();
    await runs.update([run.folder]);
    expect([changes, told(runs.runs)]).toEqual([3, [[OLD, "interrupted"]]]);
    const again = openRun(run.folder, tickingClock());
    again.resume();
    again.record(summary, 9);
    await runs.update([run.folder]);
    const [held] = runs.runs;
    // Its process has it still.
    expect(held?.kind === "run" && [held.live, isAtWork(held)]).toEqual([true, false]);
    expect(told(runs.runs)).toEqual([[OLD, "finished"]]);
    again.close();
    await runs.update([run.folder]);
    expect(told(runs.runs)).toEqual([[OLD, "finished"]]);
  });

  test("hold what was told before, whatever comes after", async () => {
    const out = scratchFolder();
    const run = startRun(out, OLD);
    run.record(runStarted, 0);
    const runs = new KnownRuns(() => undefined);
    await runs.look([out]);
    const [before] = runs.runs;
    run.record(summary, 9);
    run.close();
    await runs.update([run.folder]);
    expect(before?.kind === "run" && before.outline.summary).toBeNull();
  });

  test("name folders that cannot be read, until they can", async () => {
    const out = scratchFolder();
    const run = startRun(out, OLD);
    run.record(warning("x"), 0);
    run.close();
    const damaged = join(run.folder, "events.jsonl");
    writeFileSync(damaged, "no event\n");
    mkdirSync(join(out, NEW));
    const runs = new KnownRuns(() => undefined);
    await runs.look([out]);
    expect(told(runs.runs)).toEqual([
      [NEW, expect.stringContaining("run.json")],
      [OLD, expect.stringContaining("line 1: not valid JSON")],
    ]);
    writeFileSync(damaged, "");
    await runs.update([run.folder]);
    expect(told(runs.runs)).toContainEqual([OLD, "interrupted"]);
  });

  test("can be glanced at: what is new, at work, or gone, and nothing else", async () => {
    const out = scratchFolder();
    const done = startRun(out, OLD);
    done.close();
    const runs = new KnownRuns(() => undefined);
    await runs.look([out]);
    writeFileSync(join(done.folder, "events.jsonl"), "not looked at\n");
    const live = startRun(out, NEW);
    await runs.glance([out]);
    expect(told(runs.runs)).toEqual([
      [NEW, "running"],
      [OLD, "interrupted"],
    ]);
    live.close();
    rmSync(done.folder, { recursive: true });
    await runs.glance([out]);
    expect(told(runs.runs)).toEqual([[NEW, "interrupted"]]);
  });

  test("forget runs that are gone", async () => {
    const out = scratchFolder();
    startRun(out, OLD).close();
    startRun(out, NEW).close();
    const runs = new KnownRuns(() => undefined);
    await runs.look([out]);
    rmSync(join(out, OLD), { recursive: true });
    await runs.update([join(out, OLD)]);
    expect(told(runs.runs)).toEqual([[NEW, "interrupted"]]);
    await runs.look([]);
    expect(runs.runs).toEqual([]);
  });
});
