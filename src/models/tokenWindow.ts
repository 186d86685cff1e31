import { USED_SHARE } from "./requestPace.ts";

const MINUTE_MS = 60_000;

/** Tokens that were not used for so long may still be. */
const CREDIT_MS = 500;

/** How much the latest request tells about what requests take of what they reserve. */
const LEARNING = 0.1;

interface Taken {
  readonly at: number;
  tokens: number;
}

/** Tokens of one request, taken at their most until their number is known. */
export interface TokenPlace {
  /** The request took so many; 0 when it was not answered for want of a place at the provider. */
  correct(tokens: number, now: number): void;
}

/**
 * Tokens of the last minute. Each request reserves all that it may take, so that the sum never passes the limit, and is
 * corrected when it is over. Requests are spread over the minute by what they are likely to take, as the last ones have
 * taken of what they reserved: by all that they may take, most of the limit would stay unused.
 */
export class TokenWindow {
  readonly #taken: Taken[] = [];
  #first = 0;
  #sum = 0;
  /** When the tokens that were taken are made up for, at the pace of the limit. */
  #due = 0;
  #share = 1;

  /** Milliseconds until a request that may take so many tokens can be sent. One above the limit waits for an empty minute. */
  waitMs(tokens: number, perMinute: number, now: number): number {
    if (perMinute === Number.POSITIVE_INFINITY) return 0;
    this.#forget(now);
    return Math.max(0, this.#due - now, this.#roomMs(Math.min(tokens, perMinute), perMinute, now));
  }

  take(tokens: number, perMinute: number, now: number): TokenPlace {
    if (perMinute === Number.POSITIVE_INFINITY) return { correct: () => undefined };
    const place: Taken = { at: now, tokens };
    this.#taken.push(place);
    this.#sum += tokens;
    const perMs = (USED_SHARE * perMinute) / MINUTE_MS;
    const likely = tokens * this.#share;
    this.#due = Math.max(this.#due, now - CREDIT_MS) + likely / perMs;
    return {
      correct: (actual, at) => {
        this.#forget(at);
        // What lies before the minute is in no sum any more.
        if (place.at > at - MINUTE_MS) this.#sum += actual - place.tokens;
        place.tokens = actual;
        this.#due += (actual - likely) / perMs;
        if (actual > 0 && tokens > 0) this.#share += LEARNING * (Math.min(1, actual / tokens) - this.#share);
      },
    };
  }

  /** Milliseconds until so many tokens of the minute are free. */
  #roomMs(tokens: number, perMinute: number, now: number): number {
    let over = this.#sum + tokens - perMinute;
    for (let at = this.#first; over > 0; at++) {
      const oldest = this.#taken[at];
      if (oldest === undefined) return 0;
      over -= oldest.tokens;
      // Never 0, which rounding may come to a moment before the minute is over.
      if (over <= 0) return Math.max(1, oldest.at + MINUTE_MS - now);
    }
    return 0;
  }

  /** Leaves out what lies a minute back. */
  #forget(now: number): void {
    for (let oldest = this.#taken[this.#first]; oldest !== undefined && oldest.at <= now - MINUTE_MS; ) {
      this.#sum -= oldest.tokens;
      oldest = this.#taken[++this.#first];
    }
    if (this.#first <= 1_000) return;
    this.#taken.splice(0, this.#first);
    this.#first = 0;
  }
}
