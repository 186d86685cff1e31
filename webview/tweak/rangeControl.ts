import type { OptionValue, Range } from "../../src/system/variable.ts";
import { element, setAttributes, setText } from "../element.ts";
import { l10n } from "../words.ts";
import { RangeScale } from "./rangeScale.ts";
import { MistakeLine } from "./valueControl.ts";

/** Keys of a slider, and how many of its strokes each is. */
const strokes: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/** A slider with a field for the number beside it. What is typed stays as it is, also where it is no number. */
export class RangeControl {
  readonly root: HTMLElement;
  readonly #scale: RangeScale;
  readonly #slider: HTMLInputElement;
  readonly #field: HTMLInputElement;
  readonly #mistake: MistakeLine;
  #value: OptionValue | undefined;

  constructor(key: string, id: string, range: Range, onEdit: (value: OptionValue) => void) {
    this.#scale = new RangeScale(range);
    const { last } = this.#scale;
    const slider = element("input", { type: "range", min: 0, max: last, step: 1, "aria-label": key });
    slider.disabled = last === 0;
    const field = element("input", {
      id,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      "data-described": `${id}Range`,
    });
    [this.#slider, this.#field] = [slider, field];
    this.#mistake = new MistakeLine(`${id}Mistake`, [field]);
    slider.addEventListener("input", () => onEdit(this.#scale.valueAt(Number(slider.value))));
    field.addEventListener("input", () => onEdit(typed(field.value)));
    for (const target of [slider, field]) {
      target.addEventListener("keydown", (event) => {
        const moved = this.#moved(event, target === slider);
        if (moved === undefined) return;
        event.preventDefault();
        onEdit(moved);
      });
    }
    const extent = element("p", { class: "quiet", id: `${id}Range` });
    setText(extent, extentWords(range));
    this.root = element(
      "div",
      { class: "control" },
      element("label", { for: id }, key),
      element("div", { class: "range" }, slider, field),
      extent,
      this.#mistake.root,
    );
  }

  show(value: OptionValue | undefined, mistake: string | undefined): void {
    this.#value = value;
    const text = value === undefined ? "" : String(value);
    const isFocused = document.activeElement === this.#field;
    // Whoever types "1." or "1e" is on the way to a number that is already shown.
    if (!isFocused || typed(this.#field.value) !== value) this.#field.value = text;
    if (typeof value === "number") this.#slider.value = String(this.#scale.positionOf(value));
    setAttributes(this.#slider, { "aria-valuetext": text });
    this.#mistake.show(mistake);
  }

  focus(): void {
    this.#field.focus();
  }

  #moved({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, isSlider: boolean): number | undefined {
    if (ctrlKey || metaKey || altKey) return undefined;
    const { low } = this.#scale.range;
    // In the field, the other keys move the cursor.
    if (!isSlider && !["ArrowUp", "ArrowDown", "PageUp", "PageDown"].includes(key)) return undefined;
    if (key === "Home") return low;
    if (key === "End") return this.#scale.end;
    const count = strokes[key];
    if (count === undefined) return undefined;
    return this.#scale.moved(typeof this.#value === "number" ? this.#value : low, count);
  }
}

/** The number that a text says; the text itself where it says none. */
function typed(text: string): OptionValue {
  const trimmed = text.trim();
  const number = Number(trimmed);
  return trimmed === "" || !Number.isFinite(number) ? text : number;
}

function extentWords({ low, high, integer, log, step = integer ? 1 : undefined }: Range): string {
  const extent =
    step === undefined ? l10n.t("{0} to {1}", low, high) : l10n.t("{0} to {1} in steps of {2}", low, high, step);
  return log ? l10n.t("{0}, logarithmic", extent) : extent;
}
