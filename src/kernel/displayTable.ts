import { types } from "node:util";
import type { MimeBundle } from "../notebook/output.ts";
import { counted } from "../run/views/numberFormat.ts";
import { escapeHtml } from "./displayHtml.ts";
import { briefText } from "./displayText.ts";
import { clipped } from "./valueTree.ts";

/** Rows up to which a table is shown whole, and how many of a longer one are. */
const WHOLE = 20;
const FIRST = 10;

const MOST_COLUMNS = 30;

/** Rows that are asked for their columns. */
const ROWS_READ = 1_000;

/** Characters of one cell. */
const LONGEST_CELL = 200;
/** In plain text, where columns stand side by side. */
const LONGEST_TEXT_CELL = 40;

type Row = Readonly<Record<string, unknown>>;

/** Whether a value reads best as a table: at least one row, each a plain object with something in it. */
export function isTable(value: unknown): value is readonly Row[] {
  if (!Array.isArray(value) || types.isProxy(value) || value.length === 0) return false;
  for (let index = 0; index < Math.min(value.length, ROWS_READ); index++) {
    if (!isRow(Object.getOwnPropertyDescriptor(value, index)?.value)) return false;
  }
  return true;
}

function isRow(value: unknown): value is Row {
  if (typeof value !== "object" || value === null || Array.isArray(value) || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && hasKeys(value);
}

function hasKeys(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** The first rows of a table, in the columns of all rows. */
export function tableData(rows: readonly Row[]): MimeBundle {
  const shown = rows.slice(0, rows.length > WHOLE ? FIRST : WHOLE);
  const all = columnsOf(rows);
  const columns = all.slice(0, MOST_COLUMNS);
  const cells = shown.map((row) => columns.map((column) => cellText(row, column)));
  const rest = [
    ...(rows.length > shown.length ? [`... ${counted(rows.length - shown.length, "more row")}`] : []),
    ...(all.length > columns.length ? [`... ${counted(all.length - columns.length, "more column")}`] : []),
  ];
  const numeric = columns.map((column) => shown.every((row) => isNumber(row, column)));
  return {
    "text/html": htmlTable(columns, cells, numeric, rest),
    "text/markdown": markdownTable(columns, cells, numeric, rest),
    "text/plain": textTable(columns, cells, numeric, rest),
  };
}

function columnsOf(rows: readonly Row[]): string[] {
  const columns = new Set<string>();
  for (const row of rows.slice(0, ROWS_READ)) for (const column of Object.keys(row)) columns.add(column);
  return [...columns];
}

function dataOf(row: Row, column: string): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(row, column);
}

function isNumber(row: Row, column: string): boolean {
  const type = typeof dataOf(row, column)?.value;
  return type === "number" || type === "bigint" || type === "undefined";
}

function cellText(row: Row, column: string): string {
  const found = dataOf(row, column);
  if (found === undefined || (found.get === undefined && found.value === undefined)) return "";
  return found.get === undefined ? briefText(found.value, LONGEST_CELL) : "[Getter]";
}

type Cells = readonly (readonly string[])[];

function htmlTable(
  columns: readonly string[],
  cells: Cells,
  numeric: readonly boolean[],
  rest: readonly string[],
): string {
  const align = numeric.map((right) => `text-align:${right ? "right" : "left"};vertical-align:top`);
  const head = columns.map((column, index) => `<th style="${align[index]}">${escapeHtml(clipped(column, 80))}</th>`);
  const body = cells.map((row) => {
    const tds = row.map(
      (text, index) =>
        `<td style="${align[index]};white-space:pre-wrap;overflow-wrap:break-word">${escapeHtml(text)}</td>`,
    );
    return `<tr>${tds.join("")}</tr>`;
  });
  const below = rest.map((line) => `<div style="opacity:.7">${escapeHtml(line)}</div>`);
  // A word that is wider than its column scrolls; breaking anywhere would make every column narrower than its words.
  return `<div style="overflow-x:auto"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>${below.join("")}`;
}

function markdownTable(
  columns: readonly string[],
  cells: Cells,
  numeric: readonly boolean[],
  rest: readonly string[],
): string {
  const line = (texts: readonly string[]): string => `| ${texts.map(markdownCell).join(" | ")} |`;
  const rule = `| ${numeric.map((right) => (right ? "---:" : "---")).join(" | ")} |`;
  const below = rest.length > 0 ? ["", ...rest] : [];
  return [line(columns), rule, ...cells.map(line), ...below].join("\n");
}

/** Text that Markdown leaves alone: no HTML, no links, no formatting, no new cell. */
function markdownCell(text: string): string {
  const characters = text.replace(/[\\`*_{}[\]()#+\-.!|~<>&$]/g, (character) => `&#${character.charCodeAt(0)};`);
  return characters.replace(/\s+/g, " ");
}

function textTable(
  columns: readonly string[],
  cells: Cells,
  numeric: readonly boolean[],
  rest: readonly string[],
): string {
  const short = (text: string): string => clipped(text.replace(/\s+/g, " "), LONGEST_TEXT_CELL);
  const rows = [columns, ...cells].map((row) => row.map(short));
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, index) => (numeric[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)))
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(line), ...rest].join("\n");
}
