import { type ProcessEnd, type ProcessWords, processEnd } from "../system/processEnd.ts";

export { condemnedEnd } from "../system/processEnd.ts";

const words: ProcessWords = {
  name: "The kernel",
  exited: { well: "code in a cell ended its process", badly: "code in a cell ended its process, or it failed" },
};

/** How a kernel that nobody asked to end came to its end, in words for the user. */
export function kernelEnd(code: number | null, signal: string | null, tail: readonly string[]): ProcessEnd {
  return processEnd(words, code, signal, tail);
}
