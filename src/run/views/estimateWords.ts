import type { RunEstimate } from "../events.ts";
import { rangeText } from "./estimateStandingWords.ts";

/** An estimate, a figure a line: "calls  about 350 (66 to 1,050)". */
export function estimateLines(
  estimate: Omit<RunEstimate, "sentences">,
): readonly (readonly [what: string, figure: string])[] {
  const { calls, tokens, usd, minutes } = estimate;
  return [
    ["calls", rangeText(calls, "calls")],
    ["tokens", rangeText(tokens, "tokens")],
    ["money", usd === null ? "not known" : estimate.simulated ? "$0: simulated model" : rangeText(usd, "money")],
    ["time", rangeText(minutes, "time")],
  ];
}

/** An estimate in one line. */
export function estimateText(estimate: RunEstimate): string {
  const [calls, tokens, money, time] = estimateLines(estimate).map(([, figure]) => figure);
  return `${calls} calls, ${tokens} tokens, money ${money}, ${time}`;
}

/** Budgets that hold a run's cost, as far as they do. */
export interface CostBudgets {
  readonly budgetUsd: number | null;
  readonly budgetTokens: number | null;
  readonly budgetCalls: number | null;
}

/**
 * Whether somebody is to be asked before a run: it may cost more than `usd`, or nobody knows what it costs. Whoever has
 * given a budget that holds its cost has said already what it may come to.
 */
export function asksAbove(
  estimate: Pick<RunEstimate, "usd" | "simulated">,
  budgets: CostBudgets,
  usd: number,
): boolean {
  if (estimate.simulated || budgets.budgetUsd !== null) return false;
  if (estimate.usd === null) return budgets.budgetTokens === null && budgets.budgetCalls === null;
  return estimate.usd.high > usd;
}
