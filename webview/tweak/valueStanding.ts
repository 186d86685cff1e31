import { valueText } from "../../src/run/views/valueText.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import { valueDiff } from "../../src/run/views/wordDiff.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { element, setText } from "../element.ts";
import { fold, refill } from "../fold.ts";
import type { Unfolded } from "../unfolded.ts";
import { l10n } from "../words.ts";
import { isSame, type OfferedComponent } from "./draft.ts";

/** How the value at hand, the one in force and the one in the source differ. */
export class ValueStanding {
  readonly root: HTMLElement;
  readonly #words = element("p");
  readonly #changes: HTMLDetailsElement;
  readonly #source: HTMLDetailsElement;
  #value: VariableValue = null;
  #component: OfferedComponent | undefined;

  constructor(unfolded: Unfolded) {
    this.#changes = fold([l10n.t("What you changed")], "changes", unfolded, () => this.#changed());
    this.#source = fold([l10n.t("What the source says")], "source", unfolded, () => this.#sourceValue());
    this.root = element("div", { class: "standing" }, this.#words, this.#changes, this.#source);
  }

  show(value: VariableValue, component: OfferedComponent): void {
    [this.#value, this.#component] = [value, component];
    const { current, source } = component;
    const edited = !isSame(value, current);
    const fromSource = isSame(current, source);
    setText(this.#words, standingWords(edited, fromSource, isSame(value, source)));
    this.#changes.hidden = !edited;
    this.#source.hidden = fromSource;
    refill(this.#changes, () => this.#changed());
    refill(this.#source, () => this.#sourceValue());
  }

  #changed(): HTMLElement {
    const before = this.#component?.current ?? null;
    const parts = valueDiff(before, this.#value).map(({ kind, text }) =>
      kind === "same" ? visibleText(text) : element(kind === "removed" ? "del" : "ins", {}, visibleText(text)),
    );
    return element(
      "pre",
      { class: "diff", tabindex: "0", role: "region", "aria-label": l10n.t("What you changed") },
      ...parts,
    );
  }

  #sourceValue(): HTMLElement {
    const text = visibleText(valueText(this.#component?.source ?? null));
    return element("pre", { tabindex: "0", role: "region", "aria-label": l10n.t("What the source says") }, text);
  }
}

function standingWords(edited: boolean, fromSource: boolean, asSource: boolean): string {
  if (!edited) {
    return fromSource
      ? l10n.t("This is the value in force; it stands in the source.")
      : l10n.t("This is the value in force, an accepted one that the state file holds. The source says otherwise.");
  }
  if (fromSource) return l10n.t("Edited. In force is the value in the source.");
  return asSource
    ? l10n.t("This is the value in the source. In force is an accepted one that the state file holds.")
    : l10n.t("Edited. In force is an accepted value that the state file holds; the source says otherwise.");
}
