/**
 * What a promise comes to, unless the signal is aborted before: not everybody who is told to stop does.
 * @throws the signal's reason, or what the promise rejects with
 */
export function unlessAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const aborted = (): void => reject(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener("abort", aborted, { once: true });
    promise.then(resolve, reject).then(
      () => signal.removeEventListener("abort", aborted),
      () => undefined,
    );
  });
}
