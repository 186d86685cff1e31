import { UserError } from "./userError.ts";

/**
 * What no example and no value is to blame for: a budget that is spent, a provider that is down, a key that is wrong.
 * Scoring an example 0 for it would teach the run something false, so it goes through components and searches untouched
 * and ends the step.
 */
export abstract class RunEnd extends UserError {
  /** False for those of its kind that lie in one request after all. */
  abstract readonly endsRun: boolean;
}

export function isRunEnd(thrown: unknown): thrown is RunEnd {
  return thrown instanceof RunEnd && thrown.endsRun;
}
