import type { EditorRun } from "./editorRun.ts";
import type { EditorRunPlan } from "./editorRunRequest.ts";

/** What the queue looks at. */
type Queued = Pick<EditorRun, "state"> & { readonly plan: Pick<EditorRunPlan, "file" | "goal"> };

/**
 * The queued runs that may start now, in order. Runs that could change the same component wait for one another whatever
 * the limit: each begins with what the one before accepted.
 * @param runs oldest first
 * @param limit runs at the same time, at least 1
 */
export function runsToStart<T extends Queued>(runs: readonly T[], limit: number): T[] {
  const live = runs.filter(({ state }) => state.kind !== "queued" && state.kind !== "ended");
  const starting: T[] = [];
  /** Later runs must not overtake one that waits for the same component. */
  const waiting: T[] = [];
  for (const run of runs) {
    if (run.state.kind !== "queued") continue;
    const free = live.length + starting.length < Math.max(1, limit);
    const disputed = [...live, ...starting, ...waiting].some((other) => changeTheSame(run.plan, other.plan));
    if (free && !disputed) starting.push(run);
    else waiting.push(run);
  }
  return starting;
}

/** How many runs that have not ended stand before a queued one. */
export function runsBefore<T extends Queued>(runs: readonly T[], queued: T): number {
  return runs.slice(0, runs.indexOf(queued)).filter(({ state }) => state.kind !== "ended").length;
}

function changeTheSame(a: Queued["plan"], b: Queued["plan"]): boolean {
  if (a.file !== b.file || a.goal.kind !== "optimize" || b.goal.kind !== "optimize") return false;
  const [mine, others] = [a.goal.components, b.goal.components];
  return mine === undefined || others === undefined || mine.some((component) => others.includes(component));
}
