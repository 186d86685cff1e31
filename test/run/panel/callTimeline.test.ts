import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CallEnd, type CallLine, CallLog } from "../../../src/run/callLog.ts";
import { CallLines, callLine } from "../../../src/run/panel/callLines.ts";
import { CallTimeline } from "../../../src/run/panel/callTimeline.ts";
import { Lanes } from "../../../src/run/panel/lanes.ts";
import type { TimelineQuery } from "../../../src/run/panel/timelineShown.ts";
import { timelineWindow } from "../../../src/run/panel/timelineWindow.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { hostileTexts } from "../hostileTexts.ts";

const context = { startedAt: 1000, rowsAtOnce: 4, components: ["writer", "reader"], purposes: ["validation"] };

function timelineOf(lines: readonly CallLine[]): CallTimeline {
  const timeline = new CallTimeline();
  for (const line of lines) timeline.add(line);
  return timeline;
}

function shown(lines: readonly CallLine[], query: TimelineQuery = {}) {
  const found = timelineWindow(timelineOf(lines), query, context);
  if (found === null) throw new Error("nothing is shown");
  return found;
}

const call = (id: number, at: number, ms?: number, given: Partial<Extract<CallLine, { call: number }>> = {}) => ({
  call: id,
  who: "writer",
  purpose: "validation",
  at,
  ...(ms === undefined ? {} : { ms }),
  ...given,
});

/** Calls as a run with some concurrency makes them: by their beginnings. */
const manyCalls = (count: number): CallLine[] =>
  Array.from({ length: count }, (_, index) =>
    call(index, 1000 + 5 * index, 3 + ((index * 7919) % 40), {
      who: index % 3 === 0 ? "reader" : "writer",
      purpose: index % 5 === 0 ? "fresh pairs" : "validation",
    }),
  );

describe("calls over time", () => {
  test("stand in lanes of their components, from the run's beginning on", () => {
    const { bars, groups, mostAtOnce, totalMs, colours } = shown([
      call(0, 1100, 50),
      call(1, 1110, 20, { who: "reader" }),
      call(2, 1120, 10),
      call(3, 1150, 10, { purpose: "fresh pairs" }),
    ]);
    expect(groups).toEqual([
      { name: "writer", lanes: 2 },
      { name: "reader", lanes: 1 },
    ]);
    expect(bars.map(({ row, from, to }) => [row, from, to])).toEqual([
      [0, 100, 150],
      [2, 110, 130],
      [1, 120, 130],
      [0, 150, 160],
    ]);
    expect(colours).toEqual(["validation", "fresh pairs"]);
    expect(shown([call(0, 1000, 5, { purpose: "other" })]).colours).toEqual(["validation", "other"]);
    expect(bars.map(({ colour }) => colour)).toEqual([0, 0, 0, 1]);
    expect([mostAtOnce, totalMs]).toEqual([3, 160]);
  });

  test("say how busy the run was: the mean of each stretch", () => {
    const { busy } = shown([call(0, 1000, 100), call(1, 1050, 50)]);
    const at = (ms: number) => busy.find((point) => Math.abs(point.at - ms) < 1)?.calls;
    expect([at(25), at(75)]).toEqual([1, 2]);
    const area = busy.reduce((sum, point) => sum + point.calls, 0) * (100 / busy.length);
    expect(area).toBeCloseTo(150, 1);
  });

  test("tell what is under way, failed, was taken over, waited, and took long", () => {
    const found = shown([
      call(0, 1000, 10),
      call(1, 1000, 30, { waitedMs: 12 }),
      call(2, 1000, 20, { outcome: "failed" }),
      call(3, 1000, 0, { outcome: "reused" }),
      call(4, 1000, 5, { recorded: 1 }),
      call(5, 1000),
      { ended: 5, ms: 100, calls: 1, inputTokens: 7 },
      call(6, 1150),
    ]);
    expect(found).toMatchObject({ calls: 7, open: 1, failed: 1, reused: 2, waitedMs: 12, medianMs: 30, slowMs: 100 });
    expect(found.bars.map(({ state }) => state)).toEqual([
      "done",
      "done",
      "failed",
      "reused",
      "reused",
      "done",
      "open",
    ]);
    expect(found.bars[5]).toMatchObject({ from: 0, to: 100, modelCalls: 1, inputTokens: 7 });
  });

  test("leave out pauses between processes, and mark what was done again", () => {
    const lines: CallLine[] = [
      call(0, 1000, 10),
      { checkpoint: 4, at: 1010 },
      call(1, 1010, 10),
      call(2, 1015),
      { resumed: 4, at: 900_000 },
      call(0, 900_001, 9),
    ];
    const { bars, totalMs, redone, open } = shown(lines);
    expect(bars.map(({ from, to, state }) => [from, to, state])).toEqual([
      [0, 10, "done"],
      [10, 20, "redone"],
      [15, 20, "redone"],
      [21, 30, "done"],
    ]);
    expect([totalMs, redone, open]).toEqual([30, 2, 0]);
  });

  test("are nothing where none is known", () => {
    expect(timelineWindow(new CallTimeline(), {}, context)).toBeNull();
    expect(timelineWindow(timelineOf([{ ended: 3, ms: 1 }]), {}, context)).toBeNull();
  });

  test("stay of one size however many they are, and show fewer calls more closely", () => {
    const lines = manyCalls(100_000);
    const timeline = timelineOf(lines);
    const began = performance.now();
    const all = timelineWindow(timeline, {}, context);
    const took = performance.now() - began;
    console.log(`a window of 100,000 calls: ${took.toFixed(0)} ms, ${JSON.stringify(all).length} characters`);
    expect(all?.bars.length).toBeLessThanOrEqual(800);
    expect(JSON.stringify(all).length).toBeLessThan(300_000);
    expect(all?.bars.reduce((sum, { calls }) => sum + calls, 0)).toBe(100_000);
    const near = timelineWindow(timeline, { stretch: { from: 10_000, to: 10_200 } }, context);
    expect(near?.bars.every(({ calls }) => calls === 1)).toBe(true);
    expect(near).toMatchObject({ from: 10_000, to: 10_200 });
    expect(near?.inWindow).toBeLessThan(near?.bars.length ?? 0);
  });

  test("forget the oldest of very many, and say so", () => {
    const found = shown(manyCalls(250_000));
    expect(found.forgotten).toBeGreaterThan(0);
    expect(found.calls).toBe(250_000);
  });

  test("follow the newest, and bear any window", () => {
    const lines = manyCalls(2000);
    const { to, totalMs } = shown(lines, { stretch: { last: 500 } });
    expect(to).toBe(totalMs);
    const moment = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(moment, moment, (from, end) => {
        const found = shown(lines.slice(0, 50), { stretch: { from, to: end } });
        return found.from >= 0 && found.to <= found.totalMs && found.from < found.to;
      }),
    );
  });

  test.each(["component", "purpose", "none"] as const)("never lie on each other in a lane of: %s", (lanes) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(30), fc.nat(50), fc.constantFrom("writer", "reader"), fc.constantFrom("a", "b"))),
        (given) => {
          let at = 1000;
          const lines = given.map(([gap, ms, who, purpose], index) => {
            at += gap;
            return call(index, at, ms, { who, purpose });
          });
          if (lines.length === 0) return;
          const until = new Map<number, number>();
          for (const { row, from, to } of shown(lines, { lanes }).bars) {
            expect(from).toBeGreaterThanOrEqual(until.get(row) ?? 0);
            until.set(row, to);
          }
        },
      ),
    );
  });
});

