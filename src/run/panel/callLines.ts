import { open } from "node:fs/promises";
import { type CallLine, callFiles } from "../callLog.ts";
import { linesFrom, linesIn } from "./logPieces.ts";

/** Read at once, before others get their turn. */
const BLOCK_BYTES = 1 << 20;

/** Reads the log of a run's calls as it grows, file by file. */
export class CallLines {
  readonly #folder: string;
  #file: string | undefined;
  #offset = 0;

  /** @param folder of the run */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads the next block. Lines that are none are left out: nothing but a picture hangs on them.
   * @returns the lines, and whether there may be more right now
   */
  async readOn(): Promise<{ readonly lines: readonly CallLine[]; readonly more: boolean }> {
    const files = callFiles(this.#folder);
    const at = this.#file === undefined ? -1 : files.indexOf(this.#file);
    // A file that is gone was read as far as it will ever be.
    const file = at === -1 ? files.find((one) => this.#file === undefined || one > this.#file) : files[at];
    if (file === undefined) return { lines: [], more: false };
    if (file !== this.#file) {
      this.#file = file;
      this.#offset = 0;
    }
    const bytes = await this.#block(file);
    const isLast = file === files.at(-1);
    if (bytes === undefined) {
      if (isLast) return { lines: [], more: false };
      // A later file begins only after the last line of this one.
      this.#file = files[files.indexOf(file) + 1];
      this.#offset = 0;
      return { lines: [], more: true };
    }
    this.#offset += bytes.length;
    const lines = [...linesIn(bytes)].flatMap((line) => callLine(line.toString("utf8")) ?? []);
    return { lines, more: bytes.length >= BLOCK_BYTES / 2 || !isLast };
  }

  async #block(path: string): Promise<Buffer | undefined> {
    try {
      const file = await open(path, "r");
      try {
        return (await linesFrom(file, this.#offset, BLOCK_BYTES))?.bytes;
      } finally {
        await file.close();
      }
    } catch {
      // Removed between two looks, as the oldest file of a long run is.
      return undefined;
    }
  }
}

/** A line of the log; undefined for what is none. */
export function callLine(text: string): CallLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isCallLine(value) ? value : undefined;
}

const ends = ["calls", "recorded", "inputTokens", "outputTokens", "waitedMs"] as const;
const outcomes: readonly unknown[] = [undefined, "done", "failed", "reused"];

function isCallLine(value: unknown): value is CallLine {
  if (typeof value !== "object" || value === null) return false;
  const line: Readonly<Record<string, unknown>> = { ...value };
  if ("checkpoint" in line) return isAmount(line.checkpoint) && isAmount(line.at);
  if ("resumed" in line) return isAmount(line.resumed) && isAmount(line.at);
  if (!outcomes.includes(line.outcome)) return false;
  if (line.model !== undefined && typeof line.model !== "string") return false;
  for (const name of ends) if (line[name] !== undefined && !isAmount(line[name])) return false;
  if ("ended" in line) return isAmount(line.ended) && isAmount(line.ms);
  if (line.ms !== undefined && !isAmount(line.ms)) return false;
  return isAmount(line.call) && isAmount(line.at) && typeof line.who === "string" && typeof line.purpose === "string";
}

const isAmount = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value >= 0;
