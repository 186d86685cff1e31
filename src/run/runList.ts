import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, isAbsolute, join, resolve } from "node:path";
import { similarName } from "../data/similarName.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { diskErrorCode, onDisk } from "./diskError.ts";
import { readEvents } from "./eventLog.ts";
import { type EventOf, eventSchema, type RunEvent } from "./events.ts";
import { eventsFile } from "./runFolder.ts";
import { type RunInfo, readRunInfo } from "./runInfo.ts";
import { liveOwner } from "./runLock.ts";
import { parseStored } from "./storedJson.ts";
import { effectiveEvents } from "./views/effectiveEvents.ts";

/** `interrupted`: stopped or killed before its end; it can be resumed. */
export type RunStatus = "running" | "interrupted" | "failed" | "finished";

/** A run as the list of runs shows it. */
export interface ListedRun {
  readonly kind: "run";
  readonly id: string;
  readonly folder: string;
  readonly info: RunInfo;
  readonly status: RunStatus;
  /** A process holds it: one that works on it, or the kernel of a notebook, which does so as long as it lives. */
  readonly held: boolean;
  /** Iterations that were begun. */
  readonly iterations: number;
  /** Iterations that were asked for; undefined before `run.started`. */
  readonly planned: number | undefined;
  /** Mean validation score before, and of the best configuration so far; undefined before it was measured. */
  readonly validation: { readonly before: number | undefined; readonly after: number | undefined };
  readonly systemRuns: number;
  /** Hard limit of system runs; null without one, undefined before `run.started`. */
  readonly budgetRuns: number | null | undefined;
}

/** A folder among the runs that cannot be read, and why. */
export interface UnreadableRun {
  readonly kind: "unreadable";
  readonly id: string;
  readonly folder: string;
  readonly problem: string;
}

/**
 * All runs in a folder of runs, oldest first; none where the folder does not exist.
 * @throws UserError when the folder itself cannot be read
 */
export function listRuns(out: string): (ListedRun | UnreadableRun)[] {
  return runIds(out).map((id) => readRun(join(resolve(out), id)));
}

/** The run in a folder, as the list of runs shows it; never throws. */
export function readRun(folder: string): ListedRun | UnreadableRun {
  const id = basename(folder);
  try {
    return listed(id, folder);
  } catch (error) {
    return { kind: "unreadable", id, folder, problem: errorMessage(error) };
  }
}

/**
 * The folder of the run that `text` means: an id, the beginning of only one id, `latest`, or the path of a run's folder.
 * @throws UserError listing what it could mean when it means no run or several
 */
export function findRun(out: string, text: string): string {
  if ((isAbsolute(text) || /[\\/]/.test(text)) && existsSync(join(text, "run.json"))) return resolve(text);
  const ids = runIds(out);
  const latest = ids.at(-1);
  if (latest === undefined) throw new UserError(`There are no runs in ${out}. Start one: optimas run FILE`);
  const meant = text === "latest" ? [latest] : ids.includes(text) ? [text] : ids.filter((id) => id.startsWith(text));
  const [only, second] = meant;
  if (only !== undefined && second === undefined) return join(resolve(out), only);
  if (only !== undefined) {
    throw new UserError(`"${text}" could be any of ${some(meant)}. Give more of the id, or "latest".`);
  }
  const near = ids.filter((id) => id.includes(text));
  const similar = similarName(text, ids);
  const close = near.length > 0 ? near : similar === undefined ? [] : [similar];
  throw new UserError(
    close.length > 0
      ? `No run in ${out} is called "${text}". Did you mean ${some(close)}?`
      : `No run in ${out} is called "${text}". The latest are ${some(ids)}.`,
  );
}

const SHOWN = 5;

/** The last few ids, latest first. */
function some(ids: readonly string[]): string {
  const shown = ids.slice(-SHOWN).reverse().join(", ");
  return ids.length > SHOWN ? `${shown}, ...` : shown;
}

/** Ids begin with the time, so the order of names is the order of starts. */
function runIds(out: string): string[] {
  const entries = onDisk(`read the runs in ${out}`, undefined, () => {
    try {
      return readdirSync(out, { withFileTypes: true });
    } catch (error) {
      if (diskErrorCode(error) === "ENOENT") return [];
      throw error;
    }
  });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}

function listed(id: string, folder: string): ListedRun {
  const info = readRunInfo(folder);
  const file = eventsFile(folder);
  const first = existsSync(file) ? readEvents(file).next().value : undefined;
  const started = first && "type" in first && first.type === "run.started" ? first : undefined;
  const summary = lastSummary(file);
  const progress = summary ? finishedProgress(summary) : unfinishedProgress(first ? readEvents(file) : []);
  const held = liveOwner(folder) !== undefined;
  // A log that just ends is that of a run at work, or of one whose process is gone.
  const status = progress.status === "running" && !held ? "interrupted" : progress.status;
  const begun = { planned: started?.iterations, budgetRuns: started?.budgetRuns };
  return { kind: "run", id, folder, info, ...begun, ...progress, status, held };
}

/** `planned` where the run itself said later how many iterations it goes on to. */
type Progress = Pick<ListedRun, "status" | "iterations" | "validation" | "systemRuns"> & { planned?: number };

function finishedProgress(summary: EventOf<"summary">): Progress {
  return {
    status: "finished",
    iterations: summary.iterations,
    validation: { before: summary.unoptimized.validation.mean, after: summary.optimized.validation.mean },
    systemRuns: summary.systemRuns,
  };
}

function unfinishedProgress(events: Iterable<RunEvent>): Progress {
  let status: RunStatus = "running";
  let iterations = 0;
  let planned: number | undefined;
  let before: number | undefined;
  let after: number | undefined;
  let systemRuns = 0;
  for (const event of effectiveEvents([...events])) {
    if (event.type === "summary") return finishedProgress(event);
    systemRuns = event.systemRuns;
    status = event.type === "run.failed" ? "failed" : event.type === "run.interrupted" ? "interrupted" : "running";
    if (event.type === "iteration") {
      iterations = event.iteration;
      planned = event.of;
    }
    if (event.type === "evaluation" && event.split === "validation") {
      if (event.of === "unoptimized") before = event.mean;
      after = event.mean;
    }
    if (event.type === "update" && event.validation && event.decision !== "unchanged") {
      const { validation, decision } = event;
      // Where a challenger was given up early, only part of the rows was looked at.
      const whole = validation.before.length === (validation.rows ?? validation.before.length);
      if (whole) after = mean(decision === "accepted" ? validation.after : validation.before);
    }
  }
  return { status, iterations, validation: { before, after }, systemRuns, ...(planned !== undefined && { planned }) };
}

function mean(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

const TAIL_BYTES = 1 << 18;

/**
 * The summary that ends the log of a finished run, read from the file's end: most runs in a list are finished, and their
 * logs need not be read. Undefined when the log does not end with a summary.
 */
function lastSummary(file: string): EventOf<"summary"> | undefined {
  if (!existsSync(file)) return undefined;
  const tail = onDisk(`read ${file}`, undefined, () => readTail(file));
  if (tail.at(-1) !== NEWLINE) return undefined;
  const start = tail.lastIndexOf(NEWLINE, tail.length - 2) + 1;
  const line = tail.subarray(start, tail.length - 1);
  // A line that began before the tail has no newline in it: the whole log is read then.
  if (start === 0 || !line.includes('"type":"summary"')) return undefined;
  const event: RunEvent = parseStored(line, eventSchema, `${file}, last line`);
  return event.type === "summary" ? event : undefined;
}

const NEWLINE = 0x0a;

function readTail(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const read = readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
