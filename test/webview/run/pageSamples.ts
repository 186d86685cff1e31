import type { RunEvent } from "../../../src/run/events.ts";
import { plainExamplesQuery } from "../../../src/run/panel/examplesQuery.ts";
import { RUN_PANEL_VERSION } from "../../../src/run/panel/panelMessage.ts";
import { plainUpdatesQuery } from "../../../src/run/panel/updatesQuery.ts";
import { alignmentRun, fitTextsOf } from "../../run/alignmentEvents.ts";
import { estimatedRun } from "../../run/estimatedRun.ts";
import { exampleCalls } from "../../run/exampleCalls.ts";
import { finishedRun, landscapeRun } from "../../run/exampleEvents.ts";
import { exampleTrajectory, withTexts } from "../../run/exampleTrajectories.ts";
import { gridRun, promptRun } from "../../run/panel/landscapeEvents.ts";
import type { PanelGiven } from "./panelTests.ts";
import { FOLDER } from "./runPanelPage.ts";

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

/** A page as it was left, looking at something in depth. */
function leftAt(page: string, kept: unknown): PanelGiven {
  return { state: { version: RUN_PANEL_VERSION, folder: FOLDER, page, pages: { [page]: kept } } };
}

const OTHER = "/w/.optimas/runs/20260315-101500-hotpotqa-p2wd";
const others = { [OTHER]: finishedRun({ seed: 8, iterations: 9 }) };
const trajectory: PanelGiven["trajectory"] = (exampleId, iteration) => exampleTrajectory(exampleId, iteration);
const accepted = finished.find((event) => event.type === "update" && event.decision === "accepted");

/** What each page is shown with in the tests that hold for all pages, by its name; without samples a page fails them. */
export const pageSamples: Readonly<Record<string, Readonly<Record<string, PageSample>>>> = {
  overview: {
    "a finished run": { events: finished },
    "a component in depth": { events: finished, given: leftAt("overview", { component: "info_extractor" }) },
  },
  landscape: {
    "measured options": { events: landscapeRun() },
    "several options": { events: gridRun() },
    "many prompts": { events: promptRun(300) },
  },
  updates: {
    "a finished run": { events: finished },
    "an accepted prompt": {
      events: finished,
      given: leftAt("updates", { query: { ...plainUpdatesQuery, selected: accepted?.seq ?? null } }),
    },
  },
  examples: {
    "a finished run": { events: withTexts(finished), given: { trajectory } },
    "a row in depth": {
      events: withTexts(finished),
      given: {
        trajectory,
        ...leftAt("examples", {
          query: { ...plainExamplesQuery, selected: { row: 2, iteration: 2 } },
          look: { against: "0", only: false },
        }),
      },
    },
  },
  alignment: { "fits that tell all": { events: aligned, given: { fits } } },
  budget: {
    "a finished run": { events: finished, given: { calls: exampleCalls(800) } },
    "an estimate": { events: estimatedRun(), given: { calls: exampleCalls(200) } },
  },
  compare: {
    "one run": { events: finished, given: { others } },
    "two runs": { events: finished, given: { others, ...leftAt("compare", { query: { runs: [OTHER] } }) } },
  },
};
