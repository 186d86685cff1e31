import { element } from "../element.ts";
import { type Choice, dropdown } from "../toolkit.ts";

interface Named {
  readonly value: string;
  readonly label: string;
}

/** A list with its name beside it. Hidden while it offers nothing; made anew only where what it offers is new. */
export class NamedChoice {
  readonly root: HTMLElement;
  readonly #label: string;
  readonly #onChoose: (value: string) => void;
  readonly #place = element("span");
  #offered = "";
  #values: readonly string[] = [];
  #choice: Choice | undefined;

  constructor(label: string, onChoose: (value: string) => void) {
    this.#label = label;
    this.#onChoose = onChoose;
    // The list itself carries the name for those who do not see it.
    this.root = element(
      "span",
      { class: "line named" },
      element("span", { "aria-hidden": "true" }, label),
      this.#place,
    );
    this.root.hidden = true;
  }

  /** @param chosen undefined for none of them */
  offer(offered: readonly Named[], chosen: string | undefined): void {
    this.root.hidden = offered.length === 0;
    this.#values = offered.map(({ value }) => value);
    const labels = JSON.stringify(offered);
    if (labels !== this.#offered) {
      this.#offered = labels;
      const focused = this.#place.contains(document.activeElement);
      this.#choice = dropdown({
        label: this.#label,
        values: offered.map(({ label }) => label),
        onChoose: (index) => {
          const value = this.#values[index];
          if (value !== undefined) this.#onChoose(value);
        },
      });
      this.#place.replaceChildren(this.#choice.root);
      if (focused) this.#choice.root.focus();
    }
    const index = chosen === undefined ? -1 : this.#values.indexOf(chosen);
    this.#choice?.choose(index === -1 ? undefined : index);
  }

  focus(): void {
    this.#choice?.root.focus();
  }
}
