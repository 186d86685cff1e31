import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import { createRun, eventsFile, openRun, type RunFolder } from "../../src/run/runFolder.ts";
import { readRunInfo } from "../../src/run/runInfo.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import {
  candidateSet,
  evaluated,
  progress,
  runStarted,
  sampleInfo,
  startRun,
  summary,
  tickingClock,
  warning,
} from "./sampleRun.ts";

function types(run: RunFolder): string[] {
  return [...run.events()].map((event) => (event.type === "warning" ? event.message : event.type));
}

function lines(run: RunFolder, file: string): number {
  return readFileSync(join(run.folder, file), "utf8").split("\n").length - 1;
}

/** A run with one checkpoint (state 1, sets a and b, weights w1) and traces of what came after it; closed. */
function interruptedRun(): { folder: string; reopen: () => RunFolder } {
  const run = startRun(scratchFolder());
  run.record(runStarted, 0);
  run.keepCandidates([candidateSet("a"), candidateSet("b")]);
  writeFileSync(run.rewardsFile(), "w1");
  run.checkpoint({ step: 1 }, 0, 12.5);
  run.record(warning("lost"), 14);
  run.keepCandidates([candidateSet("lost")]);
  writeFileSync(run.rewardsFile(), "w2, half-writ");
  run.close();
  return {
    folder: run.folder,
    reopen: () => {
      const opened = openRun(run.folder, tickingClock(5000));
      onTestFinished(() => opened.close());
      return opened;
    },
  };
}

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

