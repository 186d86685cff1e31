import type { RunEvent } from "../events.ts";
import type { RunView } from "./runView.ts";

/**
 * Milliseconds that the iterations still take, after `event` with `workedMs` since the one before: the mean time of the
 * finished iterations times those to come, or less when the budget ends first at the pace so far. Between two updates
 * it runs down. Null before the first update and once the iterations are over.
 */
export function timeLeftMs(view: RunView, event: RunEvent, workedMs: number): number | null {
  if (view.status.state !== "running" || view.status.phase === "testing") return null;
  if (event.type !== "update") return view.timeLeftMs === null ? null : Math.max(0, view.timeLeftMs - workedMs);
  const { header, iteration, iteratingFrom } = view;
  if (header === null || iteration === null || iteratingFrom === null) return null;
  const iteratingMs = view.elapsedMs - iteratingFrom.elapsedMs;
  const byIterations = (iteratingMs / iteration.iteration) * (iteration.of - iteration.iteration);
  const spent = view.spentRuns - iteratingFrom.spentRuns;
  if (header.budgetRuns === null || spent <= 0) return byIterations;
  return Math.min(byIterations, Math.max(0, header.budgetRuns - view.spentRuns) * (iteratingMs / spent));
}
