import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { eventsFile } from "../run/runFolder.ts";
import { liveOwner } from "../run/runLock.ts";

/** A run that nobody went on with for so long is taken to be given up. */
const GIVEN_UP_MS = 14 * 24 * 60 * 60_000;
/** The summary that ends a log is shorter. */
const TAIL_BYTES = 1 << 18;

/**
 * Since when answers of models must be kept for the runs of a folder, in milliseconds since 1970: what a run was answered
 * since its last checkpoint it asks for again when it is killed and resumed. Runs that are under way count, and those that
 * may still be resumed; without any it is infinite. Never fails.
 * @param out folder of runs
 */
export function unfinishedSince(out: string, now: number): number {
  let names: string[];
  try {
    names = readdirSync(out).filter((name) => !name.startsWith("."));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  return names.reduce((earliest, name) => Math.min(earliest, since(join(out, name), now)), Number.POSITIVE_INFINITY);
}

function since(folder: string, now: number): number {
  const began = changedAt(join(folder, "run.json"));
  if (began === undefined) return Number.POSITIVE_INFINITY;
  const isOver = (): boolean => {
    const last = changedAt(eventsFile(folder)) ?? began;
    return last < now - GIVEN_UP_MS || endsWithSummary(eventsFile(folder));
  };
  try {
    if (liveOwner(folder) === undefined && isOver()) return Number.POSITIVE_INFINITY;
  } catch {
    // A run that cannot be looked at may need them.
  }
  return changedAt(join(folder, "state.json")) ?? began;
}

function changedAt(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

function endsWithSummary(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.includes('"type":"summary"');
  } finally {
    closeSync(file);
  }
}
