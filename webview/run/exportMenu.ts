import { element, setAttributes } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import type { FileKind } from "./chartFile.ts";

/**
 * One quiet button that opens a menu of the kinds of file that something can be saved as. By keyboard: Enter or the arrows
 * open it and go through it, Escape closes it.
 */
export class ExportMenu {
  readonly root: HTMLElement;
  readonly #button: Button;
  readonly #menu: HTMLElement;
  readonly #items: readonly HTMLElement[];

  /** @param of what is saved, for those who do not see beside what the button stands */
  constructor(of: string, kinds: readonly FileKind[], onSave: (kind: FileKind) => void) {
    this.#button = new Button(l10n.t("Export"), () => this.#toggle());
    setAttributes(this.#button.root, { "aria-haspopup": "menu", "aria-expanded": "false" });
    this.#items = kinds.map((kind) => {
      const item = element(
        "button",
        { type: "button", role: "menuitem", tabindex: -1 },
        l10n.t("Save as {0}", kind.toUpperCase()),
      );
      item.addEventListener("click", () => {
        this.#close(true);
        onSave(kind);
      });
      return item;
    });
    this.#menu = element(
      "div",
      { class: "menu", role: "menu", "aria-label": l10n.t("Export {0}", of) },
      ...this.#items,
    );
    this.#menu.hidden = true;
    this.root = element("div", { class: "menuButton" }, this.#button.root, this.#menu);
    this.root.addEventListener("keydown", (event) => this.#onKey(event));
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.root.contains(relatedTarget))) this.#close(false);
    });
  }

  #toggle(): void {
    if (this.#menu.hidden) this.#open(0);
    else this.#close(true);
  }

  #open(item: number): void {
    this.#menu.hidden = false;
    setAttributes(this.#button.root, { "aria-expanded": "true" });
    this.#items.at(item)?.focus();
  }

  #close(back: boolean): void {
    if (this.#menu.hidden) return;
    this.#menu.hidden = true;
    setAttributes(this.#button.root, { "aria-expanded": "false" });
    if (back) this.#button.root.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const isOpen = !this.#menu.hidden;
    const focused = document.activeElement;
    const at = focused instanceof HTMLElement ? this.#items.indexOf(focused) : -1;
    const count = this.#items.length;
    const way: Readonly<Record<string, () => void>> = isOpen
      ? {
          ArrowDown: () => this.#items.at((at + 1) % count)?.focus(),
          ArrowUp: () => this.#items.at((at <= 0 ? count : at) - 1)?.focus(),
          Home: () => this.#items.at(0)?.focus(),
          End: () => this.#items.at(-1)?.focus(),
          Escape: () => this.#close(true),
        }
      : { ArrowDown: () => this.#open(0), ArrowUp: () => this.#open(-1) };
    const action = way[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}
