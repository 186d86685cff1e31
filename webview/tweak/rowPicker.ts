import { countText } from "../../src/run/views/numberFormat.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import type { Offer } from "./draft.ts";
import { fieldList } from "./fieldList.ts";

/** Characters of a row in the list. */
const SHOWN = 100;

/** Which row values are tried on, and what the component gets for it. */
export class RowPicker {
  readonly root: HTMLElement;
  readonly #examples: Offer["examples"];
  readonly #onPick: (example: string) => void;
  readonly #list: HTMLSelectElement;
  readonly #place = element("span", { class: "quiet" });
  readonly #before: Button;
  readonly #after: Button;
  readonly #input = element("div");
  #example: string | undefined;
  #shownInput: unknown;

  constructor(examples: Offer["examples"], onPick: (example: string) => void) {
    this.#examples = examples;
    this.#onPick = onPick;
    this.#list = element(
      "select",
      { id: "row" },
      ...group(l10n.t("Validation rows"), examples, "validation"),
      ...group(l10n.t("Training rows"), examples, "train"),
    );
    this.#list.addEventListener("change", () => onPick(this.#list.value));
    this.#before = new Button(l10n.t("Previous Row"), () => this.#step(-1));
    this.#after = new Button(l10n.t("Next Row"), () => this.#step(1));
    this.root = element(
      "section",
      { class: "row", "aria-label": l10n.t("Row to try on") },
      element(
        "div",
        { class: "line" },
        element("label", { for: "row" }, l10n.t("Row")),
        this.#list,
        this.#before.root,
        this.#after.root,
        this.#place,
      ),
      this.#input,
    );
  }

  show(example: string): void {
    if (this.#example !== example) this.showInput(undefined);
    this.#example = example;
    this.#list.value = example;
    const [at, last] = [this.#at, this.#examples.length - 1];
    setText(this.#place, l10n.t("{0} of {1}", countText(at + 1), countText(last + 1)));
    this.#before.refusal = at <= 0 ? l10n.t("This is the first row.") : undefined;
    this.#after.refusal = at >= last ? l10n.t("This is the last row.") : undefined;
  }

  /** Shows what the component gets for the row; undefined as long as that is not known. */
  showInput(input: Readonly<Record<string, unknown>> | undefined): void {
    if (input === this.#shownInput) return;
    this.#shownInput = input;
    this.#input.replaceChildren(
      ...(input === undefined ? [] : [element("h3", {}, l10n.t("What the component gets")), fieldList(input)]),
    );
  }

  get #at(): number {
    return this.#examples.findIndex(({ id }) => id === this.#example);
  }

  #step(direction: 1 | -1): void {
    const next = this.#examples[this.#at + direction];
    if (next !== undefined) this.#onPick(next.id);
  }
}

function group(label: string, examples: Offer["examples"], wanted: "train" | "validation"): HTMLElement[] {
  const options = examples
    .filter(({ split }) => split === wanted)
    .map(({ id, text }) => element("option", { value: id }, shortened(`${id}: ${text}`)));
  return options.length === 0 ? [] : [element("optgroup", { label }, ...options)];
}

function shortened(text: string): string {
  const line = visibleLine(text);
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN)}…`;
}
