import { expect, it } from "vitest";
import { AdamW } from "../../src/reward/adamW.ts";

it("moves each weight by the learning rate in the first step, whatever the gradient's size", () => {
  const weights = Float64Array.of(1, 1, 1);
  new AdamW({ learningRate: 0.1, decay: new Float64Array(3) }).step(weights, Float64Array.of(1e-3, -500, 0));
  expect([...weights]).toEqual([expect.closeTo(0.9, 5), expect.closeTo(1.1, 5), 1]);
});

// Second step by hand: m = 0.9·0.1 + 0.1·(-1) = -0.01, v = 0.999·0.001 + 0.001 = 0.001999;
// corrected: -0.01/0.19 and 0.001999/0.001999; so the weight goes up by 0.1/19.
it("averages gradients over steps with bias correction", () => {
  const weights = Float64Array.of(0);
  const optimizer = new AdamW({ learningRate: 0.1, decay: new Float64Array(1) });
  optimizer.step(weights, Float64Array.of(1));
  optimizer.step(weights, Float64Array.of(-1));
  expect(weights[0]).toBeCloseTo(-0.1 + 0.1 / 19, 6);
});

it("shrinks weights by learning rate times decay, apart from the gradient", () => {
  const weights = Float64Array.of(2, 2);
  new AdamW({ learningRate: 0.1, decay: Float64Array.of(0.5, 0) }).step(weights, new Float64Array(2));
  expect([...weights]).toEqual([expect.closeTo(1.9, 12), 2]);
});

it("finds the minimum of a quadratic", () => {
  const weights = Float64Array.of(5, -3);
  const optimizer = new AdamW({ learningRate: 0.05, decay: new Float64Array(2) });
  for (let step = 0; step < 2000; step++)
    optimizer.step(weights, Float64Array.of(2 * ((weights[0] ?? 0) - 1), 20 * ((weights[1] ?? 0) + 2)));
  expect(weights[0]).toBeCloseTo(1, 2);
  expect(weights[1]).toBeCloseTo(-2, 2);
});
