import { reportPalette } from "../charts/palette.ts";
import { sharesChart } from "../charts/sharesChart.ts";
import { spendingChart } from "../charts/spendingChart.ts";
import { moneyWords, spentChart, spentPurposeWords, whoWords } from "../charts/spentChart.ts";
import { timelineChart } from "../charts/timelineChart.ts";
import type { Budget } from "../panel/budgetModel.ts";
import type { Spent } from "../panel/spentRows.ts";
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
/** Calls that are drawn one by one. */
const MOST_BARS = 600;
/** Characters of a configuration that are written out. */
const LONGEST_CONFIGURATION = 200_000;

/** What the run cost: system runs, calls, tokens and money over time, by component and by purpose. */
export function costSection({ summary, header, spentRuns, elapsedMs }: RunView, budget: Budget): Html | null {
  const { series: points, seriesPurposes: purposes, budgetRuns, forComponents, timeline } = budget;
  const overTime = figure(spendingChart({ purposes, points: evenly(points, MOST_POINTS), budgetRuns }, reportPalette), {
    name: "spending",
    title: "System runs over time",
  });
  if (summary === null && overTime === null) return null;
  const spenders = forComponents.map(({ component, ...spent }) => ({ ...spent, name: component ?? "all components" }));
  return html`<section>
<h2>What it cost</h2>
${overTime}${figure(sharesChart({ purposes, spenders }, reportPalette), {
  name: "improved",
  title: "System runs by the component that was to be improved",
})}${spentFigures(budget)}${
  timeline === null
    ? null
    : figure(timelineChart({ ...timeline, bars: evenly(timeline.bars, MOST_BARS) }, reportPalette), {
        name: "calls",
        title: "Calls over time",
      })
}${summary === null ? null : costs(summary, header?.budgetRuns ?? null, spentRuns, budget.rows === null)}
${spentTable(budget)}
<p class="quiet">Time at work: ${durationText(elapsedMs)}.</p>
</section>`;
}

/** What ran and what was called, in every unit that anything was spent of. */
function spentFigures({ rows, seriesPurposes }: Budget): Html | null {
  if (rows === null) return null;
  const purposes = [...seriesPurposes, "evaluation", "test"];
  const units = { runs: "System runs", calls: "Model calls", tokens: "Tokens", money: "Money" } as const;
  return html`${(["runs", "calls", "tokens", "money"] as const).map((unit) =>
    figure(spentChart({ rows, unit, bars: "component", purposes }, reportPalette), {
      name: `spent${unit}`,
      title: `${units[unit]} by component and purpose`,
    }),
  )}`;
}

function spentTable({ rows, together, simulated }: Budget): Html | null {
  if (rows === null) return null;
  const cells = (spent: Spent) => [
    runsText(spent.runs),
    countText(spent.calls),
    countText(spent.inputTokens),
    countText(spent.outputTokens),
    moneyWords(spent.money),
  ];
  return html`${reportTable(
    simulated
      ? "What ran and what was called, by component and purpose, with calls of the simulated model."
      : "What ran and what was called, by component and purpose.",
    [
      { title: "by" },
      { title: "for" },
      { title: "system runs", number: true },
      { title: "calls", number: true },
      { title: "input tokens", number: true },
      { title: "output tokens", number: true },
      { title: "money" },
    ],
    [
      ...rows.slice(0, MOST_ROWS).map((row) => [whoWords(row.who), spentPurposeWords(row.purpose), ...cells(row)]),
      ["together", "", ...cells(together)],
    ],
  )}${leftOut(rows.length, MOST_ROWS, "rows")}`;
}

/** @param withCalls where nothing else tells of them */
function costs(summary: Summary, budget: number | null, spentRuns: number, withCalls: boolean): Html {
  return html`${reportTable(
    `System runs by purpose${budget === null ? "" : `, of a budget of ${runsText(budget)}`}. Running a part of the system counts as its share.`,
    [{ title: "purpose" }, { title: "system runs", number: true }],
    [
      ...Object.entries(summary.runsByPurpose).map(([purpose, runs]) => [briefLine(purpose), runsText(runs)]),
      ["total", runsText(spentRuns)],
      ...(summary.testRuns === 0 ? [] : [["test rows, not charged", runsText(summary.testRuns)]]),
    ],
  )}
${
  !withCalls
    ? null
    : reportTable(
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
      )
}`;
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
