import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { neighbours } from "../../src/optimize/neighbours.ts";
import { valueMismatch } from "../../src/system/configuration.ts";
import { choice, modelChoice, options, prompt, range } from "../../src/system/declaration.ts";
import type { Dimension, Variable } from "../../src/system/variable.ts";

const beside = (dimension: Dimension, value: number | string | boolean) =>
  neighbours(options({ key: dimension }), { key: value }).map(({ value: other }) => (other as { key: unknown }).key);

describe("beside a value lie", () => {
  test("all others of a short choice, which has no order", () =>
    expect(beside(choice([1, 5, 10, 25]), 5)).toEqual([1, 10, 25]));
  test("the two next to it of a long choice", () =>
    expect(beside(choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 5)).toEqual([4, 6]));
  test("one at the end of a long choice", () =>
    expect(beside(choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 1)).toEqual([2]));
  test("the steps before and after it in a range", () =>
    expect(beside(range(0, 100, { integer: true }), 50)).toEqual([49, 51]));
  test("a tenth of a continuous range to either side", () => expect(beside(range(0, 2), 1)).toEqual([0.8, 1.2]));
  test("a tenth of the orders of magnitude where the range is logarithmic", () =>
    expect(beside(range(1, 1024, { log: true }), 32)).toEqual([16, 64]));
  test("other models of a choice of model", () =>
    expect(neighbours(modelChoice(["a", "b", "c"]), "b").map(({ value }) => value)).toEqual(["a", "c"]));
  test("nothing of a prompt", () => expect(neighbours(prompt("Answer."), "Answer.")).toEqual([]));

  test("one option's values with all others as they are", () => {
    const variable = options({ k: choice([1, 2]), loud: choice([false, true]) });
    expect(neighbours(variable, { k: 1, loud: true })).toEqual([
      { key: "k", value: { k: 2, loud: true } },
      { key: "loud", value: { k: 1, loud: false } },
    ]);
  });
});

const dimensions: fc.Arbitrary<Dimension> = fc.oneof(
  fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 20 }).map((values) => choice(values)),
  fc
    .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }), fc.boolean(), fc.boolean())
    .map(([low, width, integer, log]) => range(low, low + width, { integer, log })),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 50 }))
    .map(([low, steps]) => range(low, low + steps * 0.25, { step: 0.25 })),
);

test("every neighbour belongs to the search space and is another value", () => {
  fc.assert(
    fc.property(dimensions, fc.nat(), (dimension, pick) => {
      const variable: Variable = options({ key: dimension });
      const start = {
        key: dimension.kind === "choice" ? (dimension.values[pick % dimension.values.length] ?? 0) : dimension.low,
      };
      for (const { value } of neighbours(variable, start)) {
        expect(valueMismatch(variable, value)).toBeUndefined();
        expect(value).not.toEqual(start);
      }
    }),
  );
});
