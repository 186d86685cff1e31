import type { GateWait } from "./gateWait.ts";

/** Who wants to send a request. */
export interface Entry {
  /** The provider whose limits hold: the part of a model's name before the colon. */
  readonly provider: string;
  /** The model's name without the provider: some providers limit models one by one. */
  readonly model: string;
  /** Tokens that the request may take, at most: those it has and those it allows for the answer. */
  readonly tokens: number;
  /** What is known of the limits beforehand; where nothing is, they are learnt from answers. */
  readonly limits?: EntryLimits | undefined;
}

/** Limits of a provider or of one of its models; null where there is none that is known. */
export interface ProviderLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Most requests under way at the same time. */
  readonly concurrency: number;
}

/** What a workspace says of the limits that a request is under; all of them hold. */
export interface EntryLimits {
  readonly provider?: ProviderLimits | undefined;
  readonly model?: ProviderLimits | undefined;
}

/** What an answer says of one limit of the provider. */
export interface Allowance {
  /** Requests or tokens that may be had in a row when nothing was taken for long. */
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until `remaining` is `limit` again, when nothing is taken. */
  readonly resetMs: number;
}

/** Limits as headers of an answer tell them. */
export interface ReportedLimits {
  readonly requests?: Allowance | undefined;
  readonly tokens?: Allowance | undefined;
}

/** How a request ended, as far as limits are concerned. */
export type Passage =
  | { readonly kind: "answered"; readonly tokens: number; readonly limits?: ReportedLimits | undefined }
  /** The provider said that there were too many; `retryAfterMs` where it said for how long. */
  | {
      readonly kind: "limited";
      readonly retryAfterMs?: number | undefined;
      readonly limits?: ReportedLimits | undefined;
    }
  | { readonly kind: "overloaded"; readonly retryAfterMs?: number | undefined }
  | { readonly kind: "failed" }
  /** Nothing was sent. */
  | { readonly kind: "unused" };

/** The right to send one request. */
export interface Permit {
  /** Milliseconds that the request waited for its turn. */
  readonly waitedMs: number;
  /**
   * Whoever holds the permit cannot attend to its request for a while, so it keeps no place among those that are under way
   * at the same time; false once it can again.
   */
  stepAside?(aside: boolean): void;
  /** The request is over; called exactly once, however it ended. */
  leave(passage: Passage): void;
}

/** The provider wants nothing for longer than anybody should wait. */
export class GateClosed extends Error {
  override readonly name = "GateClosed";
  readonly provider: string;
  /** Milliseconds until the provider wants to be asked again. */
  readonly retryAfterMs: number;

  constructor(provider: string, retryAfterMs: number) {
    super(`${provider} wants no requests for ${Math.ceil(retryAfterMs / 60_000)} minutes`);
    this.provider = provider;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Keeps the requests of all runs together below what their providers allow. One gate serves a whole window: kernels ask
 * the extension host for their turns, the command line has a gate of its own.
 */
export interface RequestGate {
  /**
   * Waits for a turn, first come first served.
   * @param told hears why, where nothing at all is let through for longer than a moment; perhaps more than once
   * @throws GateClosed when the provider asked for a very long pause; the signal's reason once it is aborted
   */
  enter(entry: Entry, signal: AbortSignal, told?: (wait: GateWait) => void): Promise<Permit>;
}

/** A gate that is always open: for models that nothing limits. */
export const openGate: RequestGate = {
  enter: () => Promise.resolve({ waitedMs: 0, leave: () => undefined }),
};
