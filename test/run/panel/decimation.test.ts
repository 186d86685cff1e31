import fc from "fast-check";
import { expect, test } from "vitest";
import { decimated } from "../../../src/run/panel/decimation.ts";

const items = fc.array(fc.record({ a: fc.double({ noNaN: true }), b: fc.option(fc.integer()) }), { maxLength: 400 });
const measures = [({ a }: { a: number }) => a, ({ b }: { b: number | null }) => b];

test("what is few enough stays as it is", () => {
  const few = [{ a: 1, b: 2 }];
  expect(decimated(few, 16, measures)).toBe(few);
});

test("what is kept is bounded, in order, and holds the extremes of every measure and the newest", () => {
  fc.assert(
    fc.property(items, fc.integer({ min: 16, max: 64 }), (all, most) => {
      const kept = decimated(all, most, measures);
      expect(kept.length).toBeLessThanOrEqual(most);
      const places = kept.map((item) => all.indexOf(item));
      expect(places).toEqual([...places].sort((x, y) => x - y));
      for (const measure of measures) {
        const [whole, part] = [all, kept].map((list) => list.map(measure as (item: object) => number | null));
        const known = (values: (number | null)[] = []) => values.filter((value) => value !== null);
        expect(Math.max(...known(part))).toBe(Math.max(...known(whole)));
        expect(Math.min(...known(part))).toBe(Math.min(...known(whole)));
      }
      const newest = all.slice(-Math.floor(most / 4));
      expect(kept.slice(-newest.length || kept.length)).toEqual(newest);
    }),
  );
});
