import { createHash } from "node:crypto";

/** What happened to requests with one and the same body. */
export interface BodyLine {
  received: number;
  /** Answers of a model that were sent to the end: what a provider charges. */
  answered: number;
}

/** Everything that reached the server, exactly. */
export interface LedgerLines {
  received: number;
  /** Answers of a model that were sent to the end: what a provider charges. */
  answered: number;
  /** 429 by the limit itself, not by a fault. */
  limited: number;
  /** The other side closed before the answer was sent. */
  abandoned: number;
  /** Requests that were no request of a model: 400 without a fault, unknown paths. */
  refused: number;
  /** By kind of fault. */
  readonly faults: Record<string, number>;
  /** By SHA-256 of method, path and body. */
  readonly bodies: Record<string, BodyLine>;
  /** Requests by header that held a key and SHA-256 of the key. */
  readonly keys: Record<string, number>;
  /** Requests in which a key was found outside of its header. */
  keysElsewhere: number;
  underWay: number;
  mostUnderWay: number;
  /** Milliseconds of each arrival since the first. */
  readonly arrivals: number[];
  /** Milliseconds of each 429 since the first arrival. */
  readonly limitedAt: number[];
  inputTokens: number;
  outputTokens: number;
}

export function emptyLedger(): LedgerLines {
  return {
    received: 0,
    answered: 0,
    limited: 0,
    abandoned: 0,
    refused: 0,
    faults: {},
    bodies: {},
    keys: {},
    keysElsewhere: 0,
    underWay: 0,
    mostUnderWay: 0,
    arrivals: [],
    limitedAt: [],
    inputTokens: 0,
    outputTokens: 0,
  };
}

export function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
