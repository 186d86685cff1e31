import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSettings } from "../../src/optimize/settings.ts";
import { BUDGET_NAMES, budgetsSchema, typedBudget } from "../../src/run/budgets.ts";

describe("a typed budget", () => {
  test.each([
    ["budgetRuns", "2,000", 2000],
    ["budgetRuns", "12.5", 12.5],
    ["budgetTokens", "500_000", 500_000],
    ["budgetTokens", "1 500 000", 1_500_000],
    ["budgetUsd", "$1.50", 1.5],
    ["budgetUsd", " 3 $ ", 3],
    ["budgetUsd", ".5", 0.5],
    ["budgetMinutes", "None", null],
  ] as const)("of %s is read from %j", (name, text, limit) => {
    expect(typedBudget(name, text)).toEqual({ kind: "limit", limit });
  });

  test("of nothing is the experiment's own", () => {
    expect(typedBudget("budgetUsd", "  ")).toEqual({ kind: "own" });
  });

  test.each([
    ["budgetUsd", "1,5", "no number"],
    ["budgetUsd", "two", "no number"],
    ["budgetRuns", "$5", "no number"],
    ["budgetCalls", "1,0000", "no number"],
    ["budgetCalls", "1,000_000", "no number"],
    ["budgetMinutes", "1e3", "no number"],
    ["budgetUsd", "0", "not above 0"],
    ["budgetUsd", "-3", "not above 0"],
    ["budgetCalls", "2.5", "not whole"],
    ["budgetRuns", "1".repeat(40), "too large"],
  ] as const)("of %s is none in %j", (name, text, fault) => {
    expect(typedBudget(name, text)).toEqual({ kind: "wrong", fault });
  });

  test("that is read is one that the settings of a run take", () => {
    fc.assert(
      fc.property(fc.constantFrom(...BUDGET_NAMES), fc.oneof(fc.string(), fc.float().map(String)), (name, text) => {
        const read = typedBudget(name, text);
        if (read.kind !== "limit") return;
        expect(parseSettings({ [name]: read.limit })[name]).toBe(read.limit);
        expect(budgetsSchema.parse({ [name]: read.limit })).toEqual({ [name]: read.limit });
      }),
    );
  });

  test("as it is shown is read as the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (limit) => {
        expect(typedBudget("budgetTokens", limit.toLocaleString("en-US"))).toEqual({ kind: "limit", limit });
      }),
    );
  });
});
