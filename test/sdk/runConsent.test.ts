import { describe, expect, test } from "vitest";
import { asksAbove } from "../../src/run/views/estimateWords.ts";

const range = (high: number) => ({ low: 0, expected: high / 2, high });
const none = { budgetUsd: null, budgetTokens: null, budgetCalls: null };
const priced = (high: number) => ({ usd: range(high), simulated: false });
const unpriced = { usd: null, simulated: false };

describe("somebody is asked before a run", () => {
  test("that may cost more than the amount, at its worst", () => {
    expect(asksAbove(priced(1.01), none, 1)).toBe(true);
    expect(asksAbove(priced(1), none, 1)).toBe(false);
  });

  test("whose price nobody knows, unless a budget of calls or tokens holds it", () => {
    expect(asksAbove(unpriced, none, 1000)).toBe(true);
    expect(asksAbove(unpriced, { ...none, budgetTokens: 5000 }, 0)).toBe(false);
    expect(asksAbove(unpriced, { ...none, budgetCalls: 50 }, 0)).toBe(false);
    expect(asksAbove(priced(9), { ...none, budgetCalls: 50 }, 1)).toBe(true);
  });

  test("never where a budget of money holds it, or nothing is to be paid", () => {
    expect(asksAbove(priced(9), { ...none, budgetUsd: 10 }, 1)).toBe(false);
    expect(asksAbove({ usd: range(0), simulated: true }, none, 0)).toBe(false);
  });
});
