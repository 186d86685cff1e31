import type { ChartCell, ChartTable } from "./chart.ts";

/** What spreadsheets take for the beginning of a formula, after which they may run what a model wrote. */
const FORMULA = /^[=+\-@\t\r]/;

/** A table as CSV (RFC 4180), with a row of headings. Texts that would be formulas begin with an apostrophe. */
export function csvText({ columns, rows }: ChartTable): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(cell: ChartCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as lines of JSON, one object per row, named by its columns. */
export function jsonlText({ columns, rows }: ChartTable): string {
  return rows
    .map((cells) => `${JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? null])))}\n`)
    .join("");
}
