import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../system/userError.ts";
import { type KeptCandidates, readCandidates } from "./candidateFile.ts";
import { readEvents } from "./eventLog.ts";
import type { RunEvent } from "./events.ts";
import { lastCallAt } from "./lastCall.ts";
import { type LeftPayments, nothingPaid, paidCallsFile, readPaidCalls } from "./paidCalls.ts";
import { type RunState, readRunState } from "./runState.ts";
import { damaged } from "./storedJson.ts";
import { workBetween } from "./views/effectiveEvents.ts";

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
  /** Milliseconds at work since then, as far as events and calls tell; what earlier resumptions told of apart. */
  readonly redoneMs: number;
  readonly state: RunState | undefined;
  readonly candidates: KeptCandidates;
  readonly paid: LeftPayments;
}

export const nothingLeft: Leftovers = {
  events: 0,
  logLength: 0,
  systemRuns: 0,
  redoneMs: 0,
  state: undefined,
  candidates: { sets: [], length: 0 },
  paid: nothingPaid,
};

/** @throws UserError when the run is finished, or its files are damaged, newer, or not of one run; changes nothing */
export function readLeftovers(folder: string, runId: string): Leftovers {
  const state = readRunState(folder);
  const file = eventsFile(folder);
  let last: RunEvent | undefined;
  let checkpoint: RunEvent | undefined;
  let redoneMs = 0;
  let end = { count: 0, length: 0 };
  if (existsSync(file) && statSync(file).size > 0) {
    const events = readEvents(file);
    let next = events.next();
    for (; !next.done; next = events.next()) {
      const event = next.value;
      if (event.type === "run.resumed") redoneMs = 0;
      else if (event.seq > (state?.checkpoint ?? 0)) redoneMs += workBetween(last, event);
      last = event;
      if (event.seq === state?.checkpoint) checkpoint = event;
    }
    end = next.value;
  }
  // A budget that ended a run may be raised: the run then goes on from before its end.
  if (last?.type === "summary" && last.stop !== "budget") {
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
    redoneMs: redoneMs + unloggedMs(folder, last),
    state,
    candidates: readCandidates(candidatesFile(folder), state?.candidates ?? 0),
    paid: readPaidCalls(paidCallsFile(folder), state?.paid ?? 0),
  };
}

/** From the last event to the last call: a step that was broken off logged nothing of it. */
function unloggedMs(folder: string, last: RunEvent | undefined): number {
  const called = last === undefined ? undefined : lastCallAt(folder);
  return last === undefined || called === undefined ? 0 : Math.max(0, called - last.at);
}
