import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import type { RunFolder } from "../../src/run/runFolder.ts";
import { readRunInfo } from "../../src/run/runInfo.ts";
import { createRun } from "../../src/run/runOpening.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import {
  candidateSet,
  evaluated,
  progress,
  runStarted,
  sampleInfo,
  startRun,
  tickingClock,
  warning,
} from "./sampleRun.ts";
import { interruptedRun, types } from "./stoppedRun.ts";

describe("a new run", () => {
  test("keeps in run.json what was run", () => {
    const run = startRun(scratchFolder());
    expect(readRunInfo(run.folder)).toEqual({
      ...sampleInfo,
      format: 1,
      runId: "20261121-150307-hotpotqa-k3f9",
      node: process.version,
      startedAt: 1000,
    });
    run.close();
  });

  test("keeps .optimas out of Git, and touches no other folder of the user's", () => {
    const workspace = scratchFolder();
    startRun(join(workspace, ".optimas", "runs")).close();
    startRun(join(workspace, "mine", "runs")).close();
    expect(readFileSync(join(workspace, ".optimas", ".gitignore"), "utf8")).toBe("*\n");
    expect(readdirSync(join(workspace, "mine"))).toEqual(["runs"]);
  });

  test("leaves a .gitignore that is there as it is", () => {
    const workspace = scratchFolder({ ".optimas/.gitignore": "cache/\n" });
    startRun(join(workspace, ".optimas", "runs")).close();
    expect(readFileSync(join(workspace, ".optimas", ".gitignore"), "utf8")).toBe("cache/\n");
  });

  test("never lands in the folder of another", () => {
    const out = scratchFolder();
    startRun(out).close();
    expect(() => startRun(out)).toThrow(/^There is a run at .*k3f9 already\. /);
  });
});

describe("recording", () => {
  test("numbers and times events and logs all but progress, which has the number of the next event", () => {
    const run = startRun(scratchFolder());
    const heard: RunEvent[] = [];
    run.onEvent((event) => heard.push(event));
    run.record(runStarted, 0);
    run.record(progress, 0.5);
    run.record(warning("w"), 1);
    expect(heard.map(({ type, seq, at, systemRuns }) => [type, seq, at, systemRuns])).toEqual([
      ["run.started", 0, 1001, 0],
      ["progress", 1, 1002, 0.5],
      ["warning", 1, 1003, 1],
    ]);
    expect([...run.events()]).toEqual(heard.filter(({ type }) => type !== "progress"));
    run.close();
  });

  test("a listener that throws hurts neither the run nor other listeners, and is warned of once", () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    const run = startRun(scratchFolder());
    let heard = 0;
    run.onEvent(() => {
      throw new Error("broken view");
    });
    const stop = run.onEvent(() => heard++);
    run.record(warning("a"), 0);
    run.record(warning("b"), 0);
    stop();
    run.record(warning("c"), 0);
    expect([heard, types(run), warn.mock.calls.length]).toEqual([2, ["a", "b", "c"], 1]);
    expect(String(warn.mock.calls[0]?.[0])).toContain("broken view");
    run.close();
  });

  test("an event that could not be read back uses up no number", () => {
    const run = startRun(scratchFolder());
    expect(() => run.record(evaluated("incumbent", Number.NaN), 0)).toThrow(
      /^event 0 \(evaluation\) is not as declared/,
    );
    run.record(warning("a"), 0);
    expect([...run.events()]).toHaveLength(1);
    run.close();
  });

  test("a closed run records nothing", () => {
    const run = startRun(scratchFolder());
    run.close();
    run.close();
    expect(() => run.record(warning("a"), 0)).toThrow("the file is closed");
  });
});

describe("checkpoints", () => {
  test("whoever hears of a checkpoint finds its state on disk", () => {
    const run = startRun(scratchFolder());
    const seen: unknown[] = [];
    run.onEvent(({ type }) => {
      if (type === "checkpoint") seen.push(JSON.parse(readFileSync(join(run.folder, "state.json"), "utf8")));
    });
    run.record(runStarted, 0);
    run.keepCandidates([candidateSet("a")]);
    run.checkpoint({ step: 1 }, 0, 3);
    expect(seen).toEqual([
      { format: 1, runId: run.runId, checkpoint: 1, candidates: 1, rewards: null, state: { step: 1 } },
    ]);
    expect(readdirSync(run.folder).sort()).toEqual([
      "candidates.jsonl",
      "events.jsonl",
      "rewards",
      "run.json",
      "run.lock",
      "run.pause",
      "state.json",
    ]);
    run.close();
  });

  test("keep the newest weights only, and those of before where there are no new ones", () => {
    const run = startRun(scratchFolder());
    const kept = (): string[] =>
      readdirSync(join(run.folder, "rewards")).map((name) => readFileSync(join(run.folder, "rewards", name), "utf8"));
    run.checkpoint(0, 0, 0);
    expect(kept()).toEqual([]);
    expect(run.rewardsFile()).toBe(run.rewardsFile());
    writeFileSync(run.rewardsFile(), "w1");
    run.record(warning("between asking and checkpoint"), 0);
    run.checkpoint(1, 1, 0);
    expect(kept()).toEqual(["w1"]);
    run.rewardsFile();
    run.checkpoint(2, 2, 0);
    expect(kept()).toEqual(["w1"]);
    writeFileSync(run.rewardsFile(), "w2");
    expect(kept().sort()).toEqual(["w1", "w2"]);
    run.checkpoint(3, 3, 0);
    expect(kept()).toEqual(["w2"]);
    run.close();
  });
});

describe("a disk that refuses", () => {
  test("a state that cannot be written leaves the checkpoint before in force, until it can", () => {
    const { folder, reopen } = interruptedRun();
    const run = reopen();
    run.resume();
    symlinkSync("/dev/full", join(folder, "state.json.new"));
    run.checkpoint({ step: 2 }, 1, 20);
    expect(JSON.parse(readFileSync(join(folder, "state.json"), "utf8"))).toMatchObject({ state: { step: 1 } });
    run.close();
    expect(reopen().resume().state).toEqual({ step: 2 });
  });

  test("the command to go on is short where runs land by default", () => {
    const run = startRun(join(scratchFolder(), ".optimas", "runs"));
    expect(run.resumeCommand).toBe(`optimas resume ${run.runId}`);
    run.close();
  });

  test.each<[string, () => string, RegExp]>([
    [
      "a folder under a file",
      () => join(scratchFolder({ file: "" }), "file", "runs"),
      /^Cannot create the run's folder .*: a part of the path is a file, not a folder\. Choose another folder, then try again$/,
    ],
    [
      "a folder that takes no files",
      () => "/proc/optimas-runs",
      /^Cannot create the run's folder \/proc\/optimas-runs\/.*: (it, or a folder above it, does not exist|.*denied|.*not permitted)\. /,
    ],
  ])("%s is told in one sentence", (_, out, message) => {
    const create = (): RunFolder => createRun({ out: out(), runId: "r", info: sampleInfo, clock: tickingClock() });
    expect(create).toThrow(UserError);
    expect(create).toThrow(message);
  });
});
