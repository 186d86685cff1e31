import type { RunEvent } from "../../../src/run/events.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";
import { budgetRun, failedRun, finishedRun, interruptedRun, landscapeRun, resumedRun } from "../exampleEvents.ts";

const logs = { finishedRun, budgetRun, interruptedRun, failedRun, resumedRun, landscapeRun };

/** Logs of runs that went each their own way, by name, as models get them: redone work left out. */
export const exampleLogs: readonly (readonly [name: string, events: readonly RunEvent[]])[] = Object.entries(logs).map(
  ([name, log]) => [name, effectiveEvents(log())],
);
