import { element, setText } from "../element.ts";

/** Figures with their names, side by side. */
export class FactList {
  readonly root = element("dl", { class: "factList" });
  #names = "";

  show(facts: readonly (readonly [name: string, figure: string])[]): void {
    const names = JSON.stringify(facts.map(([name]) => name));
    if (names !== this.#names) {
      this.#names = names;
      this.root.replaceChildren(...facts.map(([name]) => element("div", {}, element("dt", {}, name), element("dd"))));
    }
    const figures = this.root.querySelectorAll("dd");
    facts.forEach(([, figure], index) => {
      const place = figures[index];
      if (place !== undefined) setText(place, figure);
    });
  }
}
