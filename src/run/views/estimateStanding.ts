import type { EstimateRange, RunEstimate, SpentSoFar } from "../events.ts";

/** What is estimated of a run, in the order in which it is told. Time is in minutes, money in US dollars. */
export const estimatedUnits = ["calls", "tokens", "money", "time"] as const;
export type EstimatedUnit = (typeof estimatedUnits)[number];

/** What has come of a run. */
export interface Came {
  readonly spent: SpentSoFar;
  /** Milliseconds at work. */
  readonly elapsedMs: number;
  /** The run has come to its end: no more will come. */
  readonly over: boolean;
}

/** Where what came lies beside its range; "unknown" where one of both is not known, or more may have to be paid. */
export type Place = "inside" | "below" | "above" | "unknown";

export interface EstimatedFigure {
  readonly unit: EstimatedUnit;
  /** Null where it could not be estimated. */
  readonly range: EstimateRange | null;
  /** Null where it is not known. */
  readonly came: number | null;
  readonly place: Place;
}

/** An estimate beside what came of it. */
export interface EstimateStanding {
  readonly figures: readonly EstimatedFigure[];
  /** With what is not known of it. */
  readonly money: SpentSoFar["money"];
  /** Answers that were taken from the record at no cost: an estimate takes none off. */
  readonly recorded: number;
  /** No model but the simulated one was to be asked. */
  readonly simulated: boolean;
  readonly over: boolean;
  /** How the estimate was computed, and what it leaves open. */
  readonly sentences: readonly string[];
}

/** Null where the run has no estimate. */
export function estimateStanding(estimate: RunEstimate | null | undefined, came: Came): EstimateStanding | null {
  if (estimate === null || estimate === undefined) return null;
  const { spent, elapsedMs, over } = came;
  const { usd, unpriced, unanswered } = spent.money;
  const most = unpriced > 0 ? Number.POSITIVE_INFINITY : usd + (unanswered?.usd ?? 0);
  const money = unpriced > 0 && usd === 0 ? null : usd;
  const minutes = elapsedMs / 60_000;
  return {
    figures: [
      { unit: "calls", range: estimate.calls, came: spent.calls, place: placeOf(estimate.calls, spent.calls) },
      { unit: "tokens", range: estimate.tokens, came: spent.tokens, place: placeOf(estimate.tokens, spent.tokens) },
      { unit: "money", range: estimate.usd, came: money, place: placeOf(estimate.usd, usd, most) },
      { unit: "time", range: estimate.minutes, came: minutes, place: placeOf(estimate.minutes, minutes) },
    ],
    money: spent.money,
    recorded: spent.recorded,
    simulated: estimate.simulated,
    over,
    sentences: estimate.sentences,
  };
}

/** @param most that it may be, where it is not known just what it is */
function placeOf(range: EstimateRange | null, came: number, most = came): Place {
  if (range === null) return "unknown";
  if (came > range.high) return "above";
  if (most < range.low) return "below";
  return came >= range.low && most <= range.high ? "inside" : "unknown";
}
