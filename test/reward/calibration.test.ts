import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brierScore, calibration, calibrationError, certainty } from "../../src/reward/calibration.ts";
import { effectivePairs } from "../../src/reward/effectivePairs.ts";

/** Margin at which the output with the higher reward is held to be better with probability p. */
const at = (probability: number): number => Math.log(probability / (1 - probability));
const margins = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("calibration", () => {
  it("counts pairs by how certain the reward was, and how often it was right", () => {
    // By hand: two pairs predicted with 0.6, one of them right; one with 0.9, right; a tie.
    const bins = calibration([at(0.6), -at(0.6), at(0.9), 0]);
    expect(bins.map(({ pairs, right }) => [pairs, right])).toEqual([
      [1, 0.5],
      [2, 0.5],
      [1, 1],
    ]);
    expect(bins.map(({ predicted }) => Number(predicted.toFixed(10)))).toEqual([0.5, 0.6, 0.9]);
    // (1 · 0 + 2 · 0.1 + 1 · 0.1) / 4
    expect(calibrationError(bins)).toBeCloseTo(0.075, 10);
  });

  it("has a Brier score of 0.25 for coins, 0 for certainty that is right, 1 for certainty that is wrong", () => {
    expect(brierScore([0, 0, 0])).toBe(0.25);
    expect(brierScore([800, 40])).toBeCloseTo(0, 12);
    expect(brierScore([-800])).toBe(1);
    // Predicted 0.9 and right, predicted 0.6 and wrong: (0.1² + 0.6²) / 2.
    expect(brierScore([at(0.9), -at(0.6)])).toBeCloseTo(0.185, 10);
  });

  it("is not known of no pairs", () => {
    expect(calibration([])).toEqual([]);
    expect(brierScore([])).toBeUndefined();
    expect(calibrationError([])).toBeUndefined();
  });

  it("refuses margins that are no numbers", () => expect(() => calibration([Number.NaN])).toThrow(RangeError));

  it("holds every pair once, each bin within its bounds, whatever the margins", () => {
    fc.assert(
      fc.property(margins, (values) => {
        const bins = calibration(values);
        expect(bins.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(values.length);
        const right = values.reduce((sum, margin) => sum + (margin > 0 ? 1 : margin === 0 ? 0.5 : 0), 0);
        expect(bins.reduce((sum, bin) => sum + bin.pairs * bin.right, 0)).toBeCloseTo(right, 9);
        for (const { from, predicted, right: share } of bins) {
          expect(predicted).toBeGreaterThanOrEqual(from - 1e-12);
          expect(predicted).toBeLessThanOrEqual(from + 0.05 + 1e-12);
          expect(share >= 0 && share <= 1).toBe(true);
        }
        const error = calibrationError(bins) ?? -1;
        expect(error >= 0 && error <= 1).toBe(true);
      }),
    );
  });

  it("does not depend on the order of pairs, and the Brier score is the mean of their own", () => {
    fc.assert(
      fc.property(margins, (values) => {
        expect(calibration(values.toReversed()).map(({ pairs }) => pairs)).toEqual(
          calibration(values).map(({ pairs }) => pairs),
        );
        const own = values.map((margin) => brierScore([margin]) ?? Number.NaN);
        expect(brierScore(values)).toBeCloseTo(own.reduce((sum, one) => sum + one, 0) / own.length, 10);
      }),
    );
  });

  it("is certain the same way of both orders of a pair", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1000, max: 1000 }), (margin) => {
        expect(certainty(margin)).toBe(certainty(-margin));
        expect(certainty(margin)).toBeGreaterThanOrEqual(0.5);
      }),
    );
  });
});

describe("pairs that count as independent", () => {
  it("are as many as the examples where all pairs of an example go the same way", () => {
    // Four examples of three pairs each, two right and two wrong: by hand, variance (4/3) · 4 · 1.5² / 12² = 1/12,
    // and 0.25 / (1/12) = 3: one less than examples, for their mean was estimated.
    const margin = [1, 1, 1, -1, -1, -1, 1, 1, 1, -1, -1, -1];
    const examples = margin.map((_, pair) => `example ${Math.floor(pair / 3)}`);
    expect(effectivePairs(margin, examples)).toBeCloseTo(3, 12);
  });

  it("are nearly all where every pair has an example of its own", () => {
    const margin = Array.from({ length: 100 }, (_, pair) => (pair % 4 === 0 ? -1 : 1));
    const examples = margin.map((_, pair) => `${pair}`);
    expect(effectivePairs(margin, examples)).toBeCloseTo(99, 9);
  });

  it("are the examples where these do not differ, and none of nothing", () => {
    expect(effectivePairs([1, 1, 1, 1], ["a", "a", "b", "b"])).toBe(2);
    expect(effectivePairs([1, -1, 1, -1], ["a", "a", "b", "b"])).toBe(2);
    expect(effectivePairs([1, -1], ["a", "a"])).toBe(1);
    expect(effectivePairs([], [])).toBe(0);
    expect(() => effectivePairs([1], [])).toThrow(RangeError);
  });

  it("are from 1 to all, whatever the margins", () => {
    const pairs = fc.array(fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(pairs, (given) => {
        const counted = effectivePairs(
          given.map(([margin]) => margin),
          given.map(([, example]) => `${example}`),
        );
        expect(counted).toBeGreaterThanOrEqual(1);
        expect(counted).toBeLessThanOrEqual(given.length);
      }),
    );
  });
});
