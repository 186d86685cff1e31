import { type EventOf, type EventType, isLogged, type RunEvent } from "../run/events.ts";
import { effectiveEvents } from "../run/views/effectiveEvents.ts";
import { type LiveRunView, liveRunView } from "../run/views/reduce.ts";
import type { RunView } from "../run/views/runView.ts";

/** What counts of a run so far: its events, without those that a resumption took back, and the view of them. */
export class RunHistory {
  #events: RunEvent[];
  readonly #live: LiveRunView;

  /** @param past events already in the run's log */
  constructor(past: readonly RunEvent[] = []) {
    this.#events = effectiveEvents(past);
    this.#live = liveRunView(past);
  }

  get events(): readonly RunEvent[] {
    return this.#events;
  }

  get view(): RunView {
    return this.#live.view;
  }

  add(event: RunEvent): void {
    this.#live.add(event);
    if (!isLogged(event)) return;
    if (event.type === "run.resumed") this.#events = effectiveEvents([...this.#events, event]);
    else this.#events.push(event);
  }

  of<T extends EventType>(type: T): EventOf<T>[] {
    return this.#events.filter((event): event is EventOf<T> => event.type === type);
  }

  latest<T extends EventType>(type: T): EventOf<T> {
    const event = this.#events.findLast((candidate): candidate is EventOf<T> => candidate.type === type);
    if (event === undefined) throw new Error(`the run has recorded no ${type}`);
    return event;
  }
}
