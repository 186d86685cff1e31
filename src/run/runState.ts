import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import { redactedJson } from "../system/secrets.ts";
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
  /** Lines of `spent.jsonl` that belong to the state: the first so many. */
  paid: z.number().int().nonnegative().optional(),
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

/** Absolute path of the local rewards of the last checkpoint; undefined before the first fit. @throws as `readRunState` */
export function savedRewards(folder: string): string | undefined {
  const name = readRunState(folder)?.rewards;
  return name == null ? undefined : join(resolve(folder), "rewards", name);
}

/** Puts a new state in place of the old one. @throws the file system's error; the old state then stays in force */
export function replaceRunState(folder: string, state: Omit<RunState, "format">): void {
  replaceFile(join(folder, FILE), `${redactedJson({ format: RUN_FORMAT, ...state })}\n`);
}
