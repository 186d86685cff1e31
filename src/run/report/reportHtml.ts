import type { RunEvent } from "../events.ts";
import { briefLine, briefText } from "../views/briefLine.ts";
import { changedComponents, modelText, splitResults } from "../views/findings.ts";
import {
  changeText,
  counted,
  countText,
  durationText,
  momentText,
  rewardText,
  runsText,
} from "../views/numberFormat.ts";
import type { RunStatus, RunView } from "../views/runView.ts";
import { statusWords } from "../views/runWords.ts";
import { localRewardSection } from "./alignmentSections.ts";
import { costSection } from "./costSections.ts";
import { courseSection } from "./courseSection.ts";
import { examplesSection } from "./exampleSections.ts";
import { fitsSection } from "./fitSections.ts";
import { Html, html } from "./html.ts";
import { landscapeSection } from "./landscapeSections.ts";
import { failureSection, originSection } from "./originSections.ts";
import { type ReportData, reportDataOf } from "./reportData.ts";
import { styleSheet } from "./styleSheet.ts";
import { reportTable } from "./table.ts";
import { changesSection, updatesSection } from "./updateSections.ts";

/**
 * A run as one self-contained page: no script, nothing loaded from anywhere, readable in light, dark and print. It holds
 * what the pages of the panel show, and grows with a run only as long as somebody can still read it.
 * @param run its events, or the data made of them
 */
export function reportHtml(run: readonly RunEvent[] | ReportData): string {
  const data = isEvents(run) ? reportDataOf(run) : run;
  const { view, overview } = data;
  const title = `${briefLine(view.header?.system.name ?? "Run")}: optimization report`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(styleSheet)}</style>
</head>
<body>
<main>
${head(view)}
${results(view)}
${courseSection(overview)}
${changesSection(changedComponents(view))}
${localRewardSection(view, data.alignment)}
${fitsSection(data.fits)}
${landscapeSection(data.landscapes)}
${updatesSection(data.updates)}
${examplesSection(data.examples)}
${costSection(view, data.budget)}
${failureSection(view)}
${originSection(view)}
</main>
</body>
</html>
`.markup;
}

function head(view: RunView): Html {
  const { header, startedAt, status } = view;
  if (header === null) return html`<h1>Run without events</h1>`;
  const words = statusWords(status);
  const facts = [
    `Run ${header.runId}`,
    ...(startedAt === null ? [] : [momentText(startedAt)]),
    `model ${briefLine(modelText(header))}`,
    words,
  ].join(" · ");
  return html`<header>
<h1>${briefLine(header.system.name)}</h1>
<p class="quiet">${facts}</p>
${
  header.simulated
    ? html`<p class="notice"><strong>Simulated model.</strong> Everything on this page was made with the simulated model, which is no language model. It shows that the optimization works, not how well a real model does.</p>`
    : null
}${unfinished(status)}
</header>`;
}

function unfinished(status: RunStatus): Html | null {
  if (status.state === "finished") return null;
  const told =
    status.state === "failed"
      ? `The run failed: ${briefText(status.message, LONGEST_MESSAGE)}`
      : status.state === "interrupted"
        ? `The run was interrupted: ${briefText(status.reason, LONGEST_MESSAGE)}`
        : "The run has not come to its end";
  return html`<p class="notice"><strong>Not finished.</strong> ${told.replace(/[.\s]*$/, ".")} This page shows how far it came.</p>`;
}

const LONGEST_MESSAGE = 2000;
function results(view: RunView): Html | null {
  const splits = splitResults(view);
  const told = view.summary?.stop;
  const compared =
    told === undefined ||
    told === "iterations" ||
    told === "budget" ||
    told === "nothing to optimize" ||
    told === "nothing left to try";
  if (!compared) return evaluations(view);
  return html`<section aria-label="Results">
${figures(view)}
${reportTable(
  "Mean reward of the unoptimized and the optimized system on the same rows. The interval is the 95 % bootstrap interval of the paired difference.",
  [
    { title: "rows" },
    { title: "n", number: true },
    { title: "unoptimized", number: true },
    { title: "optimized", number: true },
    { title: "difference", number: true },
    { title: "95 % interval", number: true },
  ],
  splits.map(({ split, n, unoptimized, optimized, difference }) => [
    split,
    countText(n),
    rewardText(unoptimized),
    rewardText(optimized),
    changeText(difference.mean),
    `${changeText(difference.low)} to ${changeText(difference.high)}`,
  ]),
)}
</section>`;
}

function figures(view: RunView): Html | null {
  const splits = splitResults(view);
  const main = splits.find(({ split }) => split === "test") ?? splits[0];
  const { summary, header, spentRuns, updates } = view;
  const accepted = updates.filter(({ decision }) => decision === "accepted").length;
  const budget = header?.budgetRuns ?? null;
  return html`<dl class="figures">
${
  main === undefined
    ? null
    : html`<div><dt>Reward on ${main.split} rows</dt><dd>${rewardText(main.unoptimized)} → ${rewardText(main.optimized)}<small>n = ${countText(main.n)}</small></dd></div>
<div><dt>Difference</dt><dd>${changeText(main.difference.mean)}<small>95 % interval ${changeText(main.difference.low)} to ${changeText(main.difference.high)}</small></dd></div>`
}
<div><dt>Updates accepted</dt><dd>${accepted}<small>in ${counted(summary?.iterations ?? updates.length, "iteration")}</small></dd></div>
<div><dt>System runs</dt><dd>${runsText(spentRuns)}<small>${budget === null ? "" : `of ${runsText(budget)}, `}${durationText(view.elapsedMs)} elapsed</small></dd></div>
</dl>`;
}

function evaluations(view: RunView): Html | null {
  return reportTable(
    "Mean reward per evaluation. Failed rows count as 0.",
    [
      { title: "system" },
      { title: "rows" },
      { title: "n", number: true },
      { title: "reward", number: true },
      { title: "failures", number: true },
    ],
    view.evaluations.map(({ of, split, n, mean, failures }) => [
      of,
      split,
      countText(n),
      rewardText(mean),
      countText(failures),
    ]),
  );
}

function isEvents(run: readonly RunEvent[] | ReportData): run is readonly RunEvent[] {
  return Array.isArray(run);
}
