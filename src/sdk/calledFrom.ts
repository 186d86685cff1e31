/** Stacks as they were before the frames of a call were added. */
const own = new WeakMap<object, string>();

/**
 * Does work whose errors tell who asked for it: below their own frames stand those of the call. What comes from another
 * process, or out of a race of promises, would name nothing of the caller. Must be called by the call itself.
 */
export function calledFrom<T>(work: () => Promise<T>): Promise<T> {
  const call = new Error();
  Error.captureStackTrace(call, calledFrom);
  // Not chained to the work: errors that can follow their promises up to the caller would name it twice.
  return new Promise((resolve, reject) => {
    work().then(
      (value) => resolve(value),
      (thrown: unknown) => {
        addFrames(thrown, call);
        reject(thrown);
      },
    );
  });
}

/** The outermost call is the last to be added, and the one that counts: the user's own. */
function addFrames(thrown: unknown, call: Error): void {
  if (!(thrown instanceof Error)) return;
  try {
    const stack = own.get(thrown) ?? thrown.stack ?? "";
    const frames = (call.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
    // Thrown by the call itself, before it waited for anything.
    if (frames[0] !== undefined && stack.includes(frames[0])) return;
    if (!own.has(thrown)) own.set(thrown, stack);
    thrown.stack = [stack, ...frames].join("\n");
  } catch {
    // An error that guards its stack keeps it.
  }
}
