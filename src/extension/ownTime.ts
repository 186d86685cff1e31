/** A point in the life of this process. */
export interface Moment {
  /** Milliseconds by the clock. */
  readonly passed: number;
  /** Milliseconds that all threads of the process computed. */
  readonly computed: number;
}

export function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { passed: performance.now(), computed: (user + system) / 1000 };
}

/**
 * Milliseconds that this thread worked since then, at most: no more than passed, and no more than the whole process computed.
 * A machine that is busy with something else counts in neither of both for long.
 */
export function ownMsSince(then: Moment): number {
  const { passed, computed } = now();
  return Math.min(passed - then.passed, computed - then.computed);
}

/** When the extension's code began to run; imported first, so that loading the rest counts as activation. */
export const loadedAt = now();
