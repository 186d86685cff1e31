import { existsSync } from "node:fs";
import { join } from "node:path";
import { readRunState } from "./runState.ts";

/** What a run has learnt by its last checkpoint: for reading beside a run, also one that is under way. */
export interface LearntRewards {
  /** Weights of all local reward functions; a run under way may replace the file at any time. */
  readonly file: string;
  /** The engine's state, as JSON that only the engine understands. */
  readonly state: unknown;
}

/** Undefined where the run has learnt nothing yet. @throws UserError when its state is unreadable or of a newer version */
export function learntRewards(folder: string): LearntRewards | undefined {
  const state = readRunState(folder);
  if (state === undefined || state.rewards === null) return undefined;
  const file = join(folder, "rewards", state.rewards);
  return existsSync(file) ? { file, state: state.state } : undefined;
}
