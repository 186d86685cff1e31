import { eventsFile } from "../leftovers.ts";
import { CalledReader } from "../panel/calledReader.ts";
import { CallLines } from "../panel/callLines.ts";
import { CallTimeline } from "../panel/callTimeline.ts";
import { RunReader } from "../panel/runReader.ts";
import { reportModels } from "./reportData.ts";

/** Reads a run and when its calls were made, as they lie in its folder. @throws UserError as `RunReader.readOn` */
export async function readRun(folder: string): Promise<(page: string, query: unknown) => unknown> {
  const calls = new CallTimeline();
  const own = new RunReader(eventsFile(folder), () => reportModels(calls));
  const reader = new CalledReader(own, new CallLines(folder), calls);
  while ((await reader.readOn()).more);
  return (page, query) => reader.shown(page, query);
}
