import { describe, expect, test } from "vitest";
import { type Choosable, chooseComponent, softmax } from "../../src/optimize/componentChoice.ts";
import { seededRandom } from "../../src/system/random.ts";

const of = (name: string, averageGap: number, lastAccepted?: number): Choosable => ({ name, averageGap, lastAccepted });

describe("choosing a component", () => {
  test("by gaps draws with softmax of the gaps: 0.2 and 0.5 give 0.4256 and 0.5744", () => {
    // exp(0.2) / (exp(0.2) + exp(0.5)) = 1 / (1 + exp(0.3)).
    const components = [of("a", 0.2), of("b", 0.5)];
    const random = seededRandom("gaps");
    const drawn = Array.from({ length: 4000 }, () => chooseComponent(components, "gap", 0, 1, random));
    for (const { name, probability } of drawn) expect(probability).toBeCloseTo(name === "a" ? 0.4256 : 0.5744, 4);
    const share = drawn.filter(({ name }) => name === "a").length / drawn.length;
    // Standard error 0.008.
    expect(Math.abs(share - 0.4256)).toBeLessThan(0.035);
  });

  test("uniformly gives all the same chance, whatever their gaps", () => {
    const { probability } = chooseComponent([of("a", 0.9), of("b", 0), of("c", 0)], "uniform", 0, 1, seededRandom(1));
    expect(probability).toBeCloseTo(1 / 3, 12);
  });

  test("lets a component rest for `cooldown` iterations after an accepted update", () => {
    const components = [of("updated", 0, 3), of("other", 0)];
    const canDraw = (cooldown: number, iteration: number) =>
      new Set(
        Array.from(
          { length: 40 },
          (_, seed) => chooseComponent(components, "uniform", cooldown, iteration, seededRandom(seed)).name,
        ),
      );
    expect(canDraw(0, 4)).toContain("updated");
    expect(canDraw(1, 4)).not.toContain("updated");
    expect(canDraw(1, 5)).toContain("updated");
    expect(canDraw(2, 5)).not.toContain("updated");
    expect(canDraw(2, 6)).toContain("updated");
  });

  test("draws from all when all of them rest", () => {
    const resting = [of("a", 0, 3), of("b", 0, 4)];
    expect(chooseComponent(resting, "uniform", 5, 5, seededRandom(1)).probability).toBe(0.5);
  });

  test("from nothing is a defect", () => {
    expect(() => chooseComponent([], "uniform", 0, 1, seededRandom(1))).toThrow(RangeError);
  });
});

test("softmax sums to 1 and stays finite for large values", () => {
  const probabilities = softmax([1000, 1001, -1000]);
  expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  expect(probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  expect(probabilities[2]).toBe(0);
});
