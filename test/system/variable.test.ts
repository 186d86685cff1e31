import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valueMismatch } from "../../src/system/configuration.ts";
import { choice, options, range } from "../../src/system/declaration.ts";
import { seededRandom } from "../../src/system/random.ts";
import {
  dimensionSize,
  dimensionValues,
  gridPoints,
  isInDimension,
  randomPoint,
  spaceSize,
} from "../../src/system/variable.ts";

describe("the values of a dimension", () => {
  test.each([
    [choice(["a", "b"]), ["a", "b"]],
    [range(1, 4, { integer: true }), [1, 2, 3, 4]],
    [range(0, 10, { integer: true, step: 5 }), [0, 5, 10]],
    [range(0, 10, { integer: true, step: 4 }), [0, 4, 8]],
    [range(0, 0.5, { step: 0.1 }), [0, 0.1, 0.2, 0.3, 0.4, 0.5]],
    // 0.3 - 0.1 is less than 0.2 in binary.
    [range(0.1, 0.3, { step: 0.2 }), [0.1, 0.3]],
    [range(-1, 1, { step: 0.5 }), [-1, -0.5, 0, 0.5, 1]],
    [range(0, 2 / 3, { step: 1 / 3 }), [0, 0.333333333333, 2 / 3]],
  ])("of %j", (dimension, values) => {
    expect(dimensionValues(dimension)).toEqual(values);
    expect(dimensionSize(dimension)).toBe(values.length);
  });

  test("of a continuous range cannot be listed", () => {
    expect(dimensionValues(range(0, 1))).toBeUndefined();
    expect(dimensionSize(range(0, 1))).toBe(Infinity);
  });

  test("all belong to it, for any range and step", () => {
    const bounds = fc.tuple(
      fc.double({ min: -1000, max: 1000, noNaN: true }),
      fc.double({ min: 0.01, max: 1000, noNaN: true }),
      fc.integer({ min: 1, max: 50 }),
    );
    fc.assert(
      fc.property(bounds, ([low, width, parts]) => {
        const dimension = range(low, low + width, { step: width / parts });
        const values = dimensionValues(dimension) ?? [];
        expect(values.length).toBeGreaterThanOrEqual(parts);
        for (const value of values) {
          expect(isInDimension(dimension, value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(low + width);
        }
      }),
    );
  });
});

describe("a search space", () => {
  const space = { k: choice([1, 5]), mode: choice(["a", "b", "c"]) };

  test("has every point once, the last option changing fastest", () => {
    expect(gridPoints(space)).toEqual([
      { k: 1, mode: "a" },
      { k: 1, mode: "b" },
      { k: 1, mode: "c" },
      { k: 5, mode: "a" },
      { k: 5, mode: "b" },
      { k: 5, mode: "c" },
    ]);
    expect(spaceSize(space)).toBe(6);
  });

  test("with a continuous option has no grid", () => {
    expect(spaceSize({ ...space, t: range(0, 1) })).toBe(Infinity);
    expect(() => gridPoints({ t: range(0, 1) })).toThrow(/"t" is continuous/);
  });

  test("is counted without being listed", () => {
    const seeds = range(0, 1_999_999_999, { integer: true });
    expect(spaceSize({ seeds, other: choice([1, 2]) })).toBe(4_000_000_000);
  });
});

describe("a random point", () => {
  test("belongs to its space, and equal seeds give equal points", () => {
    const space = {
      k: choice([1, 5, 10]),
      n: range(1, 2_000_000_000, { integer: true }),
      t: range(0, 1, { step: 0.05 }),
      rate: range(1e-6, 1, { log: true }),
      width: range(1, 512, { log: true, integer: true }),
      free: range(-3, 3),
    };
    const variable = options(space);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const point = randomPoint(space, seededRandom(seed));
        expect(valueMismatch(variable, point)).toBeUndefined();
        expect(randomPoint(space, seededRandom(seed))).toEqual(point);
      }),
    );
  });

  test("spreads over orders of magnitude where `log` is set, and over the range where it is not", () => {
    const random = seededRandom("spread");
    const below = (log: boolean) =>
      Array.from({ length: 2000 }, () => randomPoint({ r: range(1e-4, 1, { log }) }, random).r).filter(
        (value) => Number(value) < 0.01,
      ).length / 2000;
    // Half of four decades lies below 0.01; of the range itself 1 %. Standard error 0.011.
    expect(below(true)).toBeCloseTo(0.5, 1);
    expect(below(false)).toBeLessThan(0.03);
  });

  test("takes every value of a grid equally often", () => {
    const random = seededRandom("even");
    const counts = new Map<unknown, number>();
    for (let draw = 0; draw < 3000; draw++) {
      const { v } = randomPoint({ v: range(0, 2, { integer: true }) }, random);
      counts.set(v, (counts.get(v) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual([0, 1, 2]);
    // 1000 expected, standard deviation 26.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });
});
