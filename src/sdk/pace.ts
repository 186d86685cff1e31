/** Time as those see it who wait for a moment. */
export interface Time {
  /** Milliseconds from any fixed moment; never goes back. */
  now(): number;
  /** Calls `action` after so many milliseconds, unless the returned function is called before. */
  after(ms: number, action: () => void): () => void;
}

export const systemTime: Time = {
  now: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** Does something as often as it is asked for, but at most once in an interval; the last wish is always done. */
export class Pace {
  readonly #action: () => void;
  readonly #intervalMs: number;
  readonly #time: Time;
  #last = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(action: () => void, intervalMs: number, time: Time) {
    this.#action = action;
    this.#intervalMs = intervalMs;
    this.#time = time;
  }

  /** Does it now, or as soon as the interval is over. */
  wish(): void {
    if (this.#cancel !== undefined) return;
    const wait = this.#last + this.#intervalMs - this.#time.now();
    if (wait <= 0) this.#act();
    else this.#cancel = this.#time.after(wait, () => this.#act());
  }

  /** Does at once what was wished for and not done. */
  finish(): void {
    if (this.#cancel !== undefined) this.#act();
  }

  #act(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#last = this.#time.now();
    this.#action();
  }
}
