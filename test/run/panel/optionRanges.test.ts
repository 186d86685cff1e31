import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { landscapeModel } from "../../../src/run/panel/landscapeModel.ts";
import type { OptionAxis, OptionLine } from "../../../src/run/panel/landscapeShown.ts";
import { isInRanges, markedRange, marksOf, type OptionRange } from "../../../src/run/panel/optionRanges.ts";
import { gridRun } from "./landscapeEvents.ts";

const k: OptionAxis = { key: "k", labels: null, log: false };
const stem: OptionAxis = { key: "stem", labels: ["false", "true", "maybe"], log: false };
const axes = [k, stem];
const line = (value: number, place: number, reward: number): Pick<OptionLine, "at" | "reward"> => ({
  at: [value, place],
  reward,
});

describe("ranges of options", () => {
  test("hold numbers between their ends, values by their labels, and the reward", () => {
    const ranges: OptionRange[] = [
      {
        key: "k",
        intervals: [
          [1, 5],
          [20, 30],
        ],
      },
      { key: "stem", labels: ["true"] },
      { key: null, intervals: [[0.5, 1]] },
    ];
    expect(isInRanges(ranges, axes, line(5, 1, 0.5))).toBe(true);
    expect(isInRanges(ranges, axes, line(25, 1, 0.7))).toBe(true);
    expect(isInRanges(ranges, axes, line(10, 1, 0.7))).toBe(false);
    expect(isInRanges(ranges, axes, line(5, 0, 0.7))).toBe(false);
    expect(isInRanges(ranges, axes, line(5, 1, 0.4))).toBe(false);
    expect(isInRanges([{ key: "gone", intervals: [[7, 8]] }], axes, line(5, 0, 0))).toBe(true);
    expect(isInRanges([], axes, line(5, 0, 0))).toBe(true);
  });

  test("come back from what is marked on an axis, and go there again", () => {
    expect(markedRange(k, [])).toBeUndefined();
    expect(markedRange(k, [[1, 2.5]])).toEqual({ key: "k", intervals: [[1, 2.5]] });
    expect(markedRange(null, [[0, 1]])).toEqual({ key: null, intervals: [[0, 1]] });
    expect(markedRange(stem, [[0.6, 2]])).toEqual({ key: "stem", labels: ["true", "maybe"] });
    expect(marksOf({ key: "stem", labels: ["false", "maybe"] }, stem)).toEqual([
      [0, 0],
      [2, 2],
    ]);
    const labels = fc.subarray([...(stem.labels ?? [])], { minLength: 1 });
    fc.assert(
      fc.property(labels, (wanted) => {
        const range = { key: "stem", labels: wanted };
        return JSON.stringify(markedRange(stem, marksOf(range, stem))) === JSON.stringify(range);
      }),
    );
  });

  test("choose the values that are listed, the best first, of all that there are", () => {
    const state = landscapeModel.empty();
    for (const event of gridRun()) landscapeModel.add(state, event);
    const lines = (ranges: readonly OptionRange[]) => {
      const query = { component: "retriever", reward: "local", ranges };
      return landscapeModel.shown(state, query).chosen?.options?.lines;
    };
    const all = lines([]);
    expect([all?.total, all?.within.count]).toEqual([24, 24]);
    expect(all?.within.best.map(({ reward }) => reward)).toEqual(
      all?.lines.map(({ reward }) => reward).toSorted((a, b) => b - a),
    );
    const few = lines([
      { key: "k", intervals: [[5, 10]] },
      { key: "stem", labels: ["true"] },
    ]);
    expect([few?.total, few?.within.count, few?.lines.length]).toEqual([24, 6, 24]);
    const place = few?.axes.findIndex(({ key }) => key === "k") ?? -1;
    expect(few?.within.best.every(({ at }) => [5, 10].includes(at[place] ?? 0))).toBe(true);
    expect(lines([{ key: "k", intervals: [[2, 3]] }])?.within).toEqual({ count: 0, best: [] });
  });
});
