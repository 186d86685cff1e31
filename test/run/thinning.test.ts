import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly, extremes, ThinningSeries } from "../../src/run/thinning.ts";

const heights = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 400 });

describe("a line thinned to its extremes", () => {
  test("keeps both ends, the highest, the lowest and the order, in no more room than it is given", () => {
    fc.assert(
      fc.property(heights, fc.integer({ min: 4, max: 60 }), (line, most) => {
        const points = line.map((height, at) => ({ at, height }));
        const kept = extremes(points, most, ({ height }) => height);
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, 0));
        expect(kept.map(({ at }) => at)).toEqual([...new Set(kept.map(({ at }) => at))].sort((a, b) => a - b));
        expect(kept.at(0)).toEqual(points.at(0));
        expect(kept.at(-1)).toEqual(points.at(-1));
        expect(Math.max(...kept.map(({ height }) => height))).toBe(Math.max(...line));
        expect(Math.min(...kept.map(({ height }) => height))).toBe(Math.min(...line));
      }),
    );
  });
  test("is as it was where there is room", () => expect(extremes([3, 1, 2], 4, (one) => one)).toEqual([3, 1, 2]));
});

test("an even selection holds the first, the last, and no item twice", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2, max: 50 }), (count, most) => {
      const kept = evenly(
        Array.from({ length: count }, (_, index) => index),
        most,
      );
      expect(kept).toHaveLength(Math.min(count, most));
      expect([kept.at(0), kept.at(-1)]).toEqual([0, count - 1]);
      expect(new Set(kept).size).toBe(kept.length);
    }),
  );
});

describe("a series that thins itself", () => {
  test("stays within its room and ends with the newest, in order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 2, max: 40 }), (count, most) => {
        const series = new ThinningSeries<number>(most);
        for (let item = 0; item < count; item++) series.add(item);
        const { items } = series;
        expect(items.length).toBeLessThanOrEqual(most);
        expect(items.at(-1)).toBe(count - 1);
        expect(items).toEqual([...new Set(items)].sort((a, b) => a - b));
      }),
    );
  });
  test("has items from everywhere, at even distances", () => {
    const series = new ThinningSeries<number>(100);
    for (let item = 0; item < 100_000; item++) series.add(item);
    const gaps = series.items.slice(1, -1).map((item, index) => item - (series.items[index] ?? 0));
    expect(new Set(gaps).size).toBe(1);
    expect(series.items.length).toBeGreaterThan(45);
  });
  test("holds everything while there is room", () => {
    const series = new ThinningSeries<number>(10);
    for (let item = 0; item < 9; item++) series.add(item);
    expect(series.items).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
