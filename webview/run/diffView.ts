import { onlyDifferences } from "../../src/run/views/onlyDifferences.ts";
import type { DiffPart } from "../../src/run/views/wordDiff.ts";
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
    this.root = element("section", { class: "difference" }, head, this.#text, this.#note);
  }

  get onlyDifferences(): boolean {
    return this.#only.checked;
  }

  set onlyDifferences(only: boolean) {
    this.#only.checked = only;
    this.#draw();
  }

  /** @param shortened the end is left out */
  show(title: string, parts: readonly DiffPart[], shortened: boolean): void {
    setText(this.#heading, title);
    this.root.setAttribute("aria-label", title);
    setText(this.#note, shortened ? l10n.t("Only the beginning is compared here. The diff editor has all of it.") : "");
    this.#note.hidden = !shortened;
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
    this.#text.replaceChildren(
      ...parts.map(({ kind, text }) =>
        kind === "same" ? text : element(kind === "removed" ? "del" : "ins", {}, text),
      ),
    );
  }
}
