import { modelText } from "../views/findings.ts";
import { counted, countText, durationText, runsText } from "../views/numberFormat.ts";
import type { RunView } from "../views/runView.ts";
import { type Html, html } from "./html.ts";
import { reportTable } from "./table.ts";

/** What the run cost: system runs by purpose, model calls and tokens by who asked. */
export function costSection({ summary, header, spentRuns, elapsedMs }: RunView): Html | null {
  if (summary === null) return null;
  const budget = header?.budgetRuns ?? null;
  return html`<section>
<h2>What it cost</h2>
${reportTable(
  `System runs by purpose${budget === null ? "" : `, of a budget of ${runsText(budget)}`}. Running a part of the system counts as its share.`,
  [{ title: "purpose" }, { title: "system runs", number: true }],
  [
    ...Object.entries(summary.runsByPurpose).map(([purpose, runs]) => [purpose, runsText(runs)]),
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
    who,
    countText(used.calls),
    countText(used.inputTokens),
    countText(used.outputTokens),
  ]),
)}
<p class="quiet">Time at work: ${durationText(elapsedMs)}.</p>
</section>`;
}

/** Failed rows and warnings. */
export function failureSection({ failures, warnings }: RunView): Html | null {
  if (failures.length === 0 && warnings.length === 0) return null;
  return html`<section>
<h2>Failures and warnings</h2>
${warnings.map((warning) => html`<p>${warning}</p>`)}
${reportTable(
  `${counted(failures.length, "failed row")}, each scored 0 and kept in the mean.`,
  [{ title: "row" }, { title: "rows" }, { title: "system" }, { title: "at" }, { title: "what happened" }],
  failures.map(({ exampleId, split, of, at, kind, message }) => [exampleId, split, of, at, `${kind}: ${message}`]),
)}
</section>`;
}

/** What is needed to make the run again. */
export function originSection({ header, summary, resumed }: RunView): Html | null {
  if (header === null) return null;
  const splits = (["train", "validation", "test"] as const).flatMap((split) => {
    const data = header.data[split];
    return data === undefined ? [] : [[split, countText(data.n), data.source, data.hash]];
  });
  return html`<section>
<h2>How to make it again</h2>
${reportTable(
  "The run.",
  [{ title: "what" }, { title: "value" }],
  [
    ["run", header.runId],
    ["experiment", header.experiment || "started from code"],
    ["model", modelText(header)],
    ["seed", String(header.seed)],
    ["iterations", countText(header.iterations)],
    ["budget", header.budgetRuns === null ? "none" : counted(header.budgetRuns, "system run")],
    ...(resumed === 0 ? [] : [["resumed", counted(resumed, "time")]]),
    ...Object.entries(header.settings)
      .filter(([name]) => name !== "iterations" && name !== "seed")
      .map(([name, value]) => [name, typeof value === "string" ? value : (JSON.stringify(value) ?? "–")]),
  ],
)}
${reportTable("The data.", [{ title: "rows" }, { title: "n", number: true }, { title: "source" }, { title: "hash" }], splits)}
<details><summary>Configuration ${summary === null ? "at the start" : "at the end"}</summary>
<div class="diff">${JSON.stringify(summary?.configuration ?? header.configuration, null, 2)}</div></details>
</section>`;
}
