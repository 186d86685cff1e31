import { plural } from "../../src/run/l10n.ts";
import type { ExamplesShown, ShownConfiguration, ShownRow } from "../../src/run/panel/examplesShown.ts";
import { changeText, rewardText } from "../../src/run/views/numberFormat.ts";
import { element, setAttributes, setText } from "../element.ts";
import { l10n } from "../words.ts";
import { configurationSign, configurationWords } from "./configurationWords.ts";
import { GridFocus } from "./gridFocus.ts";

/** Shades of the scale, from 0 on. */
export const SHADES = 10;
/** Columns before those of configurations: the row's name, and its change. */
const NAMES = 2;

/** What heads of columns sort by. */
export type GridSort =
  | { readonly by: "example" | "change" }
  | { readonly by: "configuration"; readonly iteration: number };

export interface GridParts {
  readonly onOpen: (cell: { readonly row: number; readonly iteration: number }) => void;
  /** The row was not measured there, so that there is nothing to be opened. */
  readonly onEmpty: () => void;
  readonly onSort: (by: GridSort) => void;
  /** Another stretch of rows or configurations is to be seen. */
  readonly onTurn: (to: { readonly rows?: "back" | "on"; readonly columns?: "back" | "on" }) => void;
}

interface Sorted {
  readonly by: string;
  readonly iteration: number | null;
  readonly descending: boolean;
}

/** Rows by configurations, as a grid: one place in it has the keyboard. Cells change in place. */
export class ExampleGrid {
  readonly root: HTMLElement;
  readonly #parts: GridParts;
  readonly #table = element("table", { role: "grid" });
  readonly #head = element("tr", { role: "row" });
  readonly #body = element("tbody", { role: "rowgroup" });
  readonly #focus: GridFocus;
  #shown: ExamplesShown | undefined;

