import type { DiffPart } from "../../src/run/views/wordDiff.ts";
import { element, setText } from "../element.ts";

/** One of two texts that are read side by side. */
interface TextSide {
  /** What the text is. */
  readonly title: string;
  /** What is known of it. */
  readonly facts: string;
}

/** Two texts side by side, words that only one has marked. What is removed stands on the left, what is added on the right. */
export class TextPair {
  readonly root = element("div", { class: "textPair" });
  readonly #left = new Side("removed");
  readonly #right = new Side("added");

  constructor() {
    this.root.append(this.#left.root, this.#right.root);
  }

  show(diff: readonly DiffPart[], left: TextSide, right: TextSide): void {
    this.#left.show(diff, left);
    this.#right.show(diff, right);
  }
}

class Side {
  readonly root: HTMLElement;
  readonly #own: "removed" | "added";
  readonly #title = element("h4");
  readonly #facts = element("p", { class: "quiet" });
  readonly #text = element("pre", { tabindex: 0, role: "group" });
  #shown = "";

  constructor(own: "removed" | "added") {
    this.#own = own;
    this.root = element("div", {}, this.#title, this.#facts, this.#text);
  }

  show(diff: readonly DiffPart[], { title, facts }: TextSide): void {
    setText(this.#title, title);
    setText(this.#facts, facts);
    this.#text.setAttribute("aria-label", title);
    const shown = JSON.stringify(diff);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const parts = diff.filter(({ kind }) => kind === "same" || kind === this.#own);
    this.#text.replaceChildren(
      ...parts.map(({ kind, text }) => (kind === "same" ? text : element("mark", { class: this.#own }, text))),
    );
  }
}
