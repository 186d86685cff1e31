import fc from "fast-check";
import { expect, it } from "vitest";
import { contentHash } from "../../src/reward/contentHash.ts";
import { type PairRule, preferencePairs, type ScoredOutput } from "../../src/reward/preferencePair.ts";

function candidates(...scores: number[]): ScoredOutput[] {
  return scores.map((score, index) => ({ output: { answer: `answer ${index}` }, score }));
}

function places(given: readonly ScoredOutput[], rule: PairRule): [number, number][] {
  const place = ({ output }: ScoredOutput) => given.findIndex((candidate) => candidate.output === output);
  return preferencePairs("answerer", "example 1", { question: "?" }, given, rule).map(({ chosen, rejected }) => [
    place(chosen),
    place(rejected),
  ]);
}

it("pairs every two outputs of different score", () => {
  expect(places(candidates(0.2, 0.8, 0.5), "all")).toEqual([
    [1, 0],
    [1, 2],
    [2, 0],
  ]);
});

it("keeps only winners that stand later under the released rule", () => {
  expect(places(candidates(0.2, 0.8, 0.5), "released")).toEqual([
    [1, 0],
    [2, 0],
  ]);
});

it("makes no pair of a tie", () => {
  expect(places(candidates(0.5, 0.5), "all")).toEqual([]);
});

it("merges equal outputs, whatever the order of their keys, into one with the mean score", () => {
  const [pair, ...others] = preferencePairs(
    "answerer",
    "example 1",
    {},
    [
      { output: { a: 1, b: [2] }, options: { k: 5 }, score: 0.25 },
      { output: { a: 2 }, score: 0.3 },
      { output: { b: [2], a: 1 }, options: { k: 10 }, score: 0.75 },
    ],
    "all",
  );
  expect(others).toEqual([]);
  expect(pair?.chosen).toEqual({ output: { a: 1, b: [2] }, options: { k: 5 }, score: 0.5 });
  expect(pair?.rejected.score).toBe(0.3);
});

it("carries component, example and input into each pair", () => {
  const input = { question: "Who?" };
  for (const pair of preferencePairs("answerer", "example 9", input, candidates(0, 1), "all"))
    expect(pair).toMatchObject({ component: "answerer", exampleId: "example 9", input });
});

it("refuses a score that is not finite, naming its place", () => {
  expect(() => places(candidates(0, Number.NaN), "all")).toThrow("score of candidate 1 is NaN");
});

it("always chooses the higher score, and finds all n(n-1)/2 pairs of different scores", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.double({ noNaN: true, min: -1, max: 1 }), { maxLength: 8, comparator: "SameValueZero" }),
      (scores) => {
        const pairs = preferencePairs("c", "e", {}, candidates(...scores), "all");
        expect(pairs).toHaveLength((scores.length * (scores.length - 1)) / 2);
        for (const { chosen, rejected } of pairs) expect(chosen.score).toBeGreaterThan(rejected.score);
        const released = preferencePairs("c", "e", {}, candidates(...scores), "released");
        for (const pair of released) expect(pairs).toContainEqual(pair);
      },
    ),
  );
});

it("hashes equal values equally and different values differently", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(contentHash(structuredClone(a))).toBe(contentHash(a));
      if (JSON.stringify(a) !== JSON.stringify(b) && !(typeof a === "object" && typeof b === "object"))
        expect(contentHash(a)).not.toBe(contentHash(b));
    }),
  );
  expect(contentHash({ a: 1, b: { c: 2, d: 3 } })).toBe(contentHash({ b: { d: 3, c: 2 }, a: 1 }));
  expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
});
