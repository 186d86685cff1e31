import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { replaceFile } from "./durableFile.ts";
import { RUN_FORMAT } from "./events.ts";
import { readStored } from "./storedJson.ts";

const FILE = "state.json";

const runStateSchema = z.object({
  format: z.literal(RUN_FORMAT),
  runId: z.string(),
  /** Position in the log of the checkpoint event that the state belongs to. */
  checkpoint: z.number().int().nonnegative(),
  /** Candidate sets that belong to the state: the first so many of `candidates.jsonl`. */
  candidates: z.number().int().nonnegative(),
  /** Name of the weights in `rewards/`, or null before the first fit. */
  rewards: z.string().nullable(),
  /** The engine's own state: JSON that only the engine understands. */
  state: z.unknown(),
});

/** What a checkpoint left in `state.json`. */
export type RunState = z.infer<typeof runStateSchema>;

/** The state of the last checkpoint; undefined before the first. @throws UserError when it is unreadable or newer */
export function readRunState(folder: string): RunState | undefined {
  const file = join(folder, FILE);
  return existsSync(file) ? readStored(file, runStateSchema) : undefined;
}

/** Puts a new state in place of the old one. @throws the file system's error; the old state then stays in force */
export function replaceRunState(folder: string, state: Omit<RunState, "format">): void {
  replaceFile(join(folder, FILE), `${JSON.stringify({ format: RUN_FORMAT, ...state })}\n`);
}
