import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { callFiles } from "./callLog.ts";
import { callLine } from "./panel/callLines.ts";

/** Bytes at the end of the last file in which the last calls are looked for. */
const LAST_BYTES = 1 << 16;

/**
 * When the last call that is known of a run began or ended, by the run's clock; undefined where nobody kept that. A process
 * that is killed in the middle of a long step logged nothing of it, but its calls as they were made.
 */
export function lastCallAt(folder: string): number | undefined {
  const began = new Map<number, number>();
  let last: number | undefined;
  for (const text of lastText(folder).split("\n")) {
    const line = callLine(text);
    if (line === undefined) continue;
    if ("call" in line) began.set(line.call, line.at);
    const at = "ended" in line ? began.get(line.ended) : line.at;
    const ms = "ms" in line ? (line.ms ?? 0) : 0;
    if (at !== undefined) last = Math.max(last ?? at, at + ms);
  }
  return last;
}

/** Nothing hangs on it: what cannot be read is not there. */
function lastText(folder: string): string {
  try {
    const path = callFiles(folder).at(-1);
    return path === undefined ? "" : lastBytes(path).toString("utf8");
  } catch {
    return "";
  }
}

function lastBytes(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, LAST_BYTES));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
  } finally {
    closeSync(file);
  }
}
