import type { Clock } from "../../src/system/clock.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** Time that passes only when nothing more is to be done at the present moment. */
export class SimulatedTime implements Clock {
  #now = 1_000;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), action };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  get waiting(): number {
    return this.#timers.size;
  }

  /** Resolves at a moment, as a sleep would. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Lets so much time pass, or as much as it takes until nothing waits for time any more. */
  async run(ms = Number.POSITIVE_INFINITY): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#next();
      if (next === undefined || next.at > until) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    if (until < Number.POSITIVE_INFINITY) this.#now = until;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.at < next.at) next = timer;
    return next;
  }
}

/** Until no promise has anything left to do. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}
