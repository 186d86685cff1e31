import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { redactedJson } from "../system/secrets.ts";
import { type RunPause, runPauseSchema } from "./runPause.ts";

const FILE = "run.pause";
/** Long enough for the longest path that systems allow, escaped. */
const BYTES = 8192;

const noteSchema = z.nullable(runPauseSchema);

/**
 * Says to other processes that the run of a folder is paused, when nothing else can be written there: its room is taken as
 * long as the disk has any, and what it says is written over in place, which asks for no more. (File systems that never write
 * in place may refuse even that; then it says nothing.) It lies there while a process holds the run.
 */
export class PauseFile {
  readonly #path: string;
  readonly #file: number | undefined;

  constructor(folder: string) {
    this.#path = join(folder, FILE);
    this.#file = opened(this.#path);
  }

  /** @param pause undefined while nothing is in the way */
  say(pause: RunPause | undefined): void {
    if (this.#file === undefined) return;
    const text = Buffer.alloc(BYTES, " ");
    if (text.write(`${redactedJson(pause ?? null)}\n`) === BYTES) return;
    try {
      writeSync(this.#file, text, 0, BYTES, 0);
    } catch {
      // Who can see the process itself still hears of it.
    }
  }

  close(): void {
    try {
      if (this.#file !== undefined) closeSync(this.#file);
      rmSync(this.#path, { force: true });
    } catch {
      // It says nothing to those who find no process that holds the run.
    }
  }
}

/** Undefined where the disk has no room even for this, or none that stays. */
function opened(path: string): number | undefined {
  try {
    const file = openSync(path, "w");
    writeSync(file, Buffer.alloc(BYTES, " "), 0, BYTES, 0);
    return file;
  } catch {
    return undefined;
  }
}

/** What the process that holds a run says; undefined where nothing is in its way, or none can be read. */
export function readPause(folder: string): RunPause | undefined {
  try {
    const text = readFileSync(join(folder, FILE), "utf8").trim();
    return text === "" ? undefined : (noteSchema.parse(JSON.parse(text)) ?? undefined);
  } catch {
    return undefined;
  }
}
