import type { MimeBundle } from "../../notebook/output.ts";

/** The convention of Jupyter kernels for JavaScript: a value that has it shows itself, as data per MIME type. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/**
 * Gives a value its own look in notebooks. It is not enumerable: copies, comparisons and JSON see the value as it was.
 * @param look asked for each time the value is shown
 */
export function displayed<T extends object>(value: T, look: () => MimeBundle): T {
  return Object.defineProperty(value, DISPLAY, { value: look, configurable: true });
}
