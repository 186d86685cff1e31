import { RunEnd } from "../system/runEnd.ts";

/** What went wrong with a request, as far as it matters for what is to be done now. */
export type FailureKind =
  /** Too many requests or tokens in too short a time (429). */
  | "rate limit"
  /** The provider is overloaded or out of order for the moment (5xx, 529). */
  | "overloaded"
  /** Nothing came back, or not all of it: refused or broken connections. */
  | "network"
  /** No answer within the time that a request may take. */
  | "timeout"
  /** What came back is no answer as the provider documents it. */
  | "malformed answer"
  /** The key is missing, wrong, or not allowed to do this (401, 403). */
  | "authentication"
  /** The account has nothing left to spend. */
  | "quota"
  /** The provider knows no model of this name, or the editor's model is gone. */
  | "unknown model"
  /** The request is longer than the model can hold. */
  | "too long"
  /** The provider does not take a request like this (other 4xx). */
  | "bad request";

const transient: readonly FailureKind[] = ["rate limit", "overloaded", "network", "timeout", "malformed answer"];
/** Lies in what was asked: other requests of the run may well be answered. */
const ofOneRequest: readonly FailureKind[] = ["too long", "bad request"];

/** A request to a language model that brought no answer. The message names the model and says what to do. */
export class ModelFailure extends RunEnd {
  readonly kind: FailureKind;
  /** Milliseconds after which the provider wants to be asked again, where it says so. */
  readonly retryAfterMs: number | undefined;
  /** Requests sent in vain, this one among them. */
  readonly attempts: number;
  readonly #ofOneRequest: boolean;

  constructor(
    kind: FailureKind,
    message: string,
    given: {
      readonly retryAfterMs?: number | undefined;
      readonly attempts?: number;
      readonly cause?: unknown;
      /** Other requests were answered meanwhile: it lies in this one. */
      readonly ofOneRequest?: boolean;
    } = {},
  ) {
    super(message, { cause: given.cause });
    this.kind = kind;
    this.retryAfterMs = given.retryAfterMs;
    this.attempts = given.attempts ?? 1;
    this.#ofOneRequest = given.ofOneRequest ?? ofOneRequest.includes(kind);
  }

  /** Whether the same request may be answered when it is sent again. */
  get transient(): boolean {
    return transient.includes(this.kind);
  }

  /** The run stops, and goes on from its last checkpoint when it is resumed. */
  get endsRun(): boolean {
    return !this.#ofOneRequest;
  }
}
