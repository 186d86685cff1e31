import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly, extremes, ThinningSeries } from "../../src/run/thinning.ts";

interface Item {
  readonly at: number;
  readonly a: number;
  readonly b: number | null;
}
const measures = [({ a }: Item) => a, ({ b }: Item) => b];
const items = fc
  .array(fc.record({ a: fc.integer({ min: -1000, max: 1000 }), b: fc.option(fc.double({ noNaN: true })) }), {
    maxLength: 400,
  })
  .map((all) => all.map((item, at): Item => ({ ...item, at })));
const known = (list: readonly Item[], measure: (item: Item) => number | null) =>
  list.flatMap((item) => measure(item) ?? []);

describe("a selection of the extremes", () => {
  test("holds the first, the newest, and the lowest and highest of every measure, in order and in its room", () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 16, max: 64 }), fc.integer({ min: 1, max: 8 }), (all, most, newest) => {
        const kept = extremes(all, most, measures, newest);
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(kept.map(({ at }) => at)).toEqual([...new Set(kept.map(({ at }) => at))].sort((x, y) => x - y));
        expect(kept.at(0)).toEqual(all.at(0));
        expect(kept.slice(-newest)).toEqual(all.slice(-newest));
        for (const measure of measures) {
          expect(Math.max(...known(kept, measure))).toBe(Math.max(...known(all, measure)));
          expect(Math.min(...known(kept, measure))).toBe(Math.min(...known(all, measure)));
        }
      }),
    );
  });
  test("has the extremes in the least room as well", () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 4, max: 9 }), (all, most) => {
        const kept = extremes(all, most, [({ a }) => a]);
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(Math.max(...kept.map(({ a }) => a))).toBe(Math.max(...all.map(({ a }) => a)));
        expect(kept.at(-1)).toEqual(all.at(-1));
      }),
    );
  });
  test("is all where there is room", () => {
    const few = [3, 1, 2];
    expect(extremes(few, 4, [(one) => one])).toBe(few);
  });
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
