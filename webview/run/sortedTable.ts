import { element, setAttributes, setText } from "../element.ts";
import { l10n } from "../words.ts";

export interface Sort<Key extends string> {
  readonly by: Key;
  readonly descending: boolean;
}

interface Column<Key extends string> {
  readonly title: () => string;
  readonly number?: boolean;
  /** What pressing its heading sorts by; without one it cannot be sorted by. */
  readonly sort?: Key;
}

/** A row as it is shown. Cells are text, whatever they hold. */
export interface TableRow {
  /** Stays the same as long as it is about the same thing. */
  readonly key: string;
  readonly cells: readonly string[];
  readonly look?: string;
  readonly chosen?: boolean;
}

interface Parts<Key extends string> {
  readonly caption: () => string;
  readonly columns: readonly Column<Key>[];
  readonly onSort: (by: Key) => void;
  /** Rows can be chosen: the first cell is a button. */
  readonly onChoose?: (key: string) => void;
}

/** Characters that have room in every column. */
const SHORT = 12;

/** A table that is sorted by its headings. Rows change in place: focus stays with the row that had it. */
export class SortedTable<Key extends string> {
  readonly root: HTMLElement;
  readonly #parts: Parts<Key>;
  readonly #caption = element("caption");
  readonly #headings = new Map<Column<Key>, HTMLTableCellElement>();
  readonly #body = element("tbody");
  #rows: { readonly row: HTMLTableRowElement; key: string }[] = [];

  constructor(parts: Parts<Key>) {
    this.#parts = parts;
    const heads = parts.columns.map((column) => {
      const { sort } = column;
      const head = element("th", { scope: "col", class: column.number === true ? "number" : undefined });
      if (sort !== undefined) {
        const button = element("button", { type: "button", class: "sort" });
        button.addEventListener("click", () => parts.onSort(sort));
        head.append(button);
      }
      this.#headings.set(column, head);
      return head;
    });
    const table = element("table", {}, this.#caption, element("thead", {}, element("tr", {}, ...heads)), this.#body);
    this.root = element("div", { class: "scroll" }, table);
    this.#body.addEventListener("keydown", (event) => this.#onKey(event));
  }

  show(rows: readonly TableRow[], sort: Sort<Key>): void {
    setText(this.#caption, this.#parts.caption());
    for (const [column, head] of this.#headings) {
      const chosen = column.sort !== undefined && column.sort === sort.by;
      setAttributes(head, { "aria-sort": chosen ? (sort.descending ? "descending" : "ascending") : undefined });
      setText(head.firstElementChild ?? head, column.title());
    }
    const focused = this.#rows.find(({ row }) => row.contains(document.activeElement))?.key;
    for (const [index, shown] of rows.entries()) {
      const known = this.#rows[index] ?? this.#added();
      known.key = shown.key;
      this.#fill(known.row, shown);
    }
    for (const { row } of this.#rows.splice(rows.length)) row.remove();
    if (focused !== undefined) this.#focus(this.#rows.find(({ key }) => key === focused));
  }

  /** The row that is chosen, else the first. */
  focus(): void {
    this.#focus(this.#rows.find(({ row }) => row.hasAttribute("aria-current")) ?? this.#rows[0]);
  }

  /** @returns false where there is no such row */
  focusOn(key: string): boolean {
    const known = this.#rows.find((row) => row.key === key);
    this.#focus(known);
    return known !== undefined;
  }

  #added(): { readonly row: HTMLTableRowElement; key: string } {
    const row = element("tr");
    const made = { row, key: "" };
    const cells = this.#parts.columns.map(({ number }, index) => {
      const cell = element(index === 0 ? "th" : "td", { class: number === true ? "number" : undefined });
      if (index > 0) return cell;
      cell.scope = "row";
      if (this.#parts.onChoose !== undefined) {
        cell.append(element("button", { type: "button", class: "choose" }));
        row.addEventListener("click", () => this.#parts.onChoose?.(made.key));
      }
      return cell;
    });
    row.append(...cells);
    this.#body.append(row);
    this.#rows.push(made);
    return made;
  }

  #fill(row: HTMLTableRowElement, { cells, look, chosen }: TableRow): void {
    setAttributes(row, { class: look, "aria-current": chosen === true ? "true" : undefined });
    for (const [index, text] of cells.entries()) {
      const cell = row.cells[index];
      if (cell === undefined) continue;
      setText(cell.firstElementChild ?? cell, text);
      // A narrow column may have to cut it off.
      setAttributes(cell, { title: text.length > SHORT ? text : undefined });
    }
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#rows.findIndex(({ row }) => row.contains(document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.#rows.length - 1 }[event.key];
    if (at === -1 || to === undefined || this.#parts.onChoose === undefined) return;
    event.preventDefault();
    this.#focus(this.#rows[to]);
  }

  #focus(known: { readonly row: HTMLTableRowElement } | undefined): void {
    known?.row.querySelector("button")?.focus();
  }
}

/** The stretch of a long list that is seen, and the ways to the others. */
export class Pager {
  readonly root: HTMLElement;
  readonly #words = element("span", { class: "quiet" });
  readonly #back: HTMLButtonElement;
  readonly #on: HTMLButtonElement;
  #from = 0;

  /** @param onTurn told from which entry on, from 0, is to be seen */
  constructor(label: string, size: number, onTurn: (from: number) => void) {
    this.#back = element("button", { type: "button", class: "secondary" }, l10n.t("Previous"));
    this.#on = element("button", { type: "button", class: "secondary" }, l10n.t("Next"));
    this.root = element("nav", { class: "pager", "aria-label": label }, this.#words, this.#back, this.#on);
    this.#back.addEventListener("click", () => onTurn(Math.max(0, this.#from - size)));
    this.#on.addEventListener("click", () => onTurn(this.#from + size));
  }

  /** @param shown entries that are seen, of `total` */
  show(from: number, shown: number, total: number): void {
    this.#from = from;
    this.root.hidden = total <= shown;
    setText(this.#words, l10n.t("{0} to {1} of {2}", from + 1, from + shown, total));
    this.#back.disabled = from === 0;
    this.#on.disabled = from + shown >= total;
  }
}
