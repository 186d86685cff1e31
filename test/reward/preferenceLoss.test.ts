import fc from "fast-check";
import { expect, it } from "vitest";
import {
  gapWeights,
  pairLoss,
  pairLossSlope,
  preferenceLoss,
  rankingAccuracy,
} from "../../src/reward/preferenceLoss.ts";

// Golden values: -log σ(m) evaluated by hand, log(1 + e^-m).
it.each([
  [0, Math.LN2],
  [2, 0.1269],
  [-2, 2.1269],
])("a margin of %f costs %f nats", (margin, loss) => {
  expect(pairLoss(margin)).toBeCloseTo(loss, 4);
  expect(preferenceLoss([margin])).toBeCloseTo(loss, 4);
});

it("stays finite for any finite margin, and so does its slope", () => {
  for (const margin of [1e308, -1e308, 800, -800]) {
    expect(Number.isFinite(pairLoss(margin))).toBe(true);
    expect(Number.isFinite(pairLossSlope(margin))).toBe(true);
  }
});

it("has the slope that a central difference finds", () => {
  fc.assert(
    fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (margin) => {
      const numeric = (pairLoss(margin + 1e-5) - pairLoss(margin - 1e-5)) / 2e-5;
      expect(pairLossSlope(margin)).toBeCloseTo(numeric, 5);
    }),
  );
});

it("multiplies each loss by its weight and divides by the number of pairs", () => {
  expect(preferenceLoss([0, 2], [1, 0])).toBeCloseTo(Math.LN2 / 2, 12);
});

it("refuses no pairs and lengths that differ", () => {
  expect(() => preferenceLoss([])).toThrow(RangeError);
  expect(() => preferenceLoss([1], [1, 1])).toThrow("1 margins but 2 weights");
});

it("scales gaps to [0, 1] and weighs equal gaps alike", () => {
  expect(gapWeights([0.6, 0.3])).toEqual([1, 0]);
  expect(gapWeights([0.5, 0.5])).toEqual([1, 1]);
  expect(gapWeights([0.4])).toEqual([1]);
  expect(gapWeights([])).toEqual([]);
});

it("counts ties half in the ranking accuracy", () => {
  expect(rankingAccuracy([1, 0, -1, 2])).toBe(0.625);
  expect(rankingAccuracy([])).toBeUndefined();
});
