import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom, seedFrom } from "../../src/system/random.ts";

describe("seeded chance", () => {
  test("never changes between versions: a resumed run must draw what it would have drawn", () => {
    // Golden values: first made with pure-rand 8.4.2 (xoroshiro128plus), seed = first 32 bits of SHA-256 of the name.
    const random = seededRandom(1);
    expect([random.next(), random.next(), random.next()]).toEqual([
      0.07565910152132416, 0.698392856120194, 0.9797942492482942,
    ]);
    expect(seededRandom(1).derive("component", 3).shuffle([1, 2, 3, 4, 5, 6])).toEqual([6, 2, 3, 5, 1, 4]);
    expect(seededRandom("run").normal()).toBeCloseTo(-1.5613594034914877, 12);
    expect(seedFrom(1, "search", 2)).toBe(1310206135);
  });

  test("derived streams do not depend on what was drawn before, nor on each other", () => {
    const [one, other] = [seededRandom(5), seededRandom(5)];
    for (let draw = 0; draw < 10; draw++) one.next();
    one.derive("else").next();
    expect(one.derive("inputs", 1).next()).toBe(other.derive("inputs", 1).next());
    const names = ["a", "b", "inputs", "inputs1"].flatMap((name) => [0, 1, 2, 11].map((part) => [name, part] as const));
    const firsts = names.map(([name, part]) => other.derive(name, part).next());
    expect(new Set(firsts).size).toBe(names.length);
  });

  test("names and numbers are kept apart by their places", () => {
    expect(seededRandom(1).derive("a", "b").next()).not.toBe(seededRandom(1).derive("ab").next());
    expect(seedFrom("a", "b")).not.toBe(seedFrom("ab"));
    expect(seedFrom(1, 11)).not.toBe(seedFrom(11, 1));
  });

  test("is even: mean 1/2 and variance 1/12 of 20,000 numbers, mean 0 and variance 1 of normal ones", () => {
    const random = seededRandom("moments");
    const moments = (draw: () => number) => {
      const values = Array.from({ length: 20_000 }, draw);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
    };
    const uniform = moments(() => random.next());
    expect(uniform.mean).toBeCloseTo(0.5, 1.5);
    expect(uniform.variance).toBeCloseTo(1 / 12, 2);
    const normal = moments(() => random.normal());
    expect(Math.abs(normal.mean)).toBeLessThan(0.03);
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.05);
  });

  test("shuffles and samples without losing, repeating or changing anything", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(12), fc.integer(), (items, count, seed) => {
        const before = [...items];
        const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
        expect(sorted(seededRandom(seed).shuffle(items))).toEqual(sorted(items));
        const places = seededRandom(seed).sample([...items.keys()], count);
        expect(places).toHaveLength(Math.min(count, items.length));
        expect(new Set(places).size).toBe(places.length);
        expect(items).toEqual(before);
      }),
    );
  });

  test("draws by weight, and never what weighs nothing", () => {
    const random = seededRandom("weights");
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 4000; draw++) {
      const index = random.weighted([1, 0, 3]);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(counts[1]).toBe(0);
    // 1000 expected, standard deviation 27.
    expect(Math.abs((counts[0] ?? 0) - 1000)).toBeLessThan(135);
    for (const weights of [[], [0, 0], [Number.NaN], [Number.POSITIVE_INFINITY]])
      expect(() => random.weighted(weights)).toThrow(RangeError);
  });

  test("refuses to draw from nothing", () => {
    expect(() => seededRandom(1).pick([])).toThrow(RangeError);
    for (const bound of [0, -1, 1.5, Number.NaN]) expect(() => seededRandom(1).integer(bound)).toThrow(RangeError);
  });
});
