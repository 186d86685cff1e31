import { briefLine, briefText } from "../views/briefLine.ts";
import { modelText } from "../views/findings.ts";
import { counted, countText } from "../views/numberFormat.ts";
import type { RunView } from "../views/runView.ts";
import { toldSettings } from "../views/toldSettings.ts";
import { type Html, html } from "./html.ts";
import { leftOut } from "./leftOut.ts";
import { reportTable } from "./table.ts";

/** Rows that are written out, and characters of one text in them. */
const [MOST_ROWS, LONGEST_TEXT] = [200, 1000];
/** Characters of a configuration that are written out. */
const LONGEST_CONFIGURATION = 200_000;

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
    ...Object.entries(toldSettings(header.settings))
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
