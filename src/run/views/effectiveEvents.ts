import type { RunEvent } from "../events.ts";

/**
 * The events that count: a resumed run does again what happened after the checkpoint it went on from, and the log, being
 * append-only, holds both. The start of a run and its resumptions always count.
 */
export function effectiveEvents(events: readonly RunEvent[]): RunEvent[] {
  const kept: RunEvent[] = [];
  for (const event of events) {
    if (event.type === "run.resumed") discardAfter(kept, event.checkpoint);
    kept.push(event);
  }
  return kept;
}

function discardAfter(kept: RunEvent[], checkpoint: number): void {
  const resumptions: RunEvent[] = [];
  for (let last = kept.at(-1); last !== undefined && last.seq > checkpoint; last = kept.at(-1)) {
    if (last.type === "run.started") break;
    if (last.type === "run.resumed") resumptions.push(last);
    kept.pop();
  }
  kept.push(...resumptions.reverse());
}

/**
 * Milliseconds at work over the whole log, redone work included; the pause between the last event before a resumption
 * and the resumption itself does not count.
 */
export function workingMs(events: readonly RunEvent[]): number {
  return events.reduce((sum, event, index) => sum + workBetween(events[index - 1], event), 0);
}

/** Working time that passed from one event to the next. */
export function workBetween(previous: Pick<RunEvent, "at"> | undefined, event: Pick<RunEvent, "at" | "type">): number {
  if (previous === undefined || event.type === "run.resumed") return 0;
  // A clock that was set back must not shorten the run.
  return Math.max(0, event.at - previous.at);
}