describe("resuming", () => {
  test("goes on from the last checkpoint and drops what came after it", () => {
    const { reopen } = interruptedRun();
    const run = reopen();
    const point = run.resume();
    expect(point.state).toEqual({ step: 1 });
    expect(point.candidates).toEqual([candidateSet("a"), candidateSet("b")]);
    expect(readFileSync(point.rewardsFile ?? "", "utf8")).toBe("w1");
    expect(readdirSync(join(run.folder, "rewards"))).toHaveLength(1);
    expect([...run.events()].at(-1)).toEqual({
      type: "run.resumed",
      checkpoint: 1,
      seq: 3,
      at: 5001,
      systemRuns: 12.5,
    });
    run.keepCandidates([candidateSet("c")]);
    run.checkpoint({ step: 2 }, 1, 20);
    run.close();
    const again = reopen();
    expect(again.resume()).toMatchObject({
      state: { step: 2 },
      candidates: [candidateSet("a"), candidateSet("b"), candidateSet("c")],
    });
    expect(types(again)).toEqual(["run.started", "checkpoint", "lost", "run.resumed", "checkpoint", "run.resumed"]);
  });

  test("new weights never take the name of those in force", () => {
    const { reopen } = interruptedRun();
    const run = reopen();
    const { rewardsFile } = run.resume();
    expect(existsSync(run.rewardsFile())).toBe(false);
    expect(run.rewardsFile()).not.toBe(rewardsFile);
  });

  test("without a checkpoint starts from the beginning", () => {
    const first = startRun(scratchFolder());
    first.record(runStarted, 0);
    first.keepCandidates([candidateSet("a")]);
    first.close();
    const run = openRun(first.folder, tickingClock());
    expect(run.resume()).toEqual({ state: undefined, candidates: [], rewardsFile: undefined });
    expect([...run.events()].at(-1)).toMatchObject({ type: "run.resumed", checkpoint: 0, systemRuns: 0 });
    expect(lines(run, "candidates.jsonl")).toBe(0);
    run.close();
  });

  test("of a run that was killed before its first event records nothing", () => {
    const first = startRun(scratchFolder());
    first.close();
    rmSync(eventsFile(first.folder));
    const run = openRun(first.folder, tickingClock());
    expect(run.resume().state).toBeUndefined();
    expect(types(run)).toEqual([]);
    run.close();
  });

  test("cuts off a torn line, so that the next event has a line of its own", () => {
    const { folder, reopen } = interruptedRun();
    appendFileSync(eventsFile(folder), '{"seq":3,"at"');
    appendFileSync(join(folder, "candidates.jsonl"), '{"compo');
    const run = reopen();
    run.resume();
    run.record(warning("next"), 13);
    expect(types(run)).toEqual(["run.started", "checkpoint", "lost", "run.resumed", "next"]);
    expect(lines(run, "candidates.jsonl")).toBe(2);
  });

  test("a checkpoint whose state was not put in place does not count", () => {
    const { folder, reopen } = interruptedRun();
    const state = readFileSync(join(folder, "state.json"));
    const second = reopen();
    second.resume();
    second.checkpoint({ step: 2 }, 1, 15);
    second.close();
    writeFileSync(join(folder, "state.json"), state);
    writeFileSync(join(folder, "state.json.new"), "half a sta");
    const run = reopen();
    expect(run.resume().state).toEqual({ step: 1 });
    expect([...run.events()].at(-1)).toMatchObject({ checkpoint: 1 });
    run.checkpoint({ step: 3 }, 1, 15);
    expect(existsSync(join(folder, "state.json.new"))).toBe(false);
  });

  test("is done first", () => {
    const run = interruptedRun().reopen();
    run.resume();
    expect(() => run.resume()).toThrow("resumed after 1 events were recorded");
  });

  test("of a finished run is refused, with how to see it", () => {
    const run = startRun(scratchFolder());
    run.record(summary, 0);
    run.close();
    expect(() => openRun(run.folder, tickingClock())).toThrow(
      new UserError(`Run ${run.runId} is finished and cannot be resumed. To see it, run: optimas show ${run.runId}`),
    );
    expect(existsSync(join(run.folder, "run.lock"))).toBe(false);
  });

  const damages: [string, (folder: string) => void, RegExp][] = [
    [
      "a newer run",
      (folder) => writeFileSync(join(folder, "run.json"), '{"format":2}'),
      /run\.json: written by a newer version of Optimas .*Update Optimas\.$/,
    ],
    [
      "a newer state",
      (folder) => writeFileSync(join(folder, "state.json"), '{"format":2}'),
      /state\.json: written by a newer version of Optimas/,
    ],
    ["a damaged state", (folder) => writeFileSync(join(folder, "state.json"), "{"), /state\.json: not valid JSON\./],
    [
      "a state of another shape",
      (folder) => writeFileSync(join(folder, "state.json"), '{"format":1}'),
      /state\.json: not as Optimas writes it \(runId: /,
    ],
    [
      "the state of another run",
      (folder) => {
        const state = readFileSync(join(folder, "state.json"), "utf8");
        writeFileSync(join(folder, "state.json"), state.replace(/"runId":"[^"]*"/, '"runId":"other"'));
      },
      /state\.json: this is the state of other, not of 20261121-150307-hotpotqa-k3f9\./,
    ],
    [
      "a log that was cut",
      (folder) => writeFileSync(eventsFile(folder), ""),
      /events\.jsonl: event 1 should be the checkpoint .* but is missing\./,
    ],
    [
      "lost candidate sets",
      (folder) => writeFileSync(join(folder, "candidates.jsonl"), ""),
      /candidates\.jsonl: 2 candidate sets belong to the checkpoint, but only 0 are here\./,
    ],
    [
      "a damaged candidate set",
      (folder) => writeFileSync(join(folder, "candidates.jsonl"), '{"component":"w"}\n'),
      /candidates\.jsonl, line 1: not as Optimas writes it/,
    ],
    [
      "lost weights",
      (folder) => rmSync(join(folder, "rewards"), { recursive: true }),
      /weights-1 is missing, but the run's last checkpoint needs it\./,
    ],
    [
      "a folder without a run",
      (folder) => rmSync(join(folder, "run.json")),
      /^Cannot read .*run\.json: it, or a folder above it, does not exist\./,
    ],
  ];
  test.each(damages)("%s is refused and left as it was", (_, damage, message) => {
    const { folder, reopen } = interruptedRun();
    damage(folder);
    const content = (): string[] =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).map(
        (entry) => `${entry.name} ${entry.isFile() ? readFileSync(join(entry.parentPath, entry.name), "utf8") : ""}`,
      );
    const before = content();
    expect(reopen).toThrow(UserError);
    expect(reopen).toThrow(message);
    expect(content()).toEqual(before);
  });
});

describe("a disk that refuses", () => {
  test("a full disk ends the run with the command to go on, and takes no checkpoint", () => {
    const first = startRun(scratchFolder());
    first.close();
    const log = eventsFile(first.folder);
    rmSync(log);
    symlinkSync("/dev/full", log);
    const run = openRun(first.folder, tickingClock());
    onTestFinished(() => run.close());
    const message = `Cannot write ${log}: the disk is full. Free some space, then run: optimas resume ${run.runId} --out `;
    expect(() => run.record(warning("a"), 0)).toThrow(UserError);
    expect(() => run.record(warning("b"), 0)).toThrow(message);
    expect(() => run.checkpoint({ step: 2 }, 1, 0)).toThrow(message);
    expect(existsSync(join(run.folder, "state.json"))).toBe(false);
  });

  test("candidate sets that cannot be written are told likewise", () => {
    const first = startRun(scratchFolder());
    first.close();
    rmSync(join(first.folder, "candidates.jsonl"));
    symlinkSync("/dev/full", join(first.folder, "candidates.jsonl"));
    const run = openRun(first.folder, tickingClock());
    onTestFinished(() => run.close());
    expect(() => run.keepCandidates([candidateSet("a")])).toThrow(
      /^Cannot write .*candidates\.jsonl: the disk is full\. /,
    );
  });

  test("a state that cannot be written leaves the checkpoint before in force", () => {
    const { folder, reopen } = interruptedRun();
    const run = reopen();
    run.resume();
    symlinkSync("/dev/full", join(folder, "state.json.new"));
    expect(() => run.checkpoint({ step: 2 }, 1, 20)).toThrow(
      /^Cannot write .*state\.json: the disk is full\. Free some space, then run: optimas resume /,
    );
    run.close();
    expect(reopen().resume().state).toEqual({ step: 1 });
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
