import { effectName } from "../../src/run/charts/effectsChart.ts";
import type { ShownChange, ShownFit } from "../../src/run/panel/shownFit.ts";
import { changeText } from "../../src/run/views/numberFormat.ts";
import type { EffectPoint } from "../../src/run/views/outputEffects.ts";
import { element, setText } from "../element.ts";
import { l10n } from "../words.ts";
import { NamedChoice } from "./namedChoice.ts";
import { TextPair } from "./textPair.ts";

/** The output that each change moved most, before and after it. */
export class ChangedView {
  readonly root: HTMLElement;
  readonly #choice: NamedChoice;
  readonly #note = element("p", { class: "quiet" });
  readonly #detail = element("div", { class: "pair" });
  readonly #input = element("pre", { tabindex: 0, role: "group" });
  readonly #pair = new TextPair();
  #chosen: string | undefined;
  #changed: readonly ShownChange[] = [];

  /** @param onChange told when a person looks at another one */
  constructor(onChange: () => void) {
    this.#choice = new NamedChoice(l10n.t("Read an output that was made"), (name) => {
      this.#chosen = name;
      this.#draw();
      onChange();
    });
    this.#input.setAttribute("aria-label", l10n.t("Input"));
    this.#detail.append(element("div", {}, element("h4", {}, l10n.t("Input")), this.#input), this.#pair.root);
    this.root = element(
      "section",
      { class: "changed", "aria-label": l10n.t("Outputs that were changed") },
      this.#choice.root,
      this.#note,
      this.#detail,
    );
  }

  /** Name of the change that is looked at. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  set chosen(name: string | undefined) {
    this.#chosen = name;
    this.#draw();
  }

  show(fit: ShownFit | undefined): void {
    this.#changed = fit?.kind === "texts" ? fit.changed : [];
    this.root.hidden = this.#changed.length === 0;
    this.#draw();
  }

  #draw(): void {
    const shown = this.#changed.find((one) => keyOf(one) === this.#chosen) ?? this.#changed[0];
    this.#choice.offer(
      this.#changed.map((one) => ({ value: keyOf(one), label: effectName(one, l10n) })),
      shown && keyOf(shown),
    );
    this.#detail.hidden = shown === undefined;
    if (shown === undefined) return;
    setText(
      this.#note,
      l10n.t(
        "Example {0}: of all outputs that were changed so, the one whose local reward moved most, by {1}.",
        shown.example,
        changeText(shown.difference),
      ),
    );
    setText(this.#input, shown.input);
    const name = effectName(shown, l10n);
    this.#pair.show(shown.diff, { title: l10n.t("Output"), facts: "" }, { title: l10n.t("Changed"), facts: name });
  }
}

/** What a change is told apart by. */
export function keyOf({ change, strength }: Pick<EffectPoint, "change" | "strength">): string {
  return `${change} ${strength}`;
}
