import type { RunEvent } from "../../../src/run/events.ts";
import { alignmentRun, fitTextsOf } from "../../run/alignmentEvents.ts";
import { exampleCalls } from "../../run/exampleCalls.ts";
import { finishedRun, landscapeRun } from "../../run/exampleEvents.ts";
import { exampleTrajectory, withTexts } from "../../run/exampleTrajectories.ts";
import { gridRun, promptRun } from "../../run/panel/landscapeEvents.ts";
import type { PanelGiven } from "./panelTests.ts";

/** A run that has something to show on a page, and what its folder holds beside the log. */
export interface PageSample {
  readonly events: readonly RunEvent[];
  readonly given?: PanelGiven;
}

const finished = finishedRun();
const aligned = alignmentRun();
const fits = Object.fromEntries(
  aligned.flatMap((event) => (event.type === "rewards" ? [[event.seq, fitTextsOf()]] : [])),
);

/** What each page is shown with in the tests that hold for all pages, by its name; without samples a page fails them. */
export const pageSamples: Readonly<Record<string, Readonly<Record<string, PageSample>>>> = {
  overview: { "a finished run": { events: finished } },
  landscape: {
    "measured options": { events: landscapeRun() },
    "several options": { events: gridRun() },
    "many prompts": { events: promptRun(300) },
  },
  updates: { "a finished run": { events: finished } },
  examples: {
    "a finished run": {
      events: withTexts(finished),
      given: { trajectory: (exampleId, iteration) => exampleTrajectory(exampleId, iteration) },
    },
  },
  alignment: { "fits that tell all": { events: aligned, given: { fits } } },
  budget: { "a finished run": { events: finished, given: { calls: exampleCalls(800) } } },
  compare: {
    "two runs": {
      events: finished,
      given: { others: { "/w/.optimas/runs/20260315-101500-hotpotqa-p2wd": finishedRun({ seed: 8, iterations: 9 }) } },
    },
  },
};
