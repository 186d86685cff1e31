import type { FitReport } from "./localRewards.ts";

/** Alignment below which a local reward function is not used: little better than a coin (0.5). */
export const defaultTrustThreshold = 0.55;

/** Held-out pairs below which an alignment says nothing: at 20 pairs its standard error is still 0.11. */
export const defaultMinimumHeldOut = 20;

/**
 * Whether a local reward function may stand in for the global reward: its alignment is known, rests on at least
 * `minimumHeldOut` pairs, and reaches `threshold`. A plain threshold rather than a confidence bound, because pairs of
 * one example depend on each other and a binomial bound would promise more than it holds.
 */
export function isTrusted(
  report: Pick<FitReport, "alignment" | "heldOut">,
  threshold: number = defaultTrustThreshold,
  minimumHeldOut: number = defaultMinimumHeldOut,
): boolean {
  return report.alignment !== undefined && report.heldOut >= minimumHeldOut && report.alignment >= threshold;
}
