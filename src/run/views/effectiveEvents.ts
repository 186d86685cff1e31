import type { RunEvent } from "../events.ts";

/**
 * The events that count: a resumed run does again what happened after the checkpoint it went on from, and the log, being
 * append-only, holds both. The start of a run and its resumptions always count; these tell how long was worked on what
 * they took back.
 */
export function effectiveEvents(events: readonly RunEvent[]): RunEvent[] {
  const kept: RunEvent[] = [];
  for (const event of events) {
    if (event.type === "run.resumed") discardAfter(kept, event.checkpoint);
    kept.push(event);
  }
  return kept.length === events.length ? kept : withRedoneWork(events, kept);
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

function withRedoneWork(events: readonly RunEvent[], kept: readonly RunEvent[]): RunEvent[] {
  const redone = new RedoneWork();
  let next = 0;
  return events.flatMap((event) => {
    const counts = event === kept[next];
    if (counts) next++;
    return redone.after(event, counts) ?? [];
  });
}

/** Adds up the time at work on events that no longer count, for the resumption that took them back. */
export class RedoneWork {
  #previous: RunEvent | undefined;
  #ms = 0;

  /** The next event of a log, as it is to be told; undefined where it does not count. */
  after(event: RunEvent, counts: boolean): RunEvent | undefined {
    const workedMs = workBetween(this.#previous, event);
    this.#previous = event;
    if (!counts) {
      this.#ms += workedMs;
      return undefined;
    }
    if (event.type !== "run.resumed") return event;
    const redoneMs = event.redoneMs ?? this.#ms;
    this.#ms = 0;
    return redoneMs === 0 ? event : { ...event, redoneMs };
  }
}

/**
 * Working time that an event brings: what passed since the one before, and with a resumption what was worked on what it
 * took back. The pause before a resumption is no work.
 */
export function workBetween(previous: Pick<RunEvent, "at"> | undefined, event: RunEvent): number {
  if (event.type === "run.resumed") return event.redoneMs ?? 0;
  // A clock that was set back must not shorten the run.
  return previous === undefined ? 0 : Math.max(0, event.at - previous.at);
}
