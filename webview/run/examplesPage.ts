import * as z from "zod/mini";
import { plural } from "../../src/run/l10n.ts";
import { type ExamplesQuery, examplesQuerySchema, plainExamplesQuery } from "../../src/run/panel/examplesQuery.ts";
import { COLUMNS_SHOWN, type ExamplesShown, ROWS_SHOWN } from "../../src/run/panel/examplesShown.ts";
import { countText, rewardText } from "../../src/run/views/numberFormat.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { CellView } from "./cellView.ts";
import { configurationWords } from "./configurationWords.ts";
import { ExampleFilters } from "./exampleFilters.ts";
import { ExampleGrid, type GridSort, SHADES } from "./exampleGrid.ts";
import { examplesSheet } from "./examplesSheet.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";
import { Pager } from "./sortedTable.ts";

/** What another page gives to have one cell looked at: an update, by its event, and a place among its gate's rows. */
const soughtSchema = z.object({ seq: z.int(), at: z.int(), rejected: z.boolean() });

/** Every row under every configuration, and one of them in depth. */
export class ExamplesPage implements PanelPage<ExamplesShown> {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #filters: ExampleFilters;
  readonly #grid: ExampleGrid;
  readonly #rows: Pager;
  readonly #columns: Pager;
  readonly #none = element("p", { class: "quiet" });
  readonly #table = element("div", { class: "table" });
  readonly #scale = element("span", { class: "scale" });
  readonly #count = element("span", { class: "quiet" });
  readonly #hint = element("p", { class: "quiet" });
  readonly #cell: CellView;
  #query: ExamplesQuery = plainExamplesQuery;
  #said = "";
  /** A cell was sought from elsewhere: reading begins there. */
  #isSought = false;

