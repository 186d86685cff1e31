import * as z from "zod";

/**
 * Node 20 and 22 count how deep asynchronous contexts are nested, and end the process when the count is off. Code that is
 * terminated where it stands leaves the count too high, for Node never sees it return. The places of these two counters
 * say whether Node checks.
 */
const bindingSchema = z.object({
  async_hook_fields: z.instanceof(Uint32Array),
  clearAsyncIdStack: z.function(),
  constants: z.object({ kTotals: z.number(), kCheck: z.number() }),
});

interface Bookkeeping {
  readonly fields: Uint32Array;
  readonly places: readonly number[];
  readonly clear: () => unknown;
}

const bookkeeping = found();

/**
 * Lets Node go on when terminated code has left its count of contexts off. To be called when contexts are in use, and
 * again before each cell, because whoever installs a hook switches the checks on again.
 */
export function relaxContextChecks(): void {
  for (const place of bookkeeping?.places ?? []) bookkeeping?.fields.fill(0, place, place + 1);
}

/** Puts the count right after a termination; to be called from code that the event loop itself called. */
export function resetContexts(): void {
  bookkeeping?.clear();
}

/**
 * Node 24 hands the counters out no more. There contexts need no hooks, and the option that the kernel is started with
 * switches off the one check that is left.
 */
function found(): Bookkeeping | undefined {
  const access: unknown = Reflect.get(process, "binding");
  if (typeof access !== "function") return undefined;
  // There is no other way to these counters, so a warning that this one is deprecated helps nobody.
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  try {
    const binding = bindingSchema.safeParse(access.call(process, "async_wrap"));
    if (!binding.success) return undefined;
    const { async_hook_fields: fields, clearAsyncIdStack: clear, constants } = binding.data;
    return { fields, places: [constants.kTotals, constants.kCheck], clear: () => clear() };
  } catch {
    return undefined;
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
