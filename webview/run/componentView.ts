import type { ComponentDetail } from "../../src/run/panel/overviewModel.ts";
import { countText, rewardText } from "../../src/run/views/numberFormat.ts";
import { toldSentence } from "../../src/run/views/runSentences.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { FactList } from "./factList.ts";

interface ComponentViewParts {
  readonly onClose: () => void;
  /** How rightly its local reward orders outputs is to be seen. */
  readonly onAlignment: (name: string) => void;
  /** Its updates are to be seen. @param name the component's */
  readonly onUpdates: (name: string) => void;
  /** The rewards of what was tried in it are to be seen. */
  readonly onLandscape: (name: string) => void;
}

/** One component of the system, looked at closely. */
export class ComponentView {
  readonly root: HTMLElement;
  readonly #title = element("h3", { id: "componentTitle", tabindex: -1 });
  readonly #landscape: Button;
  readonly #alignment: Button;
  readonly #description = element("p", { class: "quiet" });
  readonly #facts = new FactList();
  readonly #distrust = element("p", { class: "notice" });
  readonly #values = element("div", { class: "values" });
  #shown: ComponentDetail | null = null;
  #drawn = "";

  constructor({ onClose, onUpdates, onLandscape, onAlignment }: ComponentViewParts) {
    this.#landscape = new Button(l10n.t("Show Its Landscape"), () => {
      if (this.#shown !== null) onLandscape(this.#shown.name);
    });
    const updates = new Button(l10n.t("Show Its Updates"), () => {
      if (this.#shown !== null) onUpdates(this.#shown.name);
    });
    this.#alignment = new Button(l10n.t("Show Its Alignment"), () => {
      if (this.#shown !== null) onAlignment(this.#shown.name);
    });
    const close = new Button(l10n.t("Close"), onClose);
    this.root = element(
      "section",
      { class: "component", "aria-labelledby": "componentTitle" },
      element(
        "div",
        { class: "line" },
        this.#title,
        this.#landscape.root,
        updates.root,
        this.#alignment.root,
        close.root,
      ),
      this.#description,
      this.#facts.root,
      this.#distrust,
      this.#values,
    );
    this.root.hidden = true;
  }

  /** @param focus whether whoever looks has just chosen it, and wants to read on here */
  show(shown: ComponentDetail | null, focus: boolean): void {
    this.#shown = shown;
    this.root.hidden = shown === null;
    if (shown === null) return;
    this.#draw(shown);
    if (focus) this.#title.focus();
  }

  #draw(shown: ComponentDetail): void {
    const looks = JSON.stringify(shown);
    if (looks === this.#drawn) return;
    this.#drawn = looks;
    setText(this.#title, visibleLine(shown.name));
    this.#alignment.refusal = shown.pairs === null ? l10n.t("No preference pairs were collected for it.") : undefined;
    setText(this.#description, shown.description);
    this.#landscape.hidden = shown.value === null;
    this.#facts.show(factsOf(shown));
    setText(this.#distrust, shown.distrust === null ? "" : distrustWords(shown.distrust));
    this.#distrust.hidden = shown.distrust === null;
    this.#values.replaceChildren(...valuesOf(shown));
  }
}

function factsOf(shown: ComponentDetail): (readonly [string, string])[] {
  const { inputs, outputs, share, accepted, rejected, unchanged, pairs } = shown;
  return [
    [l10n.t("Reads"), inputs.map(visibleLine).join(", ")],
    [l10n.t("Writes"), outputs.map(visibleLine).join(", ")],
    [l10n.t("Share of a system run"), rewardText(share)],
    [
      l10n.t("Updates"),
      l10n.t(
        "{0} accepted, {1} rejected, {2} unchanged",
        countText(accepted),
        countText(rejected),
        countText(unchanged),
      ),
    ],
    ...(pairs === null
      ? []
      : [
          [l10n.t("Preference pairs"), countText(pairs.pairs)] as const,
          [l10n.t("Their mean gap"), rewardText(pairs.averageGap)] as const,
        ]),
  ];
}

function distrustWords(reason: string): string {
  return l10n.t("Optimized on the global reward: {0}", toldSentence(reason, l10n));
}

function valuesOf({ initial, value }: ComponentDetail): HTMLElement[] {
  if (value === null) return [element("p", { class: "quiet" }, l10n.t("It has no variable."))];
  const part = (title: string, text: string) =>
    element(
      "div",
      {},
      element("h4", {}, title),
      element("pre", { tabindex: 0, role: "region", "aria-label": title }, text),
    );
  if (initial === null || initial === value) return [part(l10n.t("Value, unchanged since the start"), value)];
  return [part(l10n.t("Value at the start"), initial), part(l10n.t("Value in force"), value)];
}
