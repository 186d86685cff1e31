import type { ShownDiff } from "../../src/run/panel/shownDiff.ts";
import { countText } from "../../src/run/views/numberFormat.ts";
import { onlyDifferences } from "../../src/run/views/onlyDifferences.ts";
import type { DiffGrain, DiffPart } from "../../src/run/views/wordDiff.ts";
import { element, setText } from "../element.ts";
import { Checkbox } from "../toolkit.ts";
import { l10n } from "../words.ts";

/** A diff, word by word, in place; on request without what stayed. Marks tell what went and what came, colour only stresses. */
export class DiffView {
  readonly root: HTMLElement;
  readonly #heading = element("h3");
  readonly #text = element("pre", { tabindex: "0", class: "diff" });
  readonly #note = element("p", { class: "quiet" });
  readonly #only: Checkbox;
  #shown = "";
  #parts: readonly DiffPart[] = [];

  /** @param onChange told when a person wants only differences, or all again */
  constructor(onChange: () => void) {
    this.#only = new Checkbox(l10n.t("Only differences"), () => {
      this.#draw();
      onChange();
    });
    const head = element("div", { class: "line" }, this.#heading, this.#only.root);
    this.root = element("section", { class: "difference" }, head, this.#note, this.#text);
  }

  get onlyDifferences(): boolean {
    return this.#only.checked;
  }

  set onlyDifferences(only: boolean) {
    this.#only.checked = only;
    this.#draw();
  }

  show(title: string, { parts, shortened, grain }: ShownDiff): void {
    setText(this.#heading, title);
    this.root.setAttribute("aria-label", title);
    const note = [...grainWords(grain), ...(shortened ? [shortenedWords(grain)] : [])].join(" ");
    setText(this.#note, note);
    this.#note.hidden = note === "";
    const shown = JSON.stringify(parts);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#parts = parts;
    this.#draw();
  }

  #draw(): void {
    const changed = this.#parts.some(({ kind }) => kind !== "same");
    this.#only.root.hidden = !changed;
    const parts = this.#only.checked && changed ? onlyDifferences(this.#parts) : this.#parts;
    this.#text.setAttribute("aria-label", l10n.t("Text with its differences"));
    this.#text.replaceChildren(...parts.flatMap(drawn));
  }
}

/** Characters of an unchanged stretch that are drawn on either side; laying out very much text keeps the page from answering. */
const NEAR = 1500;

function drawn({ kind, text }: DiffPart): readonly (Node | string)[] {
  if (kind !== "same") return [element(kind === "removed" ? "del" : "ins", {}, text)];
  const left = text.length - 2 * NEAR;
  if (left < NEAR) return [text];
  const middle = text.slice(NEAR, -NEAR);
  const words = l10n.t("… {0} unchanged characters …", countText(left));
  const unfold = element("button", { type: "button", class: "unfold", title: l10n.t("Show them") }, words);
  unfold.addEventListener("click", () => unfold.replaceWith(middle));
  return [text.slice(0, NEAR), unfold, text.slice(-NEAR)];
}

function grainWords(grain: DiffGrain): readonly string[] {
  switch (grain) {
    case "words":
      return [];
    case "lines":
      return [l10n.t("Where the texts differ too much to be shown word by word, they are compared line by line.")];
    case "whole":
      return [l10n.t("The texts differ too much to be shown word by word. Open them in the diff editor.")];
  }
}

function shortenedWords(grain: DiffGrain): string {
  return grain === "whole"
    ? l10n.t("Here is the beginning of each.")
    : l10n.t("Only the beginning is compared here. The diff editor has all of it.");
}
