import { reportPalette } from "../charts/palette.ts";
import { spendingChart } from "../charts/spendingChart.ts";
import type { Budget } from "../panel/budgetModel.ts";
import { evenly } from "../thinning.ts";
import { briefLine, briefText } from "../views/briefLine.ts";
import { modelText } from "../views/findings.ts";
import { counted, countText, durationText, runsText } from "../views/numberFormat.ts";
import type { RunView, Summary } from "../views/runView.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { leftOut } from "./leftOut.ts";
import { reportTable } from "./table.ts";

/** Rows that are written out, and characters of one text in them. */
const [MOST_ROWS, LONGEST_TEXT] = [200, 1000];
/** Points of a picture: each is a step of its line. */
const MOST_POINTS = 400;
/** Characters of a configuration that are written out. */
const LONGEST_CONFIGURATION = 200_000;

/** What the run cost: system runs over time and by purpose, model calls and tokens by who asked. */
export function costSection({ summary, header, spentRuns, elapsedMs }: RunView, budgetShown: Budget): Html | null {
  const { series: points, seriesPurposes: purposes, budgetRuns } = budgetShown;
  const overTime = figure(spendingChart({ purposes, points: evenly(points, MOST_POINTS), budgetRuns }, reportPalette), {
    name: "spending",
    title: "System runs over time",
  });
  if (summary === null && overTime === null) return null;
  return html`<section>
<h2>What it cost</h2>
${overTime}${summary === null ? null : costs(summary, header?.budgetRuns ?? null, spentRuns)}
<p class="quiet">Time at work: ${durationText(elapsedMs)}.</p>
</section>`;
}

function costs(summary: Summary, budget: number | null, spentRuns: number): Html {
  return html`${reportTable(
    `System runs by purpose${budget === null ? "" : `, of a budget of ${runsText(budget)}`}. Running a part of the system counts as its share.`,
    [{ title: "purpose" }, { title: "system runs", number: true }],
    [
      ...Object.entries(summary.runsByPurpose).map(([purpose, runs]) => [briefLine(purpose), runsText(runs)]),
      ["total", runsText(spentRuns)],
      ...(summary.testRuns === 0 ? [] : [["test rows, not charged", runsText(summary.testRuns)]]),
    ],
  )}
${reportTable(
  summary.simulated ? "Calls of the simulated model, by who asked." : "Model calls, by who asked.",
  [
    { title: "by" },
    { title: "calls", number: true },
    { title: "input tokens", number: true },
    { title: "output tokens", number: true },
  ],
  Object.entries(summary.modelCalls).map(([who, used]) => [
    briefLine(who),
    countText(used.calls),
    countText(used.inputTokens),
    countText(used.outputTokens),
  ]),
)}`;
}

/** Failed rows and warnings. */
export function failureSection({ failures, warnings }: RunView): Html | null {
  if (failures.length === 0 && warnings.length === 0) return null;
  return html`<section>
<h2>Failures and warnings</h2>
${warnings.slice(0, MOST_ROWS).map((warning) => html`<p>${briefText(warning, LONGEST_TEXT)}</p>`)}${leftOut(warnings.length, MOST_ROWS, "warnings")}
${reportTable(
  `${counted(failures.length, "failed row")}, each scored 0 and kept in the mean.`,
  [{ title: "row" }, { title: "rows" }, { title: "system" }, { title: "at" }, { title: "what happened" }],
  failures
    .slice(0, MOST_ROWS)
    .map(({ exampleId, split, of, at, kind, message }) => [
      briefLine(exampleId),
      split,
      of,
      briefLine(at),
      `${kind}: ${briefText(message, LONGEST_TEXT)}`,
    ]),
)}${leftOut(failures.length, MOST_ROWS, "failed rows")}
</section>`;
}

/** What is needed to make the run again. */
export function originSection({ header, summary, resumed }: RunView): Html | null {
  if (header === null) return null;
  const splits = (["train", "validation", "test"] as const).flatMap((split) => {
    const data = header.data[split];
    return data === undefined ? [] : [[split, countText(data.n), briefLine(data.source, LONGEST_TEXT), data.hash]];
  });
  return html`<section>
<h2>How to make it again</h2>
${reportTable(
  "The run.",
  [{ title: "what" }, { title: "value" }],
  [
    ["run", header.runId],
    ["experiment", briefLine(header.experiment, LONGEST_TEXT) || "started from code"],
    ["model", briefLine(modelText(header), LONGEST_TEXT)],
    ["seed", String(header.seed)],
    ["iterations", countText(header.iterations)],
    ["budget", header.budgetRuns === null ? "none" : counted(header.budgetRuns, "system run")],
    ...(resumed === 0 ? [] : [["resumed", counted(resumed, "time")]]),
    ...Object.entries(header.settings)
      .filter(([name]) => name !== "iterations" && name !== "seed")
      .slice(0, MOST_ROWS)
      .map(([name, value]) => [
        briefLine(name),
        briefText(typeof value === "string" ? value : (JSON.stringify(value) ?? "–"), LONGEST_TEXT),
      ]),
  ],
)}
${reportTable("The data.", [{ title: "rows" }, { title: "n", number: true }, { title: "source" }, { title: "hash" }], splits)}
<details><summary>Configuration ${summary === null ? "at the start" : "at the end"}</summary>
<div class="diff">${briefText(JSON.stringify(summary?.configuration ?? header.configuration, null, 2), LONGEST_CONFIGURATION)}</div></details>
</section>`;
}
