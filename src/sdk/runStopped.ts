import { relative, sep } from "node:path";
import type { RunEvent } from "../run/events.ts";

/**
 * A step that was stopped by its cell or its signal: nothing that was accepted is lost. Its name is that of every abort,
 * so that code which tells aborts from faults needs to know nothing of it.
 */
export class RunStopped extends Error {
  override readonly name = "AbortError";
  /** Absolute path of the run's folder; undefined when the run had not begun. */
  readonly folder: string | undefined;

  constructor(message: string, folder: string | undefined, cause: unknown) {
    super(message, { cause });
    this.folder = folder;
  }
}

/** @param base folder that the message names the run's folder relative to */
export function stoppedRun(
  folder: string,
  events: readonly RunEvent[],
  given: { readonly base: string; readonly next: string; readonly cause: unknown },
): RunStopped {
  return new RunStopped(`Stopped; ${savedText(folder, events, given.base)}; ${given.next}.`, folder, given.cause);
}

/** What is saved of a run, and where. @param base folder that the run's folder is named relative to */
export function savedText(folder: string, events: readonly RunEvent[], base: string): string {
  return `${savedWords(events)} in ${relative(base, folder).split(sep).join("/")}`;
}

/** What the last checkpoint keeps. */
function savedWords(events: readonly RunEvent[]): string {
  const last = events.findLastIndex(({ type }) => type === "checkpoint");
  const checkpoint = events[last];
  if (checkpoint?.type !== "checkpoint")
    return "the run has its folder, but nothing was finished yet that could be saved,";
  if (checkpoint.iteration > 0) return `everything up to iteration ${checkpoint.iteration} is saved`;
  const kept = new Set(events.slice(0, last).map(({ type }) => type));
  if (kept.has("rewards")) return "the start and the fitted local rewards are saved";
  if (events.slice(0, last).some((event) => event.type === "phase" && event.phase === "collecting")) {
    return "the start and the preference pairs collected so far are saved";
  }
  return "the measured start is saved";
}