test("lanes are taken again as soon as they are free, and end somewhere", () => {
  const lanes = new Lanes();
  expect([lanes.take(0), lanes.take(0)]).toEqual([0, 1]);
  lanes.release(0, 5);
  expect([lanes.take(4), lanes.take(5)]).toEqual([2, 0]);
  for (let at = 5; at < 500; at++) lanes.take(at);
  expect(lanes.count).toBe(64);
});

describe("the log of calls", () => {
  const done: CallEnd = { outcome: "done", calls: 1, recorded: 0, inputTokens: 2, outputTokens: 1, waitedMs: 0 };
  const readAll = async (lines: CallLines) => {
    const found: CallLine[] = [];
    for (;;) {
      const { lines: more, more: isMore } = await lines.readOn();
      found.push(...more);
      if (!isMore) return found;
    }
  };

  test("is read as it grows, through all its files, each line once", async () => {
    const folder = scratchFolder();
    const reader = new CallLines(folder);
    expect(await readAll(reader)).toEqual([]);
    const log = new CallLog(folder, () => 7);
    const made = { who: "writer", purpose: "validation" };
    for (let index = 0; index < 300; index++) log.begin(made)(done);
    const first = await readAll(reader);
    expect(first.length).toBeGreaterThan(0);
    for (let index = 300; index < 45_000; index++) log.begin(made)(done);
    log.close();
    const all = [...first, ...(await readAll(reader))];
    const begun = all.flatMap((line) => ("call" in line ? [line.call] : []));
    expect(begun).toEqual(Array.from({ length: 45_000 }, (_, id) => id));
    expect(await readAll(reader)).toEqual([]);
  });

  test("holds nothing but calls, whatever stands in it", () => {
    expect(callLine('{"call":1,"who":"a","purpose":"b","at":5,"ms":1}')).toBeDefined();
    expect(callLine('{"ended":1,"ms":1,"model":"m"}')).toBeDefined();
    for (const text of [
      "",
      "null",
      '{"call":1}',
      '{"call":1,"who":"a","purpose":"b","at":5,"ms":-1}',
      '{"call":1,"who":"a","purpose":"b","at":5,"ms":1,"outcome":"paid"}',
      '{"ended":1,"ms":"1"}',
      '{"checkpoint":"1","at":2}',
      '{"resumed":1}',
      ...hostileTexts.map((one) => one.text),
    ]) {
      expect(callLine(text), text.slice(0, 80)).toBeUndefined();
    }
  });
});
