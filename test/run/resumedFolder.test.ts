import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventsFile } from "../../src/run/runFolder.ts";
import { createRun, openRun } from "../../src/run/runOpening.ts";
import { runView } from "../../src/run/views/reduce.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { candidateSet, runStarted, sampleInfo, startRun, summary, tickingClock, warning } from "./sampleRun.ts";
import { interruptedRun, lines, types } from "./stoppedRun.ts";

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
      redoneMs: 1,
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

  test("tells how long was worked on what is done again, also in a step that logged nothing but its calls", () => {
    let now = 1000;
    const run = createRun({ out: scratchFolder(), runId: "r", info: sampleInfo, clock: () => now });
    const done = { outcome: "done", calls: 0, recorded: 0, inputTokens: 0, outputTokens: 0, waitedMs: 0 } as const;
    run.record(runStarted, 0);
    now = 3000;
    run.checkpoint({ step: 1 }, 0, 2);
    now = 4000;
    run.record({ type: "phase", phase: "collecting" }, 2);
    now = 9000;
    const end = run.calls.begin({ who: "writer", purpose: "offline pairs" });
    now = 9500;
    end(done);
    run.close();
    now = 100_000;
    const resumed = () => {
      const opened = openRun(run.folder, () => now);
      opened.resume();
      opened.close();
      return [...opened.events()];
    };
    expect(resumed().at(-1)).toMatchObject({ type: "run.resumed", redoneMs: 6500 });
    expect(runView(resumed()).elapsedMs).toBe(8500);
    // Nothing was done between the two resumptions.
    expect(resumed().at(-1)).not.toHaveProperty("redoneMs");
    expect(runView(resumed()).elapsedMs).toBe(8500);
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
    expect(run.resume()).toEqual({ state: undefined, candidates: [], paid: [], open: [], rewardsFile: undefined });
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
