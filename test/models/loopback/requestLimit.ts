/** A bucket that fills with the time: what providers mean by so many requests a minute. */
export class RequestLimit {
  readonly perMinute: number;
  /** Requests that may come at once. */
  readonly burst: number;
  readonly #now: () => number;
  #held: number;
  #at: number;

  /** @param now milliseconds */
  constructor(perMinute: number, burst = perMinute, now: () => number = () => performance.now()) {
    this.perMinute = perMinute;
    this.burst = burst;
    this.#now = now;
    this.#held = burst;
    this.#at = now();
  }

  /** Takes one where there is one. */
  take(): boolean {
    this.#fill();
    if (this.#held < 1) return false;
    this.#held -= 1;
    return true;
  }

  get remaining(): number {
    this.#fill();
    return Math.floor(this.#held);
  }

  /** Milliseconds until there is one again. */
  get waitMs(): number {
    this.#fill();
    return Math.max(0, ((1 - this.#held) * 60_000) / this.perMinute);
  }

  /** Milliseconds until it is full. */
  get fullMs(): number {
    this.#fill();
    return ((this.burst - this.#held) * 60_000) / this.perMinute;
  }

  #fill(): void {
    const now = this.#now();
    this.#held = Math.min(this.burst, this.#held + ((now - this.#at) * this.perMinute) / 60_000);
    this.#at = now;
  }
}
