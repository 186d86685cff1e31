import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type CallEnd, CallLog, callFiles, callsFolder } from "../../src/run/callLog.ts";
import { openRun } from "../../src/run/runOpening.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { runStarted, startRun, tickingClock } from "./sampleRun.ts";

const done: CallEnd = { outcome: "done", calls: 0, recorded: 0, inputTokens: 0, outputTokens: 0, waitedMs: 0 };

function lines(folder: string): unknown[] {
  const text = callFiles(folder)
    .map((file) => readFileSync(file, "utf8"))
    .join("");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function opened(folder = scratchFolder(), clock = tickingClock(0)): CallLog {
  const log = new CallLog(folder, clock);
  onTestFinished(() => log.close());
  return log;
}

describe("the log of calls", () => {
  test("says of each call when it began and what it came to, and leaves out what says nothing", () => {
    const folder = scratchFolder();
    const log = opened(folder, tickingClock(100));
    const writer = log.begin({ who: "writer", purpose: "validation" });
    const retriever = log.begin({ who: "retriever", purpose: "validation" });
    retriever(done);
    writer({ ...done, outcome: "failed", calls: 2, inputTokens: 7, outputTokens: 3, waitedMs: 1, model: "fake:m" });
    log.begin({ who: "reader", purpose: "fresh pairs" });
    log.close();
    expect(lines(folder)).toEqual([
      {
        call: 0,
        who: "writer",
        purpose: "validation",
        at: 100,
        ms: 3,
        outcome: "failed",
        calls: 2,
        inputTokens: 7,
        outputTokens: 3,
        waitedMs: 1,
        model: "fake:m",
      },
      { call: 1, who: "retriever", purpose: "validation", at: 101, ms: 1 },
      { call: 2, who: "reader", purpose: "fresh pairs", at: 104 },
    ]);
  });

  test("shows a long call while it lasts, and says later how it ended", async () => {
    const folder = scratchFolder();
    const log = opened(folder);
    const end = log.begin({ who: "writer", purpose: "validation" });
    await expect.poll(() => lines(folder)).toEqual([{ call: 0, who: "writer", purpose: "validation", at: 0 }]);
    end({ ...done, calls: 1 });
    await expect.poll(() => lines(folder).at(-1)).toEqual({ ended: 0, ms: 1, calls: 1 });
  });

  test("writes nothing where nothing was called", () => {
    const folder = scratchFolder();
    const log = opened(folder);
    log.checkpoint({ seq: 3, at: 5 });
    log.resumed(3);
    log.close();
    expect(existsSync(callsFolder(folder))).toBe(false);
    expect(callFiles(folder)).toEqual([]);
  });

  test("keeps the newest of very many calls", () => {
    const folder = scratchFolder();
    const log = opened(folder);
    for (let call = 0; call < 230_000; call++) log.begin({ who: "w", purpose: "p" })(done);
    log.close();
    const kept = lines(folder);
    expect(kept.length).toBeGreaterThan(180_000);
    expect(kept.length).toBeLessThan(202_000);
    expect(kept.at(-1)).toMatchObject({ call: 229_999 });
  });

  test("that cannot be written is a warning, once, and the run goes on", () => {
    const folder = scratchFolder();
    writeFileSync(callsFolder(folder), "no folder");
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => void warned.mockRestore());
    const log = opened(folder);
    for (let call = 0; call < 600; call++) log.begin({ who: "w", purpose: "p" })(done);
    log.close();
    expect(warned).toHaveBeenCalledTimes(1);
  });
});

test("a run marks its checkpoints and resumptions among its calls, each process in a file of its own", () => {
  const run = startRun(scratchFolder());
  run.record(runStarted, 0);
  run.calls.begin({ who: "a", purpose: "validation" })(done);
  run.checkpoint({}, 0, 1);
  run.calls.begin({ who: "lost", purpose: "validation" })(done);
  run.close();
  // A process that is killed may tear its last line.
  const [first = ""] = callFiles(run.folder);
  appendFileSync(first, '{"call":9,"who":"to');
  const again = openRun(run.folder, tickingClock(9000));
  onTestFinished(() => again.close());
  again.resume();
  again.calls.begin({ who: "b", purpose: "validation" })(done);
  again.close();
  expect(callFiles(run.folder)).toHaveLength(2);
  const written = readFileSync(first, "utf8").split("\n").slice(0, -1);
  expect(written.map((line) => Object.keys(JSON.parse(line))[0])).toEqual(["call", "checkpoint", "call"]);
  rmSync(first);
  expect(lines(run.folder)).toMatchObject([{ resumed: 1 }, { call: 0, who: "b" }]);
  expect(existsSync(join(run.folder, "calls"))).toBe(true);
});
