import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../system/userError.ts";
import { type KeptCandidates, readCandidates } from "./candidateFile.ts";
import { readEvents } from "./eventLog.ts";
import type { RunEvent } from "./events.ts";
import { type RunState, readRunState } from "./runState.ts";
import { damaged } from "./storedJson.ts";

/** The run's log within its folder. */
export function eventsFile(folder: string): string {
  return join(folder, "events.jsonl");
}

export function candidatesFile(folder: string): string {
  return join(folder, "candidates.jsonl");
}

/** What the processes before this one left in a run's folder. */
export interface Leftovers {
  /** Events in the log. */
  readonly events: number;
  /** Length of their lines in bytes; a torn line behind them is cut off. */
  readonly logLength: number;
  /** System runs at the last checkpoint. */
  readonly systemRuns: number;
  readonly state: RunState | undefined;
  readonly candidates: KeptCandidates;
}

export const nothingLeft: Leftovers = {
  events: 0,
  logLength: 0,
  systemRuns: 0,
  state: undefined,
  candidates: { sets: [], length: 0 },
};

/** @throws UserError when the run is finished, or its files are damaged, newer, or not of one run; changes nothing */
export function readLeftovers(folder: string, runId: string): Leftovers {
  const state = readRunState(folder);
  const file = eventsFile(folder);
  let last: RunEvent | undefined;
  let checkpoint: RunEvent | undefined;
  let end = { count: 0, length: 0 };
  if (existsSync(file) && statSync(file).size > 0) {
    const events = readEvents(file);
    let next = events.next();
    for (; !next.done; next = events.next()) {
      last = next.value;
      if (last.seq === state?.checkpoint) checkpoint = last;
    }
    end = next.value;
  }
  if (last?.type === "summary") {
    throw new UserError(`Run ${runId} is finished and cannot be resumed. To see it, run: optimas show ${runId}`);
  }
  if (state && state.runId !== runId) {
    throw damaged(join(folder, "state.json"), `this is the state of ${state.runId}, not of ${runId}`);
  }
  if (state && checkpoint?.type !== "checkpoint") {
    throw new UserError(
      `${file}: event ${state.checkpoint} should be the checkpoint that state.json belongs to, but is ${checkpoint?.type ?? "missing"}. ` +
        "The two files are not of one run: restore them from a copy, or start a new run.",
    );
  }
  const rewards = state?.rewards;
  if (typeof rewards === "string" && !existsSync(join(folder, "rewards", rewards))) {
    throw new UserError(
      `${join(folder, "rewards", rewards)} is missing, but the run's last checkpoint needs it. Restore it from a copy, or start a new run.`,
    );
  }
  return {
    events: end.count,
    logLength: end.length,
    systemRuns: checkpoint?.systemRuns ?? 0,
    state,
    candidates: readCandidates(candidatesFile(folder), state?.candidates ?? 0),
  };
}