  constructor(parts: GridParts) {
    this.#parts = parts;
    this.#table.append(element("thead", { role: "rowgroup" }, this.#head), this.#body);
    this.root = element("div", { class: "gridScroll" }, this.#table);
    this.#focus = new GridFocus(this.#table, {
      onEnter: (line, column) => this.#enter(line, column),
      onBeyond: (to) => this.#beyond(to),
    });
    this.#table.addEventListener("click", (event) => {
      const place = this.#focus.placeOf(event.target);
      if (place === undefined) return;
      this.#focus.take(place.line, place.column);
      this.#enter(place.line, place.column);
    });
  }

  show(shown: ExamplesShown, sort: Sorted): void {
    this.#shown = shown;
    const { rows, columns, from, fromColumn, meant, configurations } = shown;
    setAttributes(this.#table, {
      "aria-label": l10n.t("Reward of each row under each configuration"),
      "aria-rowcount": meant + 1,
      "aria-colcount": configurations + NAMES,
    });
    this.#showHead(columns, fromColumn, sort);
    while (this.#body.rows.length > rows.length) this.#body.deleteRow(-1);
    for (const [index, row] of rows.entries()) {
      const line = this.#body.rows[index] ?? this.#added();
      setAttributes(line, { "aria-rowindex": from + index + 2 });
      this.#showRow(line, row, columns, shown);
    }
    this.#focus.settle();
  }

  /** The place that has the keyboard. */
  focus(): void {
    this.#focus.focus();
  }

  #added(): HTMLTableRowElement {
    const line = element("tr", { role: "row" });
    this.#body.append(line);
    return line;
  }

  #showHead(columns: readonly ShownConfiguration[], fromColumn: number, sort: Sorted): void {
    const order = (chosen: boolean) => (chosen ? (sort.descending ? "descending" : "ascending") : "none");
    const heads = [
      { text: l10n.t("Row"), note: "", title: undefined, sorted: order(sort.by === "example") },
      { text: l10n.t("Change"), note: "", title: changeTitle(), sorted: order(sort.by === "change") },
      ...columns.map((one) => ({
        text: headText(one),
        note: rewardText(one.mean),
        title: headTitle(one),
        sorted: order(sort.by === "configuration" && sort.iteration === one.iteration),
      })),
    ];
    while (this.#head.cells.length > heads.length) this.#head.deleteCell(-1);
    for (const [index, { text, note, title, sorted }] of heads.entries()) {
      const cell = this.#head.cells[index] ?? this.#addedHead();
      const [name, figure] = cell.children;
      if (name !== undefined) setText(name, text);
      if (figure !== undefined) setText(figure, note);
      const column = columns[index - NAMES];
      setAttributes(cell, {
        title,
        "aria-sort": sorted,
        "aria-colindex": index < NAMES ? index + 1 : fromColumn + index + 1,
        "data-kind": column?.kind,
        "data-in-force": column?.inForce === true,
      });
    }
  }

  #addedHead(): HTMLTableCellElement {
    const cell = element(
      "th",
      { role: "columnheader", scope: "col", tabindex: -1 },
      element("span", { class: "name" }),
      element("span", { class: "figure" }),
    );
    this.#head.append(cell);
    return cell;
  }

  #showRow(
    line: HTMLTableRowElement,
    { row, example, text, cells, failed, change }: ShownRow,
    columns: readonly ShownConfiguration[],
    { scale, selected, fromColumn }: ExamplesShown,
  ): void {
    const count = cells.length + NAMES;
    while (line.cells.length > count) line.deleteCell(-1);
    while (line.cells.length < count) line.append(newCell(line.cells.length));
    const [name, changed, ...others] = line.cells;
    const [shownName, shownText] = name?.children ?? [];
    if (shownName !== undefined) setText(shownName, example);
    if (shownText !== undefined) setText(shownText, text);
    if (name !== undefined) setAttributes(name, { title: text === "" ? undefined : text });
    if (changed !== undefined) {
      setText(changed, change === null ? "" : changeText(change));
      setAttributes(changed, { "data-change": direction(change) });
    }
    for (const [index, cell] of others.entries()) {
      const reward = cells[index] ?? null;
      const isSelected = selected?.row === row && selected.under.iteration === columns[index]?.iteration;
      setText(cell, reward === null ? "" : rewardText(reward));
      setAttributes(cell, {
        "data-shade": reward === null ? undefined : shade(reward, scale),
        "data-failed": failed.includes(index),
        title: failed.includes(index) ? l10n.t("failed") : undefined,
        "aria-selected": isSelected ? "true" : undefined,
        "aria-colindex": fromColumn + index + NAMES + 1,
      });
    }
  }

  #enter(line: number, column: number): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const under = shown.columns[column - NAMES];
    if (line === 0) {
      if (under !== undefined) this.#parts.onSort({ by: "configuration", iteration: under.iteration });
      else this.#parts.onSort({ by: column === 0 ? "example" : "change" });
      return;
    }
    const row = shown.rows[line - 1];
    if (row === undefined) return;
    // Beside the rewards, a row opens under what is in force.
    const inForce = shown.columns.findLastIndex((one, index) => one.inForce && typeof row.cells[index] === "number");
    const place = column < NAMES ? (inForce === -1 ? row.cells.length - 1 : inForce) : column - NAMES;
    const opened = shown.columns[place];
    if (opened === undefined) return;
    if (typeof row.cells[place] === "number") this.#parts.onOpen({ row: row.row, iteration: opened.iteration });
    else this.#parts.onEmpty();
  }

  /** @returns true where there is more that way, which is asked for */
  #beyond(to: "up" | "down" | "left" | "right"): boolean {
    const shown = this.#shown;
    if (shown === undefined) return false;
    const { from, rows, meant, fromColumn, columns, configurations } = shown;
    const isThere = {
      up: from > 0,
      down: from + rows.length < meant,
      left: fromColumn > 0,
      right: fromColumn + columns.length < configurations,
    }[to];
    if (isThere) {
      const way = to === "up" || to === "left" ? "back" : "on";
      this.#parts.onTurn(to === "up" || to === "down" ? { rows: way } : { columns: way });
    }
    return isThere;
  }
}

function newCell(index: number): HTMLTableCellElement {
  if (index > 0) return element("td", { role: "gridcell", tabindex: -1 });
  return element(
    "th",
    { role: "rowheader", scope: "row", tabindex: -1 },
    element("span", { class: "name" }),
    element("span", { class: "text" }),
  );
}

/** A place on the scale, from 0 to `SHADES`. */
export function shade(reward: number, { low, high }: ExamplesShown["scale"]): number {
  if (high <= low) return SHADES / 2;
  return Math.round((SHADES * (Math.min(high, Math.max(low, reward)) - low)) / (high - low));
}

function direction(change: number | null): "up" | "down" | undefined {
  return change === null || change === 0 ? undefined : change > 0 ? "up" : "down";
}

function headText(one: ShownConfiguration): string {
  return one.kind === "start" ? l10n.t("Start") : `${configurationSign(one)} ${one.iteration} ${one.component ?? ""}`;
}

function headTitle(one: ShownConfiguration): string {
  const measured = plural(
    l10n,
    "mean reward {0} on {1, plural, one {# row} other {# rows}}",
    rewardText(one.mean),
    one.rows,
  );
  const now = one.inForce ? ` · ${l10n.t("in force")}` : "";
  return `${configurationWords(one)} · ${measured}${now}`;
}

function changeTitle(): string {
  return l10n.t("Reward under the configuration in force, less that of the start");
}
