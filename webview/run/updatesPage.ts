import * as z from "zod/mini";
import type { UpdateEntry, UpdatesShown } from "../../src/run/panel/updatesModel.ts";
import {
  decisions,
  plainUpdatesQuery,
  type UpdatesQuery,
  type updateSorts,
  updatesQuerySchema,
} from "../../src/run/panel/updatesQuery.ts";
import { changeText, countText, rewardText, runsText } from "../../src/run/views/numberFormat.ts";
import { decisionWords } from "../../src/run/views/runWords.ts";
import { element, setText } from "../element.ts";
import { Checkbox, type Choice, dropdown } from "../toolkit.ts";
import { l10n } from "../words.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";
import { Pager, SortedTable, type TableRow } from "./sortedTable.ts";
import { updatesSheet } from "./updatesSheet.ts";
import { UpdateView } from "./updateView.ts";

/** Updates in a list; as many as the model gives at once. */
const LISTED = 25;

type UpdateSort = (typeof updateSorts)[number];

/** What another page gives to have one update looked at, by its event. */
const soughtSchema = z.object({ update: z.int() });

/** Every update of the run, and one of them in depth: what it changed, on which rows it won and lost, and what can be done with it. */
export class UpdatesPage implements PanelPage<UpdatesShown> {
  readonly root: HTMLElement;
  readonly #host: PanelHost;
  readonly #filters: ReadonlyMap<(typeof decisions)[number], Checkbox>;
  readonly #components = element("div", { class: "components" });
  readonly #table: SortedTable<UpdateSort>;
  readonly #pager: Pager;
  readonly #none = element("p", { class: "quiet" });
  readonly #update: UpdateView;
  #query: UpdatesQuery = plainUpdatesQuery;
  #offered = "";
  #component: Choice | undefined;

  constructor(host: PanelHost) {
    this.#host = host;
    const filters = decisions.map((decision) => {
      const box = new Checkbox(capital(decisionWords(decision, l10n)), () => this.#filter());
      box.checked = true;
      return [decision, box] as const;
    });
    this.#filters = new Map(filters);
    this.#table = new SortedTable<UpdateSort>({
      caption: () => l10n.t("Updates, with the mean score of the same validation rows before and after"),
      columns: [
        { title: () => l10n.t("Iteration"), sort: "iteration" },
        { title: () => l10n.t("Component"), sort: "component" },
        { title: () => l10n.t("Decision"), sort: "decision" },
        { title: () => l10n.t("Before"), sort: "before", number: true },
        { title: () => l10n.t("After"), sort: "after", number: true },
        { title: () => l10n.t("Change, 95 % interval"), sort: "change", number: true },
        { title: () => l10n.t("Better, worse"), number: true },
        { title: () => l10n.t("System runs"), sort: "cost", number: true },
      ],
      onSort: (by) => {
        const { sort } = this.#query;
        const descending = by === sort.by ? !sort.descending : by !== "component" && by !== "decision";
        this.#ask({ sort: { by, descending }, from: 0 });
      },
      onChoose: (seq) => {
        const { examples } = this.#query;
        this.#ask({ selected: Number(seq), examples: { ...examples, from: 0 } });
      },
    });
    this.#pager = new Pager(l10n.t("Pages of updates"), LISTED, (from) => this.#ask({ from }));
    this.#update = new UpdateView(host, (examples) =>
      this.#ask({ examples: { ...this.#query.examples, ...examples } }),
    );
    const legend = element("legend", { class: "spoken" }, l10n.t("Show updates that were"));
    const boxes = element("fieldset", { class: "line" }, legend, ...filters.map(([, box]) => box.root));
    this.root = element(
      "section",
      { class: "updates-page", "aria-label": this.title },
      element("div", { class: "line filters" }, boxes, this.#components),
      element(
        "div",
        { class: "columns" },
        element("div", { class: "list" }, this.#table.root, this.#none, this.#pager.root),
        this.#update.root,
      ),
    );
    updatesSheet();
  }

  get title(): string {
    return l10n.t("Updates");
  }

  show(shown: UpdatesShown): void {
    const { counts, listed, selected, meant, from } = shown;
    this.#showFilters(shown);
    const total = counts.accepted + counts.rejected + counts.unchanged;
    this.#table.root.hidden = listed.length === 0;
    this.#none.hidden = listed.length > 0;
    setText(this.#none, total === 0 ? l10n.t("Nothing was put to the gate yet.") : l10n.t("No update is like that."));
    this.#table.show(
      listed.map((entry) => tableRow(entry, entry.seq === selected?.seq)),
      this.#query.sort,
    );
    this.#pager.show(from, listed.length, meant);
    this.#update.show(selected, this.#query.examples, shown.simulated);
  }

  focus(): void {
    if (!this.#update.focusOpened()) this.#table.focus();
  }

  query(): UpdatesQuery {
    return this.#query;
  }

  kept(): unknown {
    return { query: this.#query, ...this.#update.kept() };
  }

  restore(kept: unknown): void {
    if (typeof kept !== "object" || kept === null) return;
    const asked = updatesQuerySchema.safeParse("query" in kept ? kept.query : undefined);
    if (asked.success) this.#query = asked.data;
    const update = soughtSchema.safeParse(kept).data?.update;
    if (update !== undefined) this.#query = { ...this.#query, selected: update };
    for (const [decision, box] of this.#filters) box.checked = this.#query.decisions.includes(decision);
    this.#update.restore(kept);
  }

  dispose(): void {
    this.#update.dispose();
    this.root.remove();
  }

  #showFilters({ components, counts }: UpdatesShown): void {
    for (const [decision, box] of this.#filters) {
      box.label = `${capital(decisionWords(decision, l10n))} (${countText(counts[decision])})`;
    }
    const offered = JSON.stringify(components);
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#component = dropdown({
      label: l10n.t("Component"),
      values: [l10n.t("All components"), ...components],
      onChoose: (index) => this.#ask({ component: index === 0 ? null : index - 1, from: 0 }),
    });
    this.#component.choose(this.#query.component === null ? 0 : this.#query.component + 1);
    this.#components.replaceChildren(this.#component.root);
  }

  #filter(): void {
    const wanted = decisions.filter((decision) => this.#filters.get(decision)?.checked === true);
    this.#ask({ decisions: wanted, from: 0 });
  }

  #ask(change: Partial<UpdatesQuery>): void {
    this.#query = { ...this.#query, ...change };
    this.#host.keep();
    this.#host.ask();
  }
}

/** Signs tell decisions apart without colour; the word stands beside them. */
const signs = { accepted: "✓", rejected: "✗", unchanged: "–" } as const;

function tableRow({ seq, iteration, component, decision, scores, cost }: UpdateEntry, chosen: boolean): TableRow {
  const gate =
    scores === null
      ? ["–", "–", "–", "–"]
      : [
          rewardText(scores.before),
          rewardText(scores.after),
          `${changeText(scores.change)} [${changeText(scores.low)}, ${changeText(scores.high)}]`,
          `${countText(scores.wins)}, ${countText(scores.losses)}`,
        ];
  return {
    key: String(seq),
    cells: [
      String(iteration),
      component,
      `${signs[decision]} ${decisionWords(decision, l10n)}`,
      ...gate,
      runsText(cost),
    ],
    look: decision,
    chosen,
  };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
