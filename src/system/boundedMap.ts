import pMap from "p-map";

/**
 * Maps items in order, at most `concurrency` of them at the same time. After the first failure, or once the signal is
 * aborted, nothing more begins; what is under way is waited for, so that no call outlives the reservation it is charged to.
 * @throws the first failure in time, or the signal's reason
 */
export async function boundedMap<T, R>(
  items: readonly T[],
  map: (item: T, index: number) => Promise<R>,
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal },
): Promise<R[]> {
  let failure: { readonly thrown: unknown } | undefined;
  const results = await pMap(
    items,
    async (item, index): Promise<R | undefined> => {
      if (failure !== undefined || signal.aborted) return undefined;
      try {
        return await map(item, index);
      } catch (thrown) {
        failure ??= { thrown };
        return undefined;
      }
    },
    { concurrency },
  );
  signal.throwIfAborted();
  if (failure !== undefined) throw failure.thrown;
  return results as R[];
}
