import type { ExamplesShown } from "../panel/examplesShown.ts";
import { briefLine } from "../views/briefLine.ts";
import { changeText, counted, rewardText } from "../views/numberFormat.ts";
import { type Html, html } from "./html.ts";
import { leftOut } from "./leftOut.ts";
import { reportTable } from "./table.ts";

/** Configurations that stand side by side, the start and the one in force among them. */
const MOST_COLUMNS = 8;
const LONGEST_TEXT = 160;

/** The validation rows under the configurations that were in force one after the other, those that changed most first. */
export function examplesSection({ rows, columns, meant }: ExamplesShown): Html | null {
  const shown = columns.length <= MOST_COLUMNS ? columns : [...columns.slice(0, 1), ...columns.slice(1 - MOST_COLUMNS)];
  if (rows.length === 0 || shown.length === 0) return null;
  const places = shown.map((column) => columns.indexOf(column));
  return html`<section>
<h2>Rows</h2>
${reportTable(
  `Rewards of ${counted(rows.length, "validation row")} under the configurations that were in force, the rows that fell most first.`,
  [
    { title: "row" },
    ...shown.map(({ iteration, component, kind }) => ({
      title: kind === "start" ? "start" : `${iteration}. ${briefLine(component ?? "")}`,
      number: true,
    })),
    { title: "change", number: true },
    { title: "what it brings" },
  ],
  rows.map(({ example, text, cells, change }) => [
    briefLine(example),
    ...places.map((place) => rewardText(cells[place])),
    change === null ? "–" : changeText(change),
    briefLine(text, LONGEST_TEXT) || "–",
  ]),
)}${leftOut(meant, rows.length, "rows")}${leftOut(columns.length, shown.length, "configurations")}
</section>`;
}
