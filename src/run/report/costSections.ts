import { estimateChart } from "../charts/estimateChart.ts";
import { reportPalette } from "../charts/palette.ts";
import { sharesChart } from "../charts/sharesChart.ts";
import { spendingChart } from "../charts/spendingChart.ts";
import { moneyWords, spentChart, spentPurposeWords, whoWords } from "../charts/spentChart.ts";
import { timelineChart } from "../charts/timelineChart.ts";
import type { Budget } from "../panel/budgetModel.ts";
import type { Spent } from "../panel/spentRows.ts";
import { evenly } from "../thinning.ts";
import { briefLine } from "../views/briefLine.ts";
import type { EstimateStanding } from "../views/estimateStanding.ts";
import { estimateNotes, estimateWords, noEstimateWords } from "../views/estimateStandingWords.ts";
import { countText, durationText, runsText } from "../views/numberFormat.ts";
import type { RunView, Summary } from "../views/runView.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { leftOut } from "./leftOut.ts";
import { reportTable } from "./table.ts";

/** Points of a picture: each is a step of its line. */
const MOST_POINTS = 400;
/** Calls that are drawn one by one. */
const MOST_BARS = 600;
/** Rows that are written out. */
const MOST_ROWS = 200;

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
${spentTable(budget)}${estimated(budget.estimate)}
<p class="quiet">Time at work: ${durationText(elapsedMs)}.</p>
</section>`;
}

/** What was thought before the run, beside what came of it. */
function estimated(standing: EstimateStanding | null): Html {
  if (standing === null) return html`<p class="quiet">${noEstimateWords()}</p>`;
  return html`${figure(estimateChart(standing, reportPalette), {
    name: "estimate",
    title: "What came, beside what was estimated",
  })}${reportTable(
    standing.over
      ? "What was estimated before the run, and what came."
      : "What was estimated before the run, and what came so far.",
    [
      { title: "of" },
      { title: "estimated" },
      { title: "came" },
      { title: "of what was likely", number: true },
      { title: "beside the range" },
    ],
    estimateWords(standing).map(({ unit, estimated, came, share, place }) => [unit, estimated, came, share, place]),
  )}
${estimateNotes(standing).map((note) => html`<p class="quiet">${note}</p>\n`)}<h3>How the estimate was computed</h3>
<ul class="quiet">${standing.sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

/** What ran and what was called, in every unit that anything was spent of. */
function spentFigures({ rows, allPurposes: purposes }: Budget): Html | null {
  if (rows === null) return null;
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
