import type { FailureKind } from "./modelFailure.ts";

/** Why no request is sent for a while. */
export interface GateWait {
  readonly provider: string;
  /**
   * `requests` and `tokens`: a limit of so many a minute; `pause`: the provider asked for it; `retry`: a request failed, and is
   * sent again after that.
   */
  readonly why: "requests" | "tokens" | "pause" | "retry";
  /** Of a limit. */
  readonly perMinute?: number | undefined;
  /** What failed before a `retry`. */
  readonly failure?: FailureKind | undefined;
  /** Milliseconds until the next request is sent. */
  readonly ms: number;
}

/** Shorter waits are the ordinary pace of a limit: nobody is told. */
export const SHORTEST_TOLD_MS = 2_000;

/** Hears of waits that are long enough to wonder about. */
export interface WaitListener {
  waiting(wait: GateWait): void;
  /** A request was answered: whatever was wrong, it is over. */
  answered(): void;
}

/** Tells all who listen at the time. */
export class Waits implements WaitListener {
  readonly #listeners = new Set<WaitListener>();

  /** @returns a function that ends this */
  listen(listener: WaitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  waiting(wait: GateWait): void {
    for (const listener of this.#listeners) listener.waiting(wait);
  }

  answered(): void {
    for (const listener of this.#listeners) listener.answered();
  }
}
