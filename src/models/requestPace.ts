/** What of a limit is used: clocks of both ends differ, and answers overtake each other on their way. */
export const USED_SHARE = 0.98;

/** What a request that was waiting when its place came may be late and still have it: timers of a busy process are. */
const MOST_LATE_MS = 100;

/** Milliseconds between two requests when so many a minute are allowed. */
function intervalMs(perMinute: number): number {
  return 60_000 / (USED_SHARE * perMinute);
}

/**
 * Places requests evenly in time, at the interval that their limit leaves to each: providers that allow 600 a minute may
 * well look at every second. There is no burst, and what was not used is gone. N + 1 requests reach over N intervals less
 * MOST_LATE_MS, which is more than 60 s for every N: never more than N lie in a minute.
 */
export class RequestPace {
  /** The earliest place that is free. */
  #next = 0;
  /** `#next` before the last request took its place, as long as nobody came after. */
  #before: { readonly next: number; readonly at: number } | undefined;

  /** Milliseconds until a request may have its place. */
  waitMs(now: number): number {
    return Math.max(0, this.#next - now);
  }

  /**
   * A request takes its place.
   * @param perMinute Infinity where nothing limits it
   * @param since when it came to wait for one
   * @returns what gives it back
   */
  take(perMinute: number, since: number, now: number): () => void {
    if (perMinute === Number.POSITIVE_INFINITY) return () => undefined;
    const before = { next: this.#next, at: now };
    this.#before = before;
    const due = Math.max(this.#next, since, now - MOST_LATE_MS);
    this.#next = due + intervalMs(perMinute);
    // Only the last place can be given back: those after it lie where they lie because of it.
    return () => {
      if (this.#before === before) this.#next = before.next;
    };
  }
}
