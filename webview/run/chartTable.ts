import type { ChartCell, ChartTable } from "../../src/run/charts/chart.ts";
import { countText, rewardText } from "../../src/run/views/numberFormat.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, table } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";

/** Rows that are shown at first, and more with every press. */
const ROWS = 100;

/** What a chart shows, as a table that grows on request. */
export class ChartTableView {
  // A wide or long table scrolls; whoever has no pointer scrolls it by keyboard.
  readonly root = element("div", { class: "chartTable", role: "region", tabindex: 0 });
  readonly #caption: string;
  readonly #onMore: (rows: number) => void;
  readonly #more = new Button("", () => {
    this.#rows += ROWS;
    this.#draw();
    this.#onMore(this.#rows);
  });
  #shown: ChartTable | undefined;
  #rows = ROWS;

  /** @param onMore told of how many rows are wanted now */
  constructor(caption: string, onMore: (rows: number) => void) {
    this.#caption = caption;
    this.#onMore = onMore;
    this.root.setAttribute("aria-label", caption);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Rows to be shown, where there are so many. */
  set rows(rows: number) {
    this.#rows = Math.max(ROWS, rows);
  }

  show(shown: ChartTable): void {
    this.#shown = shown;
    this.#draw();
  }

  #draw(): void {
    if (this.#shown === undefined) return;
    const { columns, rows } = this.#shown;
    const seen = rows.slice(0, this.#rows).map((cells) => cells.map(cellText));
    this.#more.label = l10n.t("Show More Rows ({0} of {1})", countText(seen.length), countText(rows.length));
    this.#more.hidden = seen.length >= rows.length;
    const drawn = table(this.#caption, columns.map(visibleLine), seen);
    const before = this.root.querySelector("table");
    if (before === null) this.root.replaceChildren(drawn, this.#more.root);
    else before.replaceWith(drawn);
  }
}

function cellText(cell: ChartCell): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return visibleLine(cell);
  return Number.isInteger(cell) ? countText(cell) : rewardText(cell);
}
