import { element, setAttributes } from "../element.ts";

export interface Tab {
  /** Name of the page that it belongs to. */
  readonly name: string;
  readonly title: string;
}

/** Tabs over pages, of which one is in front. The arrow keys go from tab to tab, Home and End to the first and the last. */
export class Tabs {
  readonly root = element("div", { class: "tabs", role: "tablist" });
  readonly #tabs: readonly (Tab & { readonly button: HTMLButtonElement })[];
  readonly #onChoose: (name: string) => void;

  /** @param label what the tabs are, for those who cannot see them */
  constructor(label: string, tabs: readonly Tab[], onChoose: (name: string) => void) {
    this.#onChoose = onChoose;
    this.#tabs = tabs.map((tab) => ({
      ...tab,
      button: element("button", { type: "button", role: "tab", id: tabId(tab.name) }, tab.title),
    }));
    setAttributes(this.root, { "aria-label": label });
    this.root.append(...this.#tabs.map(({ button }) => button));
    for (const { name, button } of this.#tabs) button.addEventListener("click", () => onChoose(name));
    this.root.addEventListener("keydown", (event) => this.#press(event));
  }

  /** Shows which page is in front. */
  choose(chosen: string): void {
    for (const { name, button } of this.#tabs) {
      const isChosen = name === chosen;
      setAttributes(button, {
        "aria-selected": String(isChosen),
        tabindex: isChosen ? 0 : -1,
        "aria-controls": isChosen ? pageId(name) : undefined,
      });
    }
  }

  #press(event: KeyboardEvent): void {
    const at = this.#tabs.findIndex(({ button }) => button === document.activeElement);
    const last = this.#tabs.length - 1;
    const places: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    const place = places[event.key];
    if (at === -1 || place === undefined) return;
    event.preventDefault();
    const next = this.#tabs[(place + this.#tabs.length) % this.#tabs.length];
    next?.button.focus();
    if (next !== undefined) this.#onChoose(next.name);
  }
}

export const tabId = (page: string): string => `tab-${page}`;
export const pageId = (page: string): string => `page-${page}`;
