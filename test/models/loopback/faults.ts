import { seededRandom } from "../../../src/system/random.ts";

/** What goes wrong with one request. */
export type Fault =
  /** 429; `told` is how the answer says when to ask again. */
  | { readonly kind: "limited"; readonly told?: "seconds" | "date" | "milliseconds"; readonly afterMs?: number }
  | { readonly kind: "error"; readonly status: 500 | 502 | 503 | 504 | 529; readonly retryAfterSeconds?: number }
  /** Everything as it should be, but the headers come late. */
  | { readonly kind: "slow headers"; readonly ms: number }
  /** Headers at once, then nothing for a while, then the rest. */
  | { readonly kind: "slow body"; readonly ms: number }
  /** The connection ends in the middle of the body. */
  | { readonly kind: "cut" }
  /** The body ends in the middle, as if it were over. */
  | { readonly kind: "ended early" }
  | { readonly kind: "malformed" }
  /** JSON, but of another shape. */
  | { readonly kind: "other shape" }
  /** A page for people, as proxies send them, with status 200. */
  | { readonly kind: "page" }
  /** The server closes its side before it answers. */
  | { readonly kind: "half-closed" }
  | { readonly kind: "reset" }
  /** The answer is sent, and then once more on the same connection. */
  | { readonly kind: "duplicate" }
  /** The answer is sent, and then once more in the place of the answer to the next request on the same connection. */
  | { readonly kind: "late duplicate" }
  /** No answer ever. */
  | { readonly kind: "silent" }
  | { readonly kind: "refused" }
  | { readonly kind: "filtered" }
  /** The request itself is taken for harmful and refused with an error. */
  | { readonly kind: "filtered request" }
  | { readonly kind: "cut off" }
  | { readonly kind: "empty" }
  | { readonly kind: "quota" }
  | { readonly kind: "wrong key" }
  /** An error that repeats the key. */
  | { readonly kind: "echo" }
  | { readonly kind: "unknown model" }
  | { readonly kind: "too long" }
  /** The error comes in the middle of a stream that began well. */
  | { readonly kind: "error in stream" };

export interface Attempt {
  /** Requests received before this one. */
  readonly index: number;
  /** SHA-256 of method, path and body. */
  readonly hash: string;
  /** Requests with an equal body received before this one. */
  readonly repeat: number;
}

/** Which fault a request meets; undefined for none. */
export type Faults = (attempt: Attempt) => Fault | undefined;

export const noFaults: Faults = () => undefined;

/** The first requests meet these, in this order; then everything is well. */
export function scripted(...faults: readonly (Fault | undefined)[]): Faults {
  return ({ index }) => faults[index];
}

/** Every request meets this. */
export function always(fault: Fault): Faults {
  return () => fault;
}

/** Faults that pass when the same is asked again, one of each kind. */
export const passingFaults: readonly Fault[] = [
  { kind: "limited" },
  { kind: "limited", told: "seconds", afterMs: 0 },
  { kind: "limited", told: "milliseconds", afterMs: 5 },
  { kind: "error", status: 500 },
  { kind: "error", status: 503 },
  { kind: "error", status: 529 },
  { kind: "slow headers", ms: 20 },
  { kind: "cut" },
  { kind: "malformed" },
  { kind: "other shape" },
  { kind: "page" },
  { kind: "half-closed" },
  { kind: "reset" },
  { kind: "duplicate" },
];

/**
 * A share of requests meets a fault by chance. Which ones depends on the seed, the request and how often it was sent,
 * not on the order in which requests arrive.
 * @param most so many equal requests in a row meet one at most; the next is answered
 */
export function seededFaults(seed: string, share: number, kinds: readonly Fault[] = passingFaults, most = 3): Faults {
  const drawn = (hash: string, repeat: number): Fault | undefined => {
    const chance = seededRandom(`${seed}/${hash}/${repeat}`);
    return chance.next() < share ? chance.pick(kinds) : undefined;
  };
  return ({ hash, repeat }) => {
    const before = Array.from({ length: Math.min(most, repeat) }, (_, at) => drawn(hash, repeat - 1 - at));
    return before.length === most && before.every((fault) => fault !== undefined) ? undefined : drawn(hash, repeat);
  };
}
