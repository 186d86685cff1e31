import type { DiffPart } from "../../src/run/views/wordDiff.ts";
import { element, setAttributes, setText } from "../element.ts";

/** What stands in a cell: text, or a text with its differences and a word about it. */
export type SideCell = { readonly text: string } | { readonly parts: readonly DiffPart[]; readonly note: string };

export interface SideRow {
  /** Stays the same as long as the row is about the same thing. */
  readonly key: string;
  readonly name: string;
  /** One for each column. */
  readonly cells: readonly SideCell[];
}

interface DrawnRow {
  readonly row: HTMLTableRowElement;
  readonly cells: Map<number, { readonly cell: HTMLTableCellElement; drawn: string }>;
}

/** A table with one column for each run. What is as it was is left alone, so that readers and selections stay. */
export class SideBySide {
  readonly root: HTMLElement;
  readonly #caption = element("caption");
  readonly #head = element("tr");
  readonly #body = element("tbody");
  readonly #rows = new Map<string, DrawnRow>();
  #columns = "";

  constructor(label: string) {
    const table = element("table", {}, this.#caption, element("thead", {}, this.#head), this.#body);
    this.root = element("div", { class: "sides", role: "region", tabindex: 0, "aria-label": label }, table);
    setText(this.#caption, label);
  }

  /** @param columns the runs; the first cell of each row is its name */
  show(first: string, columns: readonly string[], rows: readonly SideRow[]): void {
    this.root.hidden = rows.length === 0;
    const heads = JSON.stringify([first, columns]);
    if (heads !== this.#columns) {
      this.#columns = heads;
      const head = (text: string) => element("th", { scope: "col" }, text);
      this.#head.replaceChildren(head(first), ...columns.map(head));
    }
    const keys = new Set(rows.map(({ key }) => key));
    for (const [key, { row }] of this.#rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    for (const [at, shown] of rows.entries()) {
      const drawn = this.#rows.get(shown.key) ?? this.#added(shown.key);
      if (this.#body.children[at] !== drawn.row) this.#body.insertBefore(drawn.row, this.#body.children[at] ?? null);
      fill(drawn, shown);
    }
  }

  #added(key: string): DrawnRow {
    const made = { row: element("tr", {}, element("th", { scope: "row" })), cells: new Map() };
    this.#rows.set(key, made);
    return made;
  }
}

function fill({ row, cells }: DrawnRow, { name, cells: shown }: SideRow): void {
  const heading = row.cells[0];
  if (heading !== undefined) setText(heading, name);
  for (const [at, content] of shown.entries()) {
    const known = cells.get(at) ?? { cell: row.insertCell(), drawn: "" };
    cells.set(at, known);
    const drawn = JSON.stringify(content);
    if (drawn === known.drawn) continue;
    known.drawn = drawn;
    draw(known.cell, content);
  }
  for (const [at, { cell }] of cells) {
    if (at < shown.length) continue;
    cell.remove();
    cells.delete(at);
  }
}

function draw(cell: HTMLTableCellElement, content: SideCell): void {
  setAttributes(cell, { class: "parts" in content ? "value" : undefined });
  if ("text" in content) {
    cell.replaceChildren(content.text);
    return;
  }
  const parts = content.parts.map(({ kind, text }) =>
    kind === "same" ? text : element(kind === "removed" ? "del" : "ins", {}, text),
  );
  cell.replaceChildren(
    ...(parts.length === 0 ? [] : [element("pre", {}, ...parts)]),
    ...(content.note === "" ? [] : [element("p", { class: "quiet" }, content.note)]),
  );
}
