import { type Clock, pause } from "../../system/clock.ts";
import { HubFailure } from "./hubFailure.ts";

const WAITS_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];
/** A network that is not there does not come back in seconds, and somebody waits to hear it. */
const MOST_UNREACHED = 2;
/** A server that wants more time than that is asked by a person, later. */
const LONGEST_WAIT_MS = 60_000;

export interface Retrying {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** What attempts have brought, in any unit: one that brought more counts as the first again. */
  readonly brought?: () => number;
}

/**
 * `attempt`, made again after failures that pass: after half a second, then after twice as long each time, shortened by
 * chance by up to a half. A server that says when to come back is believed.
 * @throws HubFailure the last one; whatever else the attempt throws, at once; the signal's reason
 */
export async function retried<T>(attempt: () => Promise<T>, retrying: Retrying): Promise<T> {
  const { clock, random, signal, brought = () => 0 } = retrying;
  let failures = 0;
  for (;;) {
    const before = brought();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HubFailure) || !error.transient) throw error;
      if (brought() > before) failures = 0;
      const usual = WAITS_MS[failures++];
      const isNowhere = error.answer.kind === "unreachable" && brought() === 0;
      if (usual === undefined || (isNowhere && failures > MOST_UNREACHED)) throw error;
      const waitMs = error.retryAfterMs ?? usual * (1 - random() / 2);
      if (waitMs > LONGEST_WAIT_MS) throw error;
      await pause(clock, waitMs, signal);
    }
  }
}
