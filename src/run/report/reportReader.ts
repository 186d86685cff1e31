import { eventsFile } from "../leftovers.ts";
import { CalledReader } from "../panel/calledReader.ts";
import { CallLines } from "../panel/callLines.ts";
import { CallTimeline } from "../panel/callTimeline.ts";
import { RunReader } from "../panel/runReader.ts";
import { reportModels } from "./reportData.ts";

/** A run that was read whole. */
export interface ReadRun {
  readonly shown: (page: string, query: unknown) => unknown;
  /** Milliseconds at work that resumptions took back. */
  readonly discardedMs: number;
}

/** Reads a run and when its calls were made, as they lie in its folder. @throws UserError as `RunReader.readOn` */
export async function readRun(folder: string): Promise<ReadRun> {
  const calls = new CallTimeline();
  const own = new RunReader(eventsFile(folder), () => reportModels(calls));
  const reader = new CalledReader(own, new CallLines(folder), calls);
  while ((await reader.readOn()).more);
  return { shown: (page, query) => reader.shown(page, query), discardedMs: own.discardedMs };
}
