import { setTimeout as after } from "node:timers/promises";

/** The reason of everything that stops because a person, or the system, asked for it. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

/** What the first signal leaves for a clean end unless more is allowed; half of it is the engine's. */
const GRACE_MS = 900;

/** What must not be lost by a process that comes to its end in too little time. */
export interface Held {
  isHeld(): boolean;
  /** The process ends now; this cannot wait for anything. */
  giveUp(): void;
}

/** What listens, for the whole process, to whoever wants it to stop. */
export interface Attention {
  /** Aborted by the first Ctrl-C or SIGTERM (reason: an Interruption), or by an error that nobody caught. */
  readonly signal: AbortSignal;
  interrupt(reason: string): void;
  /** From now on, what is under way gets so long for a clean end, if nobody says otherwise. */
  allow(graceMs: number): void;
  /**
   * Waits for `work`, but once the signal is aborted no longer than the grace: then it throws the signal's reason,
   * whatever still runs.
   */
  within<T>(work: Promise<T>, graceMs?: number): Promise<T>;
  /**
   * From now on, what is held is waited for however long that takes, unless the second Ctrl-C or SIGTERM ends the process.
   * @returns a function that ends this
   */
  waitFor(held: Held): () => void;
  /** Why a command really ended with `error`: once the signal is aborted, errors are its aftermath. */
  causeOf(error: unknown): unknown;
}

/** Listens to signals and uncaught errors from now on. The second Ctrl-C or SIGTERM ends the process at once. */
export function attend(): Attention {
  const controller = new AbortController();
  const { signal } = controller;
  let allowedMs = GRACE_MS;
  const all = new Set<Held>();
  const isHeld = (): boolean => [...all].some((held) => held.isHeld());
  const stop = (reason: unknown): void => {
    if (!signal.aborted) controller.abort(reason);
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (signal.aborted) {
        for (const held of all) held.giveUp();
        process.exit(130);
      }
      stop(new Interruption(name === "SIGINT" ? "Ctrl-C" : name));
    });
  }
  // A promise that the user's code left alone: the run stops as failed instead of going on with a broken program.
  process.on("uncaughtException", stop);
  process.on("unhandledRejection", stop);
  return {
    signal,
    interrupt: (reason) => stop(new Interruption(reason)),
    allow: (graceMs) => {
      allowedMs = graceMs;
    },
    waitFor: (held) => {
      all.add(held);
      return () => all.delete(held);
    },
    causeOf: (error) => (signal.aborted ? signal.reason : error),
    within: (work, graceMs) => settledInTime(work, signal, () => graceMs ?? allowedMs, isHeld),
  };
}

/**
 * The outcome of `work`, or the signal's reason when `work` has not settled within the grace after the abort.
 * @param graceMs asked when the abort comes
 * @param isHeld asked when the grace is over: it begins anew where something must not be lost
 */
async function settledInTime<T>(
  work: Promise<T>,
  signal: AbortSignal,
  graceMs: () => number,
  isHeld: () => boolean,
): Promise<T> {
  const deadline = new AbortController();
  const tooLate = new Promise<never>((_, reject) => {
    const count = (): void => {
      after(graceMs(), undefined, { signal: deadline.signal }).then(
        () => (isHeld() ? count() : reject(signal.reason)),
        () => undefined,
      );
    };
    if (signal.aborted) count();
    else signal.addEventListener("abort", count, { once: true, signal: deadline.signal });
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    deadline.abort();
  }
}
