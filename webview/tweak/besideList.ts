import type { TrialOutputOf } from "../../src/run/trialOutput.ts";
import { rewardText } from "../../src/run/views/numberFormat.ts";
import { visibleLine, visibleText } from "../../src/run/views/visibleText.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { element } from "../element.ts";
import { l10n } from "../words.ts";
import { isSame, optionsOf } from "./draft.ts";
import { isSameOutput, type Tried } from "./trialView.ts";

/** Values that lie beside the one at hand, each with its local reward; a click takes one over. */
export class BesideList {
  readonly root: HTMLElement;
  readonly #content = element("div", { class: "besides" });
  readonly #onTake: (value: VariableValue, place: string) => void;
  #shown: TrialOutputOf<"value"> | undefined;

  constructor(onTake: (value: VariableValue, place: string) => void) {
    this.#onTake = onTake;
    const hint = element("p", { class: "quiet" }, l10n.t("Press a value to take it over."));
    this.root = element(
      "section",
      { "aria-label": l10n.t("Values beside it") },
      element("h2", {}, l10n.t("Values beside it")),
      hint,
      this.#content,
    );
    this.root.hidden = true;
  }

  /** @param current the value in force */
  show(trial: TrialOutputOf<"value"> | undefined, current: VariableValue): void {
    if (trial === this.#shown) return;
    this.#shown = trial;
    const asked = trial?.tried.find(({ role }) => role === "asked");
    const keys = [...new Set(trial?.tried.flatMap(({ role, key }) => (role === "neighbour" ? [key] : [])))];
    this.root.hidden = asked === undefined || keys.length === 0;
    if (trial === undefined || asked === undefined) return;
    this.#content.replaceChildren(...keys.map((key) => this.#group(key, asked, trial.tried, current)));
  }

  #group(key: string | null, asked: Tried, tried: readonly Tried[], current: VariableValue): HTMLElement {
    const beside = tried.filter((one) => one.role === "neighbour" && one.key === key);
    const title = key === null ? l10n.t("Model") : visibleLine(key);
    const rows = [asked, ...beside].sort((a, b) => compared(partOf(a.value, key), partOf(b.value, key)));
    return element(
      "div",
      { class: "beside" },
      element("h3", {}, title),
      element(
        "ul",
        { "aria-label": title },
        ...rows.map((one) => element("li", {}, this.#row(one, asked, key, current))),
      ),
    );
  }

  #row(one: Tried, asked: Tried, key: string | null, current: VariableValue): HTMLElement {
    const text = partOf(one.value, key);
    const notes = [
      ...(one === asked ? [l10n.t("your value")] : []),
      ...(isSame(one.value, current) ? [l10n.t("in force")] : []),
      ...(one.failure === null ? [] : [l10n.t("failed: {0}", visibleText(one.failure))]),
      ...(one !== asked && one.failure === null && isSameOutput(one, asked) ? [l10n.t("same output")] : []),
    ];
    const fill = element("span", { class: "fill" });
    fill.style.width = `${(one.localReward ?? 0) * 100}%`;
    const bar = element("span", { class: "bar", "aria-hidden": "true" }, fill);
    const figure =
      one.localReward === null
        ? []
        : [element("span", { class: "spoken" }, l10n.t("local reward")), ` ${rewardText(one.localReward)}`];
    const row = element(
      "button",
      { type: "button", class: "beside-value", "aria-pressed": one === asked ? "true" : "false" },
      element("span", { class: "part" }, visibleLine(String(text))),
      " ",
      ...(one.localReward === null ? [] : [bar]),
      element("span", { class: "figure" }, ...figure),
      " ",
      element("span", { class: "quiet" }, notes.join(", ")),
    );
    row.addEventListener("click", () => {
      if (one !== asked) this.#onTake(one.value, key ?? "");
    });
    return row;
  }
}

/** The part of a value that its group is about. */
function partOf(value: VariableValue, key: string | null): string | number | boolean {
  if (key !== null) return optionsOf(value)[key] ?? "";
  if (value !== null && typeof value === "object" && "fallback" in value) return String(value.fallback);
  return typeof value === "string" ? value : "";
}

/** Numbers by their size; what has no order stays as it was given. */
function compared(a: string | number | boolean, b: string | number | boolean): number {
  return typeof a === "number" && typeof b === "number" ? a - b : 0;
}
