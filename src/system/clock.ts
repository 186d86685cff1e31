/** Time, for what waits. */
export interface Clock {
  /** Milliseconds since a moment that stays the same as long as the process lives. */
  now(): number;
  /** Calls once after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, action: () => void): () => void;
}

function after(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}

/** Milliseconds since 1970; jumps when somebody sets the computer's clock. */
export const systemClock: Clock = { now: () => Date.now(), after };

/** Never jumps: for measuring how long something takes. */
export const steadyClock: Clock = { now: () => performance.now(), after };

/** Waits. @throws the signal's reason once it is aborted */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const aborted = (): void => {
      callOff();
      reject(signal.reason);
    };
    const callOff = clock.after(ms, () => {
      signal.removeEventListener("abort", aborted);
      resolve();
    });
    signal.addEventListener("abort", aborted, { once: true });
  });
}
