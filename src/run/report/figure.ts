import type { Chart, ChartCell } from "../charts/chart.ts";
import { briefLine } from "../views/briefLine.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { type Html, html } from "./html.ts";
import { leftOut } from "./leftOut.ts";
import { picture } from "./picture.ts";
import { reportTable } from "./table.ts";

/** Rows of a picture's table that are written out. */
const MOST_ROWS = 100;
const LONGEST_CELL = 300;

interface FigureParts {
  /** Letters that no other picture of the page has. */
  readonly name: string;
  /** Above the picture; "" for none. */
  readonly title: string;
  /** How to read it; "" for nothing. */
  readonly caption?: string;
}

/** A picture with its table. Nothing where there is nothing to draw. */
export function figure(chart: Chart | null, { name, title, caption = "" }: FigureParts): Html | null {
  if (chart === null) return null;
  const { columns, rows } = chart.table;
  const numbers = columns.map((_, at) => rows.every((cells) => typeof cells[at] !== "string"));
  return html`<figure>${title === "" ? null : html`<h3>${title}</h3>`}
<div class="scroll" role="group" tabindex="0" aria-label="${title === "" ? "Picture" : title}">${picture(chart, name)}</div>
<figcaption>${caption === "" ? null : html`<p>${caption}</p>`}<p>${chart.summary}</p></figcaption>
<details><summary>Table</summary>${reportTable(
    title === "" ? "What the picture shows." : title,
    columns.map((column, at) => ({ title: briefLine(column), number: numbers[at] === true })),
    rows.slice(0, MOST_ROWS).map((cells) => cells.map(cellText)),
  )}${leftOut(rows.length, MOST_ROWS, "rows of the table")}</details>
</figure>
`;
}

function cellText(cell: ChartCell): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return briefLine(cell, LONGEST_CELL);
  return Number.isInteger(cell) ? countText(cell) : rewardText(cell);
}
