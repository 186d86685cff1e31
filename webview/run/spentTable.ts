import * as z from "zod/mini";
import { moneyWords, spentPurposeWords, whoWords } from "../../src/run/charts/spentChart.ts";
import type { SpentModel, SpentRow } from "../../src/run/panel/spentRows.ts";
import { countText, moneyText, runsText } from "../../src/run/views/numberFormat.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, table } from "../element.ts";
import { l10n } from "../words.ts";
import { type Sort, SortedTable } from "./sortedTable.ts";

const sorts = [
  "who",
  "purpose",
  "runs",
  "executions",
  "calls",
  "recorded",
  "inputTokens",
  "outputTokens",
  "money",
] as const;
type SpentSort = (typeof sorts)[number];

export const spentSortSchema = z.object({ by: z.enum(sorts), descending: z.boolean() });

/** What was spent, row by row, and by model: a table that sorts by whatever is pressed. */
export class SpentTable {
  readonly root = element("div", { class: "spent" });
  readonly #table: SortedTable<SpentSort>;
  readonly #models = element("div");
  #rows: readonly SpentRow[] = [];
  #sort: Sort<SpentSort> = { by: "who", descending: false };

  constructor(onSort: () => void) {
    const number = true;
    this.#table = new SortedTable<SpentSort>({
      caption: () => l10n.t("Everything that ran and was called up to now, test rows too"),
      columns: [
        { title: () => l10n.t("Component"), sort: "who" },
        { title: () => l10n.t("Purpose"), sort: "purpose" },
        { title: () => l10n.t("System runs"), sort: "runs", number },
        { title: () => l10n.t("Executions"), sort: "executions", number },
        { title: () => l10n.t("Model calls"), sort: "calls", number },
        { title: () => l10n.t("From a record"), sort: "recorded", number },
        { title: () => l10n.t("Input tokens"), sort: "inputTokens", number },
        { title: () => l10n.t("Output tokens"), sort: "outputTokens", number },
        { title: () => l10n.t("Money"), sort: "money", number },
      ],
      onSort: (by) => {
        const again = by === this.#sort.by;
        this.#sort = { by, descending: again ? !this.#sort.descending : by !== "who" && by !== "purpose" };
        this.#draw();
        onSort();
      },
    });
    setScroll(this.#table.root);
    this.root.append(this.#table.root, this.#models);
    this.root.hidden = true;
  }

  get sort(): Sort<SpentSort> {
    return this.#sort;
  }

  restore(sort: Sort<SpentSort>): void {
    this.#sort = sort;
    this.#draw();
  }

  /** @param rows null where the log does not tell @param simulated the run says so of itself */
  show(rows: readonly SpentRow[] | null, models: readonly SpentModel[], simulated: boolean): void {
    this.root.hidden = rows === null || rows.length === 0;
    this.#rows = rows ?? [];
    this.#draw();
    this.#models.replaceChildren(...modelsTable(models, simulated));
  }

  #draw(): void {
    const { by, descending } = this.#sort;
    const sorted = this.#rows.toSorted((a, b) => (descending ? -1 : 1) * compared(a, b, by));
    this.#table.show(
      sorted.map((row) => ({ key: JSON.stringify([row.who, row.purpose]), cells: cellsOf(row) })),
      this.#sort,
    );
  }
}

/** Rows are in the order of the system: sorting by names keeps it. */
function compared(a: SpentRow, b: SpentRow, by: SpentSort): number {
  switch (by) {
    case "who":
      return 0;
    case "purpose":
      return spentPurposeWords(a.purpose, l10n).localeCompare(spentPurposeWords(b.purpose, l10n));
    case "money":
      return a.money.usd - b.money.usd || a.money.unpriced - b.money.unpriced;
    default:
      return a[by] - b[by];
  }
}

function cellsOf({ who, purpose, runs, executions, calls, recorded, inputTokens, outputTokens, money }: SpentRow) {
  return [
    whoWords(who, l10n),
    spentPurposeWords(purpose, l10n),
    runs === 0 ? "–" : runsText(runs),
    executions === 0 ? "–" : countText(executions),
    countText(calls),
    countText(recorded),
    countText(inputTokens),
    countText(outputTokens),
    calls + recorded === 0 ? "–" : moneyWords(money, l10n),
  ];
}

function modelsTable(models: readonly SpentModel[], simulated: boolean): HTMLElement[] {
  if (models.every(({ model }) => model === null)) {
    return simulated && models.length > 0 ? [element("p", { class: "quiet" }, l10n.t("simulated model"))] : [];
  }
  const caption = l10n.t("By the model that answered, with its price per million tokens");
  const drawn = table(
    caption,
    [
      l10n.t("Model"),
      l10n.t("Model calls"),
      l10n.t("Input tokens"),
      l10n.t("Output tokens"),
      l10n.t("Price of input, output"),
      l10n.t("Money"),
    ],
    models.map(({ model, calls, inputTokens, outputTokens, price, money }) => [
      model === null ? l10n.t("not told apart") : visibleLine(model),
      countText(calls),
      countText(inputTokens),
      countText(outputTokens),
      priceWords(price, money),
      moneyWords(money, l10n),
    ]),
  );
  return [setScroll(element("div", { class: "scroll", role: "region", "aria-label": caption }, drawn))];
}

function priceWords(price: SpentModel["price"], { simulated }: SpentModel["money"]): string {
  if (simulated > 0) return l10n.t("simulated model");
  if (price === null) return l10n.t("not known");
  const known = `${moneyText(price.inputPerMillion)}, ${moneyText(price.outputPerMillion)}`;
  const where = [price.asOf, price.source].filter((one) => one !== undefined).map(visibleLine);
  return where.length === 0 ? known : `${known} (${where.join(", ")})`;
}

/** A wide or long table scrolls; whoever has no pointer scrolls it by keyboard. */
function setScroll(root: HTMLElement): HTMLElement {
  root.tabIndex = 0;
  return root;
}