  constructor(host: PanelHost) {
    this.#host = host;
    this.#filters = new ExampleFilters((change) => this.#ask({ ...change, from: 0, fromColumn: 0 }));
    this.#grid = new ExampleGrid({
      onOpen: (selected) => this.#ask({ selected }),
      onEmpty: () => host.say(l10n.t("This row was not measured under this configuration.")),
      onSort: (by) => this.#ask({ sort: sortBy(by, this.#query.sort), from: 0 }),
      onTurn: ({ rows, columns }) => {
        const { from, fromColumn } = this.#query;
        if (rows !== undefined) this.#ask({ from: stepped(from, rows, ROWS_SHOWN) });
        if (columns !== undefined) this.#ask({ fromColumn: stepped(fromColumn, columns, COLUMNS_SHOWN) });
      },
    });
    this.#rows = new Pager(l10n.t("Pages of rows"), ROWS_SHOWN, (from) => this.#ask({ from }));
    this.#columns = new Pager(l10n.t("Pages of configurations"), COLUMNS_SHOWN, (fromColumn) =>
      this.#ask({ fromColumn }),
    );
    const save = (kind: "csv" | "jsonl") => () =>
      host.cells.exportTable("examples", this.#query, kind, `examples.${kind}`);
    const csv = new Button("CSV", save("csv"));
    const jsonl = new Button("JSONL", save("jsonl"));
    this.#cell = new CellView(host.cells, {
      close: () => this.#close(),
      look: () => host.keep(),
      update: (seq) => host.open("updates", { update: seq }),
    });
    this.#table.append(
      element(
        "div",
        { class: "line above" },
        this.#count,
        this.#scale,
        element(
          "span",
          { class: "line", role: "group", "aria-label": l10n.t("Save the grid as") },
          csv.root,
          jsonl.root,
        ),
      ),
      this.#grid.root,
      element("div", { class: "line" }, this.#rows.root, this.#columns.root),
    );
    this.root = element(
      "section",
      { class: "examples-page", "aria-label": this.title },
      this.#filters.root,
      this.#none,
      this.#table,
      element(
        "p",
        { class: "quiet" },
        l10n.t("Validation rows of the gate. Test rows are left out, so that they stay unseen."),
      ),
      this.#hint,
      this.#cell.root,
    );
    setText(this.#hint, l10n.t("Choose a cell to see what each component got and gave."));
    examplesSheet();
  }

  get title(): string {
    return l10n.t("Examples");
  }

  show(shown: ExamplesShown): void {
    const { total, meant, rows, columns, from, fromColumn, configurations, selected, scale } = shown;
    // The model turns to the last page where an earlier one is no more, and to that of a cell that is sought.
    this.#query = { ...this.#query, from, fromColumn };
    this.#settleSought(selected);
    this.#filters.root.hidden = total === 0;
    this.#filters.show(this.#query, shown);
    this.#none.hidden = meant > 0;
    setText(
      this.#none,
      total === 0
        ? l10n.t(
            "No row was measured yet. Rows appear when the run has measured its start, and again with every update that is put to the gate.",
          )
        : l10n.t("No row is like that."),
    );
    this.#table.hidden = meant === 0;
    this.#hint.hidden = selected !== null || meant === 0;
    setText(
      this.#count,
      plural(
        l10n,
        "{0} of {1, plural, one {# row} other {# rows}}, {2, plural, one {# configuration} other {# configurations}}",
        countText(meant),
        total,
        configurations,
      ),
    );
    this.#showScale(scale);
    this.#grid.show(shown, this.#query.sort);
    this.#rows.show(from, rows.length, meant);
    this.#columns.show(fromColumn, columns.length, configurations);
    this.#cell.show(selected, shown);
    this.#saySelected(shown);
  }

  focus(): void {
    if (this.#isSought) this.#cell.focus();
    else if (this.#table.hidden) this.#filters.focus();
    else this.#grid.focus();
  }

  query(): ExamplesQuery {
    return this.#query;
  }

  kept(): unknown {
    return { query: this.#query, look: this.#cell.look };
  }

  restore(kept: unknown): void {
    if (typeof kept !== "object" || kept === null) return;
    const asked = examplesQuerySchema.safeParse("query" in kept ? kept.query : undefined);
    if (asked.success) this.#query = asked.data;
    const sought = soughtSchema.safeParse(kept).data;
    if (sought !== undefined) {
      const { sort, rejected } = this.#query;
      // Nothing that is filtered may keep it out.
      this.#query = { ...plainExamplesQuery, sort, rejected: rejected || sought.rejected, sought };
    }
    const look = "look" in kept ? kept.look : undefined;
    if (typeof look !== "object" || look === null || !("against" in look) || !("only" in look)) return;
    const { against, only } = look;
    if (typeof against === "string" && typeof only === "boolean") this.#cell.look = { against, only };
  }

  dispose(): void {
    this.#filters.dispose();
    this.#cell.dispose();
    this.root.remove();
  }

  #showScale({ low, high }: ExamplesShown["scale"]): void {
    if (this.#scale.childElementCount === 0) {
      const shades = Array.from({ length: SHADES + 1 }, (_, at) =>
        element("span", { class: "shade", "data-shade": at }),
      );
      this.#scale.append(element("span"), ...shades, element("span"));
    }
    const [first, last] = [this.#scale.firstElementChild, this.#scale.lastElementChild];
    if (first !== null) setText(first, rewardText(low));
    if (last !== null) setText(last, rewardText(high));
  }

  /** What was opened is told once, not whenever the run goes on. */
  #saySelected({ selected }: ExamplesShown): void {
    const words =
      selected === null
        ? ""
        : l10n.t(
            "{0}, {1}: reward {2}. What each component did stands below the grid.",
            selected.example,
            configurationWords(selected.under),
            rewardText(selected.reward),
          );
    if (words !== this.#said && words !== "") this.#host.say(words);
    this.#said = words;
  }

  /** What was sought is from now on what is looked at. */
  #settleSought(selected: ExamplesShown["selected"]): void {
    const { sought, ...query } = this.#query;
    this.#isSought = sought !== undefined && selected !== null;
    if (sought === undefined) return;
    this.#query = {
      ...query,
      selected: selected === null ? null : { row: selected.row, iteration: selected.under.iteration },
    };
    this.#host.keep();
  }

  #close(): void {
    this.#ask({ selected: null });
    this.#grid.focus();
  }

  #ask(change: Partial<ExamplesQuery>): void {
    this.#query = { ...this.#query, ...change };
    this.#host.keep();
    this.#host.ask();
  }
}

function sortBy(by: GridSort, sort: ExamplesQuery["sort"]): ExamplesQuery["sort"] {
  const iteration = by.by === "configuration" ? by.iteration : null;
  const isSame = by.by === sort.by && iteration === sort.iteration;
  // Who sorts by a reward looks for the worst first; who sorts by change, for the best.
  return { by: by.by, iteration, descending: isSame ? !sort.descending : by.by === "change" };
}

function stepped(from: number, way: "back" | "on", size: number): number {
  return way === "on" ? from + size : Math.max(0, from - size);
}
