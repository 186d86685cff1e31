import { type ExamplesQuery, LONGEST_SEARCH, rowFilters, rowSorts } from "../../src/run/panel/examplesQuery.ts";
import type { ExamplesShown } from "../../src/run/panel/examplesShown.ts";
import { countText } from "../../src/run/views/numberFormat.ts";
import { element } from "../element.ts";
import { Checkbox } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { NamedChoice } from "./namedChoice.ts";

/** Nobody wants to be asked between two letters. */
const TYPING_MS = 150;

type RowFilter = (typeof rowFilters)[number];
type RowSort = (typeof rowSorts)[number];

/** Which rows and configurations are seen, and in which order. */
export class ExampleFilters {
  readonly root: HTMLElement;
  readonly #onChange: (change: Partial<ExamplesQuery>) => void;
  readonly #text: HTMLInputElement;
  readonly #rows: NamedChoice;
  readonly #sort: NamedChoice;
  readonly #low: HTMLInputElement;
  readonly #high: HTMLInputElement;
  readonly #complete: Checkbox;
  readonly #rejected: Checkbox;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: (change: Partial<ExamplesQuery>) => void) {
    this.#onChange = onChange;
    this.#text = element("input", {
      type: "search",
      "aria-label": l10n.t("Find rows by their name or text"),
      placeholder: l10n.t("Find rows"),
      maxlength: LONGEST_SEARCH,
    });
    this.#text.addEventListener("input", () => this.#typed());
    this.#rows = new NamedChoice(l10n.t("Rows"), (value) => onChange({ rows: known(rowFilters, value) ?? "all" }));
    this.#sort = new NamedChoice(l10n.t("Order"), (value) => {
      const by = known(rowSorts, value) ?? "order";
      onChange({ sort: { by, iteration: null, descending: by === "change" || by === "spread" } });
    });
    this.#low = bound(l10n.t("Least reward under the configuration in force"), l10n.t("from"));
    this.#high = bound(l10n.t("Greatest reward under the configuration in force"), l10n.t("to"));
    for (const input of [this.#low, this.#high]) input.addEventListener("input", () => this.#typed());
    this.#complete = new Checkbox("", (complete) => onChange({ complete }));
    this.#complete.label = l10n.t("Only rows with every configuration");
    this.#rejected = new Checkbox("", (rejected) => onChange({ rejected }));
    this.root = element(
      "div",
      { class: "line filters" },
      this.#text,
      this.#rows.root,
      this.#sort.root,
      element(
        "span",
        { class: "line", role: "group", "aria-label": l10n.t("Reward") },
        element("span", { "aria-hidden": "true" }, l10n.t("Reward")),
        this.#low,
        this.#high,
      ),
      this.#complete.root,
      this.#rejected.root,
    );
  }

  show(query: ExamplesQuery, { rejected }: ExamplesShown): void {
    if (this.#typing === undefined) this.#fill(query);
    this.#rows.offer(
      rowFilters.map((value) => ({ value, label: filterWords(value) })),
      query.rows,
    );
    const { by } = query.sort;
    this.#sort.offer(
      rowSorts
        .filter((value) => value !== "configuration" || by === value)
        .map((value) => ({ value, label: sortWords(value, query.sort.iteration) })),
      by,
    );
    this.#complete.checked = query.complete;
    this.#rejected.checked = query.rejected;
    this.#rejected.label = l10n.t("Rejected configurations too ({0})", countText(rejected));
  }

  focus(): void {
    this.#text.focus();
  }

  dispose(): void {
    clearTimeout(this.#typing);
  }

  #fill({ text, low, high }: ExamplesQuery): void {
    const { activeElement } = document;
    if (activeElement !== this.#text) this.#text.value = text;
    if (activeElement !== this.#low) this.#low.value = low === null ? "" : String(low);
    if (activeElement !== this.#high) this.#high.value = high === null ? "" : String(high);
  }

  #typed(): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      this.#typing = undefined;
      this.#onChange({ text: this.#text.value, low: numberIn(this.#low), high: numberIn(this.#high) });
    }, TYPING_MS);
  }
}

function bound(label: string, placeholder: string): HTMLInputElement {
  return element("input", { type: "number", step: "any", "aria-label": label, placeholder });
}

function numberIn({ value }: HTMLInputElement): number | null {
  return value === "" || !Number.isFinite(Number(value)) ? null : Number(value);
}

function known<T extends string>(all: readonly T[], value: string): T | undefined {
  return all.find((one) => one === value);
}

function filterWords(filter: RowFilter): string {
  const words: Readonly<Record<RowFilter, string>> = {
    all: l10n.t("all"),
    changed: l10n.t("changed"),
    better: l10n.t("better than at the start"),
    worse: l10n.t("worse than at the start"),
    worst: l10n.t("the worst tenth"),
  };
  return words[filter];
}

function sortWords(sort: RowSort, iteration: number | null): string {
  const words: Readonly<Record<RowSort, string>> = {
    order: l10n.t("as in the run"),
    example: l10n.t("by name"),
    change: l10n.t("by change"),
    mean: l10n.t("by mean reward"),
    spread: l10n.t("by highest less lowest reward"),
    configuration:
      iteration === null || iteration === 0 ? l10n.t("by the start") : l10n.t("by iteration {0}", iteration),
  };
  return words[sort];
}
