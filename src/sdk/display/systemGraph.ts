import { type Html, html } from "../../run/report/html.ts";
import { counted } from "../../run/views/numberFormat.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { Component } from "../../system/component.ts";
import type { System } from "../../system/system.ts";

/** Colours of a graph, as any CSS colour. */
export interface GraphPalette {
  readonly ink: string;
  readonly quiet: string;
  readonly paper: string;
  readonly edge: string;
  /** Outline of components that can be optimized. */
  readonly variable: string;
}

export const pagePalette: GraphPalette = {
  ink: "var(--vscode-foreground, currentColor)",
  quiet: "var(--vscode-descriptionForeground, currentColor)",
  paper: "var(--vscode-editor-background, transparent)",
  edge: "var(--vscode-descriptionForeground, currentColor)",
  variable: "var(--vscode-charts-blue, currentColor)",
};

export const paperPalette: GraphPalette = {
  ink: "#1f2328",
  quiet: "#59636e",
  paper: "#ffffff",
  edge: "#8c959f",
  variable: "#0550ae",
};

const [BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN] = [148, 42, 46, 18, 10];
const NAME_LENGTH = 21;
/** How much higher an arc rises for each column that it leaps over. */
const LEAP = 16;

interface Box {
  readonly name: string;
  readonly below: string;
  readonly optimizable: boolean;
  readonly column: number;
  readonly x: number;
  readonly y: number;
}

type Node = Omit<Box, "column" | "x" | "y">;

/**
 * A system as boxes from left to right, each component as far right as the longest way to it from the inputs. Components
 * with a variable have a strong outline.
 */
export function systemGraph(system: System, palette: GraphPalette): Html {
  const columns = columnsOf(system);
  const rows = Math.max(...columns.map((column) => column.length));
  const width = 2 * MARGIN + columns.length * BOX_WIDTH + (columns.length - 1) * GAP_X;
  const arcs = longestLeap(system, columns) * LEAP;
  const height = 2 * MARGIN + arcs + rows * BOX_HEIGHT + (rows - 1) * GAP_Y;
  const boxes = new Map<string, Box>();
  for (const [x, column] of columns.entries()) {
    const top = arcs + (height - arcs - column.length * BOX_HEIGHT - (column.length - 1) * GAP_Y) / 2;
    for (const [y, node] of column.entries()) {
      boxes.set(node.name, {
        ...node,
        column: x,
        x: MARGIN + x * (BOX_WIDTH + GAP_X),
        y: top + y * (BOX_HEIGHT + GAP_Y),
      });
    }
  }
  const edges = system.components.flatMap(({ name }) =>
    (system.readersOf.get(name) ?? []).map((reader) => edge(boxes.get(name), boxes.get(reader), palette)),
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${graphSummary(system)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" style="max-width:100%;height:auto" font-family="system-ui, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="${palette.paper}"/>
${edges}
${[...boxes.values()].map((box) => boxMarkup(box, palette))}
</svg>`;
}

export function graphSummary(system: System): string {
  const ways = system.components.map(
    ({ name, inputs, outputs }) =>
      `${name} makes ${Object.keys(outputs).join(", ")} from ${Object.keys(inputs).join(", ")}`,
  );
  return `System ${visibleLine(system.name)}: ${ways.join("; ")}. Its output is ${system.outputs.join(", ")}.`;
}

/** What may be changed in a component, in a few words. */
export function variableWords({ variable }: Component): string {
  switch (variable.kind) {
    case "none":
      return "no variable";
    case "prompt":
      return "prompt";
    case "options":
      return `options ${Object.keys(variable.space).join(", ")}`;
    case "model":
      return `choice of ${counted(variable.models.length, "model")}`;
    case "weights":
      return "weights";
  }
}

function columnsOf(system: System): Node[][] {
  const depth = new Map<string, number>();
  const columns: Node[][] = [];
  for (const component of system.components) {
    const writers = Object.keys(component.inputs).flatMap((input) => system.writerOf.get(input) ?? []);
    const column = Math.max(0, ...writers.map((writer) => (depth.get(writer) ?? -1) + 1));
    depth.set(component.name, column);
    columns[column] = [
      ...(columns[column] ?? []),
      { name: component.name, below: variableWords(component), optimizable: component.variable.kind !== "none" },
    ];
  }
  return columns;
}

/** Columns that the longest edge leaps over. */
function longestLeap(system: System, columns: readonly (readonly Node[])[]): number {
  const columnOf = (name: string) => columns.findIndex((column) => column.some((node) => node.name === name));
  const leaps = system.components.flatMap(({ name }) =>
    (system.readersOf.get(name) ?? []).map((reader) => columnOf(reader) - columnOf(name) - 1),
  );
  return Math.max(0, ...leaps);
}

function edge(from: Box | undefined, to: Box | undefined, { edge: stroke }: GraphPalette): Html | null {
  if (from === undefined || to === undefined) return null;
  const leap = to.column - from.column - 1;
  if (leap > 0) {
    // Straight on it would run behind the boxes between.
    const [x1, x2, top] = [from.x + BOX_WIDTH - 24, to.x + 24, Math.min(from.y, to.y) - (leap * LEAP * 4) / 3];
    return html`<path d="M${x1} ${from.y}C${x1 + 30} ${top} ${x2 - 30} ${top} ${x2} ${to.y - 6}" fill="none" stroke="${stroke}"/><path d="M${x2 - 4} ${to.y - 7}L${x2} ${to.y}L${x2 + 4} ${to.y - 7}z" fill="${stroke}"/>`;
  }
  const [x1, y1, x2, y2] = [from.x + BOX_WIDTH, from.y + BOX_HEIGHT / 2, to.x, to.y + BOX_HEIGHT / 2];
  const bend = Math.max(20, (x2 - x1) / 2);
  return html`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 6} ${y2}" fill="none" stroke="${stroke}"/><path d="M${x2 - 7} ${y2 - 4}L${x2} ${y2}L${x2 - 7} ${y2 + 4}z" fill="${stroke}"/>`;
}

function boxMarkup({ name, below, optimizable, x, y }: Box, palette: GraphPalette): Html {
  const shown = shortened(visibleLine(name));
  return html`<g><rect x="${x}" y="${y}" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" rx="4" fill="${palette.paper}" stroke="${optimizable ? palette.variable : palette.edge}" stroke-width="${optimizable ? 2 : 1}"/><text x="${x + BOX_WIDTH / 2}" y="${y + 17}" text-anchor="middle" fill="${palette.ink}">${shown}</text><text x="${x + BOX_WIDTH / 2}" y="${y + 33}" text-anchor="middle" font-size="10" fill="${palette.quiet}">${shortened(below)}</text></g>`;
}

function shortened(text: string): string {
  return text.length > NAME_LENGTH ? `${text.slice(0, NAME_LENGTH - 1)}…` : text;
}
