/** So many of the last requests must be refused before a limit is believed in: single refusals have other causes. */
const TOO_MANY = { refused: 10, of: 50 };

/** The same for one that is believed in: it is measured again. */
const STILL_TOO_MANY = { refused: 3, of: 60 };

/** What each refusal leaves of a limit that is believed in. */
const LESS = 0.94;

const MINUTE_MS = 60_000;
/** What is measured over less is chance, and answers to what was sent before. */
const LEAST_MEASURED_MS = 1_000;
const LEAST_MEASURED_AGAIN_MS = 3_000;

/** What is used of a limit that was only measured. */
const USED = 0.95;

/** How long a measured limit is kept to before a higher one is tried, and by how much in each minute from then on. */
const KEPT_MS = 5 * MINUTE_MS;
const MORE_EACH_MINUTE = 0.05;

/**
 * What was answered within one minute may be twice what a minute allows, where a full bucket is added to what flows in; half
 * of it is allowed for certain, and believed in for so long.
 */
const CERTAIN = 0.5;
const CERTAIN_MS = 10 * MINUTE_MS;

/**
 * A limit that nobody told: measured as what was let through while the rest was refused, kept for minutes, then felt for
 * from below. A refusal above the measured limit sets it back at once.
 */
export class LearntPace {
  /** Moments of the answers of the last minute. */
  readonly #answered: number[] = [];
  /** Most answers in a minute, of late. */
  #best = { count: 0, at: Number.NEGATIVE_INFINITY };
  /** Whether the last requests were refused. */
  #refused: boolean[] = [];
  #measured: { readonly perMinute: number; readonly at: number; readonly keptMs: number } | undefined;
  #since: number | undefined;

  /** Requests a minute; Infinity while no limit has shown itself. */
  perMinute(now: number): number {
    const measured = this.#measured;
    if (measured === undefined) return Number.POSITIVE_INFINITY;
    const beyond = Math.max(0, now - measured.at - measured.keptMs) / MINUTE_MS;
    return Math.max(measured.perMinute, CERTAIN * this.#best.count) * USED * (1 + MORE_EACH_MINUTE * beyond);
  }

  answered(now: number): void {
    this.#since ??= now;
    this.#told(false);
    this.#answered.push(now);
    this.#forget(now);
    if (this.#answered.length >= this.#best.count || this.#best.at < now - CERTAIN_MS) {
      this.#best = { count: this.#answered.length, at: now };
    }
  }

  /** @param enteredAt when the request was sent that was refused */
  refused(enteredAt: number, now: number): void {
    this.#since ??= enteredAt;
    const measured = this.#measured;
    if (measured === undefined) {
      this.#told(true);
      if (this.#isTooMany(TOO_MANY)) this.#measure(now, this.#since, LEAST_MEASURED_MS);
      return;
    }
    if (enteredAt < measured.at) return;
    this.#told(true);
    const keptMs = now - measured.at;
    if (keptMs > measured.keptMs) {
      this.#keep({ perMinute: measured.perMinute, at: now, keptMs: 2 * measured.keptMs });
    } else if (keptMs >= LEAST_MEASURED_AGAIN_MS && this.#isTooMany(STILL_TOO_MANY)) {
      this.#measure(now, measured.at, LEAST_MEASURED_AGAIN_MS);
    } else {
      this.#measured = { ...measured, perMinute: measured.perMinute * LESS };
    }
  }

  #isTooMany({ refused, of }: typeof TOO_MANY): boolean {
    return this.#refused.slice(-of).filter(Boolean).length >= refused;
  }

  #measure(now: number, since: number, leastMs: number): void {
    const from = Math.max(now - MINUTE_MS, since);
    const count = this.#answered.filter((at) => at >= from).length;
    // Where nothing was let through at all, there is no pace to learn.
    if (count === 0) return;
    this.#keep({ perMinute: (count * MINUTE_MS) / Math.max(leastMs, now - from), at: now, keptMs: KEPT_MS });
  }

  #told(refused: boolean): void {
    this.#refused.push(refused);
    if (this.#refused.length > STILL_TOO_MANY.of) this.#refused.shift();
  }

  #keep(measured: { readonly perMinute: number; readonly at: number; readonly keptMs: number }): void {
    this.#measured = measured;
    this.#refused = [];
  }

  #forget(now: number): void {
    const kept = this.#answered.findIndex((at) => at >= now - MINUTE_MS);
    if (kept > 0) this.#answered.splice(0, kept);
  }
}
