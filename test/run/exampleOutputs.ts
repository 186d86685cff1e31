import type { RunEvent } from "../../src/run/events.ts";
import type { RunOutput } from "../../src/run/runOutput.ts";
import { type RunOutputPlace, runOutput } from "../../src/run/runOutputView.ts";
import { runView } from "../../src/run/views/reduce.ts";
import type { RunView } from "../../src/run/views/runView.ts";
import {
  type ExampleOptions,
  finish,
  finishedRun,
  interruptedRun,
  iterate,
  LogWriter,
  stageOne,
} from "./exampleEvents.ts";

const place: RunOutputPlace = {
  folder: ".optimas/runs/2026-03-14-0930-k3vq",
  report: false,
  working: false,
  spentByPurpose: {},
  impersonal: (message) => message,
};

/** The output of a log, as of a run that nobody works on unless it is said otherwise. */
export function outputOf(events: readonly RunEvent[], given: Partial<RunOutputPlace> = {}): RunOutput {
  return viewOutput(runView(events), given);
}

export function viewOutput(view: RunView, given: Partial<RunOutputPlace> = {}): RunOutput {
  return runOutput(view, { ...place, ...given });
}

/** Outputs of one run from its start on, as a cell shows them one after the other. */
export const exampleOutputs = {
  starting: () => outputOf(new LogWriter().add(stageOne().events[0] as never).events, { working: true }),
  collecting: () => outputOf(stageOne().events.slice(0, 6), { working: true, spentByPurpose: { validation: 60 } }),
  optimizing: (iterations = 7, options: ExampleOptions = {}) => {
    const log = stageOne(options);
    for (let iteration = 1; iteration <= iterations; iteration++) iterate(log, iteration, options);
    log.add({
      type: "iteration",
      iteration: iterations + 1,
      of: options.iterations ?? 12,
      component: "retriever",
      probability: 0.2,
    });
    log.add({
      type: "progress",
      phase: "iterating",
      label: "collecting fresh preferences, retriever",
      done: 9,
      total: 20,
    });
    return outputOf(log.events, {
      working: true,
      spentByPurpose: { validation: 60, "offline pairs": 306.25, "fresh pairs": 129.5, "local search": 84 },
    });
  },
  idle: () => outputOf(stageOne().events),
  interrupted: () => outputOf(interruptedRun()),
  failed: () =>
    outputOf(stageOne().add({ type: "run.failed", message: "The trainer process was ended by SIGKILL." }).events),
  finished: () =>
    outputOf(finishedRun(), {
      report: true,
      spentByPurpose: { validation: 60, "offline pairs": 306.25, "local search": 420 },
    }),
  long: (iterations: number, options: ExampleOptions = {}) => {
    const log = stageOne({ ...options, iterations });
    for (let iteration = 1; iteration <= iterations; iteration++) iterate(log, iteration, { ...options, iterations });
    return outputOf(finish(log, "iterations", options));
  },
} as const;
