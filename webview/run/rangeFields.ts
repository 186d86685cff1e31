import type { OptionAxis } from "../../src/run/panel/landscapeShown.ts";
import type { OptionRange } from "../../src/run/panel/optionRanges.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element } from "../element.ts";
import { Checkbox } from "../toolkit.ts";
import { l10n } from "../words.ts";

/** Ranges of options without a pointer: fields for the ends of numbers, boxes for other values. */
export class RangeFields {
  readonly root = element("div", { class: "rangeFields" });
  readonly #onChange: (key: string | null, range: OptionRange | undefined) => void;
  #drawn = "";

  /** @param onChange told of the new range of an axis; undefined where all of it is wanted */
  constructor(onChange: (key: string | null, range: OptionRange | undefined) => void) {
    this.#onChange = onChange;
  }

  /** @param reward name of the reward's axis, which comes last */
  show(axes: readonly OptionAxis[], reward: string, ranges: readonly OptionRange[]): void {
    const drawn = JSON.stringify([axes, reward, ranges]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = this.root.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const rangeOf = (key: string | null) => ranges.find((range) => range.key === key);
    this.root.replaceChildren(
      ...axes.map((axis, index) =>
        axis.labels === null
          ? this.#numbers(axis.key, visibleLine(axis.key), `range${index}`, rangeOf(axis.key))
          : this.#labels(axis.key, axis.labels, `range${index}`, rangeOf(axis.key)),
      ),
      this.#numbers(null, reward, `range${axes.length}`, rangeOf(null)),
    );
    if (focused !== undefined && focused !== "") document.getElementById(focused)?.focus();
  }

  #numbers(key: string | null, name: string, id: string, range: OptionRange | undefined): HTMLElement {
    const [from, to] = [range?.intervals?.at(0)?.[0], range?.intervals?.at(-1)?.[1]];
    const field = (label: string, value: number | undefined, end: string) => {
      const known = value !== undefined && Number.isFinite(value) && Math.abs(value) < Number.MAX_VALUE;
      const input = element("input", {
        id: `${id}${end}`,
        type: "number",
        step: "any",
        "aria-label": label,
        value: known ? Number(value.toPrecision(6)) : undefined,
      });
      input.addEventListener("change", () => this.#onChange(key, rangeBetween(key, low.value, high.value)));
      return input;
    };
    const low = field(l10n.t("{0}, from", name), from, "From");
    const high = field(l10n.t("{0}, to", name), to, "To");
    return element(
      "div",
      { class: "line" },
      element("span", { class: "name" }, name),
      low,
      element("span", {}, "–"),
      high,
    );
  }

  #labels(key: string, labels: readonly string[], id: string, range: OptionRange | undefined): HTMLElement {
    const name = visibleLine(key);
    const wanted = new Set(range?.labels ?? labels);
    const boxes = labels.map((label, place) => {
      const box = new Checkbox(visibleLine(label), (checked) => {
        if (checked) wanted.add(label);
        else wanted.delete(label);
        const all = labels.every((one) => wanted.has(one));
        this.#onChange(key, all ? undefined : { key, labels: labels.filter((one) => wanted.has(one)) });
      });
      box.root.id = `${id}Value${place}`;
      box.checked = wanted.has(label);
      return box.root;
    });
    return element(
      "div",
      { class: "line", role: "group", "aria-label": name },
      element("span", { class: "name" }, name),
      ...boxes,
    );
  }
}

/** Without an end, the range is open there. */
function rangeBetween(key: string | null, low: string, high: string): OptionRange | undefined {
  if (low === "" && high === "") return undefined;
  const end = (text: string, open: number) => (text === "" || !Number.isFinite(Number(text)) ? open : Number(text));
  return { key, intervals: [[end(low, -Number.MAX_VALUE), end(high, Number.MAX_VALUE)]] };
}
