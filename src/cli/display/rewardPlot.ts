import { rewardText } from "../../run/views/numberFormat.ts";
import type { IncumbentPoint, RunView } from "../../run/views/runView.ts";
import { type Display, plainDisplay } from "./terminalText.ts";

/** Lines of the plot, and columns that it takes at most and at least beside its scale. */
const [ROWS, MOST_COLUMNS, FEWEST_COLUMNS] = [7, 72, 20];
const INDENT = "  ";

/**
 * The reward in force over the iterations as a line of characters, accepted updates as dots.
 * @returns no lines where nothing was measured after the start, or the terminal is too narrow
 */
export function rewardPlot({ incumbent, updates }: RunView, display: Display = plainDisplay): string[] {
  const [first, last] = [incumbent.at(0), incumbent.at(-1)];
  if (first === undefined || last === undefined || last.iteration === first.iteration) return [];
  const [low, high] = span(incumbent);
  const label = Math.max(rewardText(low).length, rewardText(high).length);
  const columns = Math.min(MOST_COLUMNS, display.width - INDENT.length - label - 2);
  if (columns < FEWEST_COLUMNS) return [];
  const columnOf = (iteration: number) =>
    Math.round(((columns - 1) * (iteration - first.iteration)) / (last.iteration - first.iteration));
  const rowOf = (mean: number) => (high > low ? Math.round(((ROWS - 1) * (high - mean)) / (high - low)) : ROWS >> 1);
  const grid = Array.from({ length: ROWS }, () => new Array<string>(columns).fill(" "));
  drawLine(grid, rowsByColumn(incumbent, columns, columnOf, rowOf));
  for (const { decision, iteration } of updates) {
    const point = incumbent.find((one) => one.iteration === iteration);
    if (decision === "accepted" && point !== undefined) put(grid, rowOf(point.mean), columnOf(iteration), "●");
  }
  const scale = new Map([
    [rowOf(high), rewardText(high)],
    [rowOf(low), rewardText(low)],
  ]);
  const lines = grid.map((cells, row) => {
    const drawn = cells.join("").trimEnd();
    const mark = scale.get(row);
    const axis = mark === undefined ? `${" ".repeat(label)} │` : `${mark.padStart(label)} ┤`;
    return `${INDENT}${display.colors.dim(axis)}${drawn}`;
  });
  const end = `iteration ${last.iteration}`;
  const begin = String(first.iteration);
  const gap = Math.max(1, columns - begin.length - end.length);
  return [...lines, `${INDENT}${display.colors.dim(`${" ".repeat(label + 2)}${begin}${" ".repeat(gap)}${end}`)}`];
}

/** Eight heights of a line that is only one character high. */
const HEIGHTS = "▁▂▃▄▅▆▇█";

/**
 * A curve as short as a word.
 * @param low height of the lowest character, as `high` of the highest: the same for all curves that are compared
 */
export function sparkline(means: readonly number[], low: number, high: number, width = 16): string {
  if (means.length === 0) return "";
  const drawn = Math.min(width, means.length);
  return Array.from({ length: drawn }, (_, index) => {
    const at = drawn === 1 ? means.length - 1 : Math.round((index * (means.length - 1)) / (drawn - 1));
    const share = high > low ? ((means[at] ?? low) - low) / (high - low) : 0.5;
    return HEIGHTS[Math.round(share * (HEIGHTS.length - 1))] ?? HEIGHTS[0];
  }).join("");
}

function span(points: readonly IncumbentPoint[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { mean } of points) [low, high] = [Math.min(low, mean), Math.max(high, mean)];
  return [low, high];
}

/** The height of the line in each column: of the last point by then. */
function rowsByColumn(
  points: readonly IncumbentPoint[],
  columns: number,
  columnOf: (iteration: number) => number,
  rowOf: (mean: number) => number,
): number[] {
  const rows: number[] = [];
  let [next, row] = [0, 0];
  for (let column = 0; column < columns; column++) {
    for (let point = points[next]; point !== undefined && columnOf(point.iteration) <= column; point = points[++next]) {
      row = rowOf(point.mean);
    }
    rows.push(row);
  }
  return rows;
}

function drawLine(grid: string[][], rows: readonly number[]): void {
  for (const [column, row] of rows.entries()) {
    const before = rows[column - 1] ?? row;
    if (before === row) {
      put(grid, row, column, "─");
      continue;
    }
    const rises = row < before;
    put(grid, before, column, rises ? "╯" : "╮");
    put(grid, row, column, rises ? "╭" : "╰");
    for (let between = Math.min(row, before) + 1; between < Math.max(row, before); between++) {
      put(grid, between, column, "│");
    }
  }
}

function put(grid: string[][], row: number, column: number, character: string): void {
  const cells = grid[row];
  if (cells !== undefined && column < cells.length) cells[column] = character;
}
