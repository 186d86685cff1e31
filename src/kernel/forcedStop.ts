/** How long the inspector may take; it answers within milliseconds unless native code holds the main thread. */
const ANSWER_MS = 1_000;

/**
 * Terminates the synchronous code that the main thread runs, from another thread: the code unwinds to the event loop, past
 * every `catch` and `finally`, and everything that it did before stays.
 * @returns false when native code holds the main thread, or this Node has no inspector
 */
export async function terminateMainThread(): Promise<boolean> {
  const inspector = await import("node:inspector").catch(() => undefined);
  if (inspector === undefined) return false;
  return new Promise((resolve) => {
    const session = new inspector.Session();
    const settle = (terminated: boolean): void => {
      clearTimeout(timer);
      session.disconnect();
      resolve(terminated);
    };
    const timer = setTimeout(() => settle(false), ANSWER_MS);
    try {
      session.connectToMainThread();
      session.post("Runtime.terminateExecution", (error) => settle(error === null));
    } catch {
      clearTimeout(timer);
      resolve(false);
    }
  });
}
