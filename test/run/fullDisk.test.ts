import fs, { existsSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { LanguageModel } from "../../src/models/languageModel.ts";
import { pursue } from "../../src/optimize/pursue.ts";
import { isLogged, type RunEvent } from "../../src/run/events.ts";
import { readPause } from "../../src/run/pauseFile.ts";
import type { RunFolder } from "../../src/run/runFolder.ts";
import { liveOwner } from "../../src/run/runLock.ts";
import { createRun, openRun } from "../../src/run/runOpening.ts";
import { steadyClock } from "../../src/system/clock.ts";
import { seededRandom } from "../../src/system/random.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { SimulatedTime } from "../models/simulatedTime.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { toyModel, toyProposer, toyRequest } from "../optimize/toySystem.ts";
import { candidateSet, runStarted, sampleInfo, tickingClock } from "./sampleRun.ts";

/** What the disk says to everything that would be written below a folder. */
const disk = {
  refuses: undefined as string | undefined,
  below: "",
  /** Bytes that a full disk still takes, once. */
  takes: 0,
  attempts: 0,
};

const { openSync, writeSync } = fs;
const paths = new Map<number, string>();

function refuse(path: string | undefined): void {
  if (disk.refuses === undefined || !path?.startsWith(disk.below)) return;
  disk.attempts++;
  throw Object.assign(new Error(`${disk.refuses}: no`), { code: disk.refuses });
}

beforeAll(() => {
  fs.openSync = (path, flags, mode) => {
    // What is there can be opened on a full disk, too.
    if (flags !== "r" && !existsSync(path)) refuse(String(path));
    const file = openSync(path, flags, mode);
    paths.set(file, String(path));
    return file;
  };
  fs.writeSync = ((file: number, bytes: Uint8Array, from?: number | null, length?: number, position?: number) => {
    const offset = from ?? 0;
    const path = paths.get(file);
    if (position !== undefined) return writeSync(file, bytes, offset, length, position);
    if (disk.refuses === "ENOSPC" && disk.takes > 0 && path?.startsWith(disk.below)) {
      const most = Math.min(disk.takes, bytes.length - offset);
      disk.takes -= most;
      return writeSync(file, bytes, offset, most);
    }
    refuse(path);
    return writeSync(file, bytes, offset);
  }) as typeof writeSync;
  syncBuiltinESMExports();
});

afterAll(() => {
  Object.assign(fs, { openSync, writeSync });
  syncBuiltinESMExports();
});

beforeEach(() => {
  Object.assign(disk, { refuses: undefined, below: "", takes: 0, attempts: 0 });
});

function sampleRun(time: SimulatedTime): { readonly run: RunFolder; readonly told: RunEvent[] } {
  const run = createRun({
    out: scratchFolder(),
    runId: "run",
    info: sampleInfo,
    clock: tickingClock(),
    retries: time,
  });
  onTestFinished(() => run.close());
  const told: RunEvent[] = [];
  run.onEvent((event) => told.push(event));
  run.record(runStarted, 0);
  disk.below = run.folder;
  return { run, told };
}

const signal = new AbortController().signal;

describe.each([
  ["ENOSPC", /^Paused: no room in .*\/run \(.* free.*\)\. Free some space.*\. The run goes on by itself\.$/],
  ["EROFS", /^Paused: .*\/run is read-only.*\. Make it writable\. The run goes on by itself\.$/],
  [
    "EACCES",
    /^Paused: access to .*\/run is denied.*\. Give your user permission for it\. The run goes on by itself\.$/,
  ],
])("a disk that refuses with %s", (code, message) => {
  test("pauses the run, holds what was recorded, and has it all in order once it takes it", async () => {
    const time = new SimulatedTime();
    const { run, told } = sampleRun(time);
    expect(run.ready(signal)).toBeUndefined();
    disk.refuses = code;
    disk.takes = 7;
    run.record({ type: "warning", message: "first" }, 1);
    run.keepCandidates([candidateSet("row")]);
    run.keepPaid({ who: "a", purpose: "test", model: "m", calls: 1, inputTokens: 1, outputTokens: 1 });
    run.keepFitTexts({ format: 1, component: "writer", iteration: 0, mistakes: [], changed: [] });
    run.checkpoint({ step: 1 }, 1, 2);
    run.record({ type: "warning", message: "last" }, 3);

    let isReady = false;
    const ready = run.ready(signal)?.then(() => {
      isReady = true;
    });
    const before = disk.attempts;
    await time.run(10_500);
    // Asked once a second, not more.
    expect(disk.attempts - before).toBe(10);
    expect(isReady).toBe(false);
    const [begun, ...paused] = told;
    expect(begun?.type).toBe("run.started");
    expect(paused[0]).toMatchObject({ type: "paused", message: expect.stringMatching(message) });
    // What is held grows, and that is told once each, as the same pause.
    const last = paused.at(-1);
    expect(last).toMatchObject({ type: "paused", again: true, pause: { code, held: { answers: 1 } } });
    expect(readPause(run.folder)).toMatchObject({ code, folder: run.folder, held: { answers: 1 } });

    disk.refuses = undefined;
    await time.run(1_500);
    await ready;
    expect(run.ready(signal)).toBeUndefined();
    expect(time.waiting).toBe(0);
    const kinds = ["run.started", "warning", "checkpoint", "warning", "warning"];
    const logged = [...run.events()];
    expect(logged.map(({ type }) => type)).toEqual(kinds);
    expect(logged.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
    expect(logged[4]).toMatchObject({ message: expect.stringMatching(/^The run paused for \d+ s, /) });
    expect(told.filter(({ type }) => type !== "paused" && type !== "unpaused")).toEqual(logged);
    expect(readPause(run.folder)).toBeUndefined();

    run.close();
    const again = openRun(run.folder, tickingClock());
    onTestFinished(() => again.close());
    expect(again.resume()).toMatchObject({ state: { step: 1 }, candidates: [candidateSet("row")], paid: [] });
  });
});

test("who waits for the disk is let go when the run is stopped, and what can be written then is", async () => {
  const time = new SimulatedTime();
  const { run } = sampleRun(time);
  disk.refuses = "ENOSPC";
  run.record({ type: "warning", message: "held" }, 1);
  const controller = new AbortController();
  const waiting = run.ready(controller.signal);
  controller.abort(new UserError("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  disk.refuses = undefined;
  run.close();
  expect([...run.events()].map(({ type }) => type)).toEqual(["run.started", "warning"]);
  expect(time.waiting).toBe(0);
});

const paid = { who: "a", purpose: "test", model: "m", calls: 1, inputTokens: 1, outputTokens: 1 } as const;

/** The texts of what looks on is told, without the figures that change all the time. */
const textsOf = (told: readonly RunEvent[], type: "paused" | "warning") =>
  told.flatMap((event) => (event.type === type && !("again" in event) ? [event.message] : []));

test("a run that is stopped while something paid for is held says what, waits, and has it written when there is room", async () => {
  const time = new SimulatedTime();
  const { run, told } = sampleRun(time);
  disk.refuses = "ENOSPC";
  run.keepPaid(paid);
  run.keepPaid(paid);
  let written = 0;
  const controller = new AbortController();
  const blocked = run.hold(
    {
      folder: "/record",
      bytes: 5_000,
      answers: 1,
      write: async () => {
        if (disk.refuses !== undefined) throw Object.assign(new Error("full"), { code: "ENOSPC" });
        written++;
      },
    },
    Object.assign(new Error("full"), { code: "ENOSPC" }),
    controller.signal,
  );
  controller.abort(new UserError("stopped"));
  await expect(blocked).rejects.toThrow("stopped");
  run.record({ type: "run.interrupted", reason: "Ctrl-C" }, 1);
  let isSettled = false;
  const settled = run.settled("Ctrl-C", new AbortController().signal).then(() => {
    isSettled = true;
  });
  await time.run(5_500);
  expect(isSettled).toBe(false);
  expect(run.held).toMatchObject({ answers: 2 });
  expect(run.held?.bytes).toBeGreaterThan(5_000);
  expect(textsOf(told, "paused").at(-1)).toMatch(
    /^Stopped, but not all is written: no room in .* \(.* free, 5(\.\d)? KB held in memory, 2 answers that were paid for among it\)\. Free some space.*What is held is written then; Ctrl-C again gives it up\.$/,
  );
  disk.refuses = undefined;
  await time.run(1_500);
  await settled;
  expect(written).toBe(1);
  expect(run.held).toBeUndefined();
  run.close();
  const again = openRun(run.folder, tickingClock());
  onTestFinished(() => again.close());
  expect(again.resume().paid).toEqual([paid, paid]);
  expect([...again.events()].map(({ type }) => type)).toContain("run.interrupted");
});

test("what is held is given up when somebody wants that, and those who look on are told what it was and how the run ended", async () => {
  const time = new SimulatedTime();
  const { run, told } = sampleRun(time);
  disk.refuses = "ENOSPC";
  run.keepPaid(paid);
  run.record({ type: "run.interrupted", reason: "Ctrl-C" }, 1);
  const givingUp = new AbortController();
  const settled = run.settled("interrupt", givingUp.signal);
  await time.run(3_000);
  expect(told.map(({ type }) => type)).not.toContain("run.interrupted");
  givingUp.abort();
  await settled;
  expect(told.map(({ type }) => type).slice(-2)).toEqual(["run.interrupted", "warning"]);
  expect(textsOf(told, "warning").at(-1)).toMatch(
    /^Given up: \d+ bytes that the disk did not take, 1 answer that was paid for among it\. The run goes on from its last checkpoint and pays for that again\.$/,
  );
  expect(time.waiting).toBe(0);
  run.close();
});

test("a stopped run that holds nothing but the news of its end waits for nothing", async () => {
  const time = new SimulatedTime();
  const { run, told } = sampleRun(time);
  disk.refuses = "ENOSPC";
  run.record({ type: "run.interrupted", reason: "Ctrl-C" }, 1);
  await run.settled("Ctrl-C", undefined);
  run.close();
  expect(told.at(-1)).toMatchObject({ type: "run.interrupted" });
});

test("what a run that cannot go on still holds is tried once more at its end, and said to be lost", async () => {
  const time = new SimulatedTime();
  const { run, told } = sampleRun(time);
  disk.refuses = "ENOSPC";
  run.keepPaid(paid);
  disk.refuses = "EIO";
  await time.run(1_500);
  await run.settled("Ctrl-C", undefined);
  run.close();
  expect(textsOf(told, "warning").at(-1)).toMatch(/^Given up: /);
});

test("a read-only folder keeps the lock of a run, and the run is free all the same", () => {
  const time = new SimulatedTime();
  const { run } = sampleRun(time);
  const { rmSync } = fs;
  fs.rmSync = () => {
    throw Object.assign(new Error("EROFS: no"), { code: "EROFS" });
  };
  syncBuiltinESMExports();
  try {
    run.close();
  } finally {
    fs.rmSync = rmSync;
    syncBuiltinESMExports();
  }
  expect(existsSync(join(run.folder, "run.lock"))).toBe(true);
  expect(liveOwner(run.folder)).toBeUndefined();
  const again = openRun(run.folder, tickingClock());
  onTestFinished(() => again.close());
  expect(liveOwner(run.folder)).toMatchObject({ pid: process.pid });
});

test("what does not pass ends a paused run", async () => {
  const time = new SimulatedTime();
  const { run } = sampleRun(time);
  disk.refuses = "ENOSPC";
  run.record({ type: "warning", message: "held" }, 1);
  const waiting = expect(run.ready(signal)).rejects.toThrow(
    /^Cannot write .*events\.jsonl: the disk reports an error\. Check the disk, then run: optimas resume run/,
  );
  disk.refuses = "EIO";
  await time.run(1_500);
  await waiting;
  expect(() => run.record({ type: "warning", message: "no" }, 1)).toThrow(/the disk reports an error/);
});

test("what others could not write is tried again with the rest, and a write that goes on failing goes on pausing", async () => {
  const time = new SimulatedTime();
  const { run, told } = sampleRun(time);
  let refusals = 3;
  let written = 0;
  const done = run.persist(
    join(run.folder, "weights"),
    async () => {
      if (refusals-- > 0) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      written++;
    },
    signal,
  );
  await time.run();
  await done;
  expect(written).toBe(1);
  const kinds = told.map(({ type, ...event }) => ("again" in event && event.again ? "again" : type));
  expect(kinds.filter((kind) => kind !== "again")).toEqual(["run.started", "paused", "unpaused", "warning"]);
});

test("a whole run whose disk is full now and then comes to the same end, asks nothing meanwhile, and pays nothing twice", async () => {
  const carriedOut = async (refusing: boolean) => {
    let asked = 0;
    const counted = (model: LanguageModel): LanguageModel => ({
      ...model,
      complete: (request, abort) => {
        expect(disk.refuses).toBeUndefined();
        asked++;
        return model.complete(request, abort);
      },
    });
    const [random, room] = [seededRandom("full disk"), seededRandom("room")];
    const folder = createRun({
      out: scratchFolder(),
      runId: "toy-run",
      info: sampleInfo,
      clock: tickingClock(),
      retries: {
        after: (_, action) =>
          steadyClock.after(1, () => {
            if (room.next() < 0.5) disk.refuses = undefined;
            action();
          }),
      },
    });
    onTestFinished(() => folder.close());
    disk.below = folder.folder;
    let pauses = 0;
    folder.onEvent((event) => {
      const { type } = event;
      if (type === "paused" && event.again !== true) pauses++;
      if (refusing && isLogged({ type }) && type !== "warning" && random.next() < 0.15) {
        disk.takes = random.integer(40);
        disk.refuses = random.pick(["ENOSPC", "EROFS"]);
        // It may be that nothing else is written before the next call.
        folder.record(
          { type: "warning", message: "something that has to be written, and is longer than a few bytes" },
          0,
        );
      }
    });
    const request = await toyRequest({ request: { rewards: fixedRewards(toyLocalReward) } });
    const summary = await pursue({
      ...request,
      model: counted(toyModel),
      proposer: counted(toyProposer),
      recorder: folder,
    });
    disk.refuses = undefined;
    const told = [...folder.events()].filter(({ type }) => type !== "warning");
    return { summary, asked, pauses, told: told.map(({ at: _at, seq: _seq, ...event }) => event) };
  };
  const calm = await carriedOut(false);
  const refused = await carriedOut(true);
  expect(refused.pauses).toBeGreaterThanOrEqual(3);
  expect(refused.summary).toEqual(calm.summary);
  expect(refused.asked).toBe(calm.asked);
  expect(refused.told).toEqual(calm.told);
});
