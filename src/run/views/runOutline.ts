import type { RunEvent } from "../events.ts";
import { emptyRunView, reduce } from "./reduce.ts";
import type { RunView } from "./runView.ts";

/**
 * A run's view without its long lists and without what only a run under way is asked for: small enough to be kept for
 * every run of a workspace.
 */
export type RunOutline = Omit<
  RunView,
  "candidates" | "landscape" | "failures" | "progress" | "elapsedMs" | "timeLeftMs" | "iteratingFrom"
>;

/** A run of which nothing is known yet. */
export function emptyOutline(): RunOutline {
  return emptyRunView();
}

/**
 * Takes one more event into the outline. The one given is used up: only the one that comes back holds.
 * @throws Error when the event names a component that the run's first event did not declare
 */
export function reduceOutline(outline: RunOutline, event: RunEvent): RunOutline {
  const view = reduce(outline as RunView, event);
  const long = view.candidates.length + view.landscape.length + view.failures.length > 0;
  const short: RunView = long ? { ...view, candidates: [], landscape: [], failures: [] } : view;
  return short;
}
