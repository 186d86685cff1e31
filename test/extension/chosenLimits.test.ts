import { describe, expect, test } from "vitest";
import { budgetLine, budgetProblem } from "../../src/extension/runs/budgetWords.ts";
import { stepCell } from "../../src/extension/runs/experimentCells.ts";
import { ownLimits } from "../../src/extension/runs/experimentLimits.ts";
import { RememberedLimits } from "../../src/extension/runs/rememberedLimits.ts";
import { english } from "../../src/run/l10n.ts";
import { memory } from "./memory.ts";

describe("limits of an experiment", () => {
  test("are those of its source, and the defaults where it is silent", () => {
    const { budgets, cache } = ownLimits({ settings: { budgetRuns: 300, budgetUsd: 2, cache: "off", iterations: 4 } });
    expect(budgets).toEqual({
      budgetRuns: 300,
      budgetCalls: null,
      budgetTokens: null,
      budgetUsd: 2,
      budgetMinutes: null,
    });
    expect(cache).toBe("off");
    expect(ownLimits({ settings: {} }).budgets.budgetRuns).toBe(2000);
  });

  test("are not known where its settings are computed, or none that a run takes", () => {
    expect(ownLimits({})).toEqual({ budgets: {} });
    expect(ownLimits({ settings: { budgetUsd: -1 } })).toEqual({ budgets: {} });
  });
});

describe("limits that were chosen", () => {
  test("are remembered by experiment, until they are the experiment's again", async () => {
    const kept = memory();
    const limits = new RememberedLimits(kept);
    await limits.remember("a", { budgets: { budgetUsd: 3, budgetRuns: null }, cache: "off" });
    await limits.remember("b", { budgets: { budgetCalls: 5 } });
    expect(new RememberedLimits(kept).of("a")).toEqual({ budgets: { budgetUsd: 3, budgetRuns: null }, cache: "off" });
    await limits.remember("a", { budgets: {} });
    expect(limits.of("a")).toBeUndefined();
    expect(limits.of("b")).toEqual({ budgets: { budgetCalls: 5 } });
  });

  test("that are no limits are forgotten", async () => {
    const kept = memory();
    await kept.update("optimas.chosenLimits", [{ experiment: "a", budgets: { budgetUsd: "much" } }]);
    expect(new RememberedLimits(kept).of("a")).toBeUndefined();
  });

  test("stand beside what the experiment says", () => {
    const own = { budgetRuns: 2000, budgetUsd: null };
    expect(budgetLine("budgetRuns", own, {}, english)).toEqual({
      value: "2,000 system runs",
      origin: "As the experiment says",
    });
    expect(budgetLine("budgetUsd", own, { budgetUsd: 1.5 }, english)).toEqual({
      value: "$1.50",
      origin: "Chosen for this run; the experiment says no limit",
    });
    expect(budgetLine("budgetTokens", own, {}, english).value).toBe("as the experiment says");
    expect(budgetProblem("budgetUsd", "no number", english)).toMatch(/such as 2\.50, or none/);
  });

  test("are written into the cell that runs an experiment of a notebook", () => {
    const goal = { kind: "optimize", components: undefined, iterations: 4 } as const;
    expect(stepCell({ binding: "tuning" }, goal, { budgetUsd: 2, cache: "off" })).toBe(
      'const bench = await tuning.open({ settings: { budgetUsd: 2, cache: "off" } });\nawait bench.optimize({ iterations: 4 })',
    );
    expect(stepCell({ binding: "tuning" }, { ...goal, components: ["a"] }, { budgetRuns: null })).toBe(
      'const bench = await tuning.open({ settings: { budgetRuns: null, components: ["a"] } });\nawait bench.optimize({ iterations: 4 })',
    );
    expect(stepCell({ binding: "tuning" }, goal)).toBe("await tuning.optimize({ iterations: 4 })");
  });
});
