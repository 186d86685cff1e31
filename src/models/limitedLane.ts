import { Concurrency, MOST_AT_ONCE } from "./concurrency.ts";
import type { GateWait } from "./gateWait.ts";
import { LearntPace } from "./learntPace.ts";
import type { Allowance, Passage, ProviderLimits, ReportedLimits } from "./requestGate.ts";
import { RequestPace } from "./requestPace.ts";
import { TokenWindow } from "./tokenWindow.ts";

const MINUTE_MS = 60_000;

/** Limits that fill up more slowly are those of a day: they say nothing about a minute. */
const LONGEST_PERIOD_MS = 2 * MINUTE_MS;

/** A request in a lane. */
export interface LanePlace {
  /** Whether the request counts among those under way; it does until it is said otherwise. */
  stepAside(aside: boolean): void;
  leave(passage: Passage, now: number): void;
}

/**
 * What one provider, or one of its models, lets through: in a minute, at the same time, and after it asked for a pause.
 * Providers limit models one by one, so what answers and refusals tell of limits holds for their model, while a pause that
 * they ask for, and too much at the same time, is a matter of the provider.
 */
export class LimitedLane {
  readonly #of: "provider" | "model";
  readonly #requests = new RequestPace();
  readonly #tokens = new TokenWindow();
  readonly #learnt = new LearntPace();
  readonly #concurrency = new Concurrency();
  #reported: { readonly requests: number; readonly tokens: number } = {
    requests: Number.POSITIVE_INFINITY,
    tokens: Number.POSITIVE_INFINITY,
  };
  #closedUntil = Number.NEGATIVE_INFINITY;

  constructor(of: "provider" | "model") {
    this.#of = of;
  }

  /** Requests that may be under way at once by what was learnt. */
  get concurrency(): number {
    return this.#concurrency.allowed;
  }

  /** Milliseconds for which nothing is let through, as the provider asked. */
  closedMs(now: number): number {
    return Math.max(0, this.#closedUntil - now);
  }

  /** Milliseconds until a request may be sent; Infinity where another one must end first. */
  waitMs(tokens: number, limits: ProviderLimits | undefined, now: number): number {
    if (!this.#concurrency.hasRoom(limits?.concurrency ?? MOST_AT_ONCE)) return Number.POSITIVE_INFINITY;
    return Math.max(
      this.closedMs(now),
      this.#requests.waitMs(now),
      this.#tokens.waitMs(tokens, this.#tokensPerMinute(limits), now),
    );
  }

  /** What a request of so many tokens waits for, as `waitMs` says for how long. */
  why(tokens: number, limits: ProviderLimits | undefined, now: number): Pick<GateWait, "why" | "perMinute"> {
    const ms = this.waitMs(tokens, limits, now);
    if (this.closedMs(now) >= ms) return { why: "pause" };
    if (this.#requests.waitMs(now) >= ms) return { why: "requests", perMinute: this.#requestsPerMinute(limits, now) };
    return { why: "tokens", perMinute: this.#tokensPerMinute(limits) };
  }

  /** @param since when the request came to wait */
  take(tokens: number, limits: ProviderLimits | undefined, since: number, now: number): LanePlace {
    const most = limits?.concurrency ?? MOST_AT_ONCE;
    this.#concurrency.enter(most, now);
    const giveBack = this.#requests.take(this.#requestsPerMinute(limits, now), since, now);
    const sent = this.#of === "model" ? this.#learnt.enter(now) : undefined;
    const reserved = this.#tokens.take(tokens, this.#tokensPerMinute(limits), now);
    let counts = true;
    const stepAside = (aside: boolean): void => {
      if (aside === !counts) return;
      counts = !aside;
      if (aside) this.#concurrency.leave();
      else this.#concurrency.comeBack();
    };
    return {
      stepAside,
      leave: (passage, at) => {
        switch (passage.kind) {
          case "answered":
            reserved.correct(passage.tokens, at);
            this.#concurrency.grow(most, now);
            if (this.#of === "model") {
              sent?.answered();
              this.#report(passage.limits, at);
            }
            break;
          case "limited":
            reserved.correct(0, at);
            this.#concurrency.halve(now, at);
            if (this.#of === "model") {
              sent?.refused(at);
              this.#report(passage.limits, at);
            } else {
              this.#close(passage.retryAfterMs, at);
            }
            break;
          case "overloaded":
            reserved.correct(0, at);
            if (this.#of === "provider") this.#close(passage.retryAfterMs, at);
            sent?.gone();
            break;
          case "unused":
            reserved.correct(0, at);
            giveBack();
            sent?.gone();
            break;
          case "failed":
            sent?.gone();
            break;
          default:
            passage satisfies never;
        }
        stepAside(true);
      },
    };
  }

  /** Lets nothing through for so long. */
  #close(ms: number | undefined, now: number): void {
    if (ms !== undefined) this.#closedUntil = Math.max(this.#closedUntil, now + ms);
  }

  #requestsPerMinute(limits: ProviderLimits | undefined, now: number): number {
    const told = limits?.requestsPerMinute ?? Number.POSITIVE_INFINITY;
    return Math.min(told, this.#reported.requests, this.#learnt.perMinute(now));
  }

  #tokensPerMinute(limits: ProviderLimits | undefined): number {
    return Math.min(limits?.tokensPerMinute ?? Number.POSITIVE_INFINITY, this.#reported.tokens);
  }

  #report(limits: ReportedLimits | undefined, now: number): void {
    const requests = perMinute(limits?.requests) ?? this.#reported.requests;
    const tokens = perMinute(limits?.tokens) ?? this.#reported.tokens;
    this.#reported = { requests, tokens };
    for (const allowance of [limits?.requests, limits?.tokens]) {
      // Others spend of it as well: what is left is what counts.
      if (allowance?.remaining === 0) this.#close(Math.min(allowance.resetMs, MINUTE_MS / allowance.limit), now);
    }
  }
}

/** What a provider allows in a minute, if it is a minute that its limit is about. */
function perMinute(allowance: Allowance | undefined): number | undefined {
  if (allowance === undefined || !(allowance.limit > 0)) return undefined;
  const used = allowance.limit - allowance.remaining;
  const periodMs = used > 0 ? (allowance.resetMs * allowance.limit) / used : 0;
  return periodMs > LONGEST_PERIOD_MS ? undefined : allowance.limit;
}
