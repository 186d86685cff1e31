import type { TweakOutcome } from "../../src/run/tweakMessage.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";

interface Actions {
  readonly onSave: () => void;
  readonly onApply: () => void;
  readonly onResetToForce: () => void;
  readonly onResetToSource: () => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
}

/** Why each action cannot be done now; undefined where it can. */
export interface Refusals {
  readonly save: string | undefined;
  readonly apply: string | undefined;
  readonly resetToForce: string | undefined;
  readonly resetToSource: string | undefined;
  readonly undo: string | undefined;
  readonly redo: string | undefined;
}

/** What can be done with the value at hand, and what became of it. */
export class ActionBar {
  readonly root: HTMLElement;
  readonly #save: Button;
  readonly #apply: Button;
  readonly #resetToForce: Button;
  readonly #resetToSource: Button;
  readonly #undo: Button;
  readonly #redo: Button;
  readonly #why = element("p", { class: "quiet" });
  readonly #outcome = element("p", { class: "outcome" });

  constructor(actions: Actions) {
    this.#save = new Button(l10n.t("Save to State"), actions.onSave, "primary");
    this.#apply = new Button(l10n.t("Apply to Source"), actions.onApply);
    this.#resetToForce = new Button(l10n.t("Reset to Value in Force"), actions.onResetToForce);
    this.#resetToSource = new Button(l10n.t("Reset to Source"), actions.onResetToSource);
    this.#undo = new Button(l10n.t("Undo"), actions.onUndo);
    this.#redo = new Button(l10n.t("Redo"), actions.onRedo);
    const line = (...buttons: readonly Button[]) =>
      element("div", { class: "line" }, ...buttons.map(({ root }) => root));
    this.root = element(
      "div",
      { class: "actions", role: "group", "aria-label": l10n.t("What to do with the value") },
      line(this.#save, this.#apply),
      line(this.#resetToForce, this.#resetToSource, this.#undo, this.#redo),
      this.#why,
      this.#outcome,
    );
  }

  /** @param computed why nothing can ever be written into the source; null where it can */
  show(refusals: Refusals, computed: string | null, outcome: TweakOutcome): void {
    this.#save.refusal = refusals.save;
    this.#apply.refusal = refusals.apply;
    this.#resetToForce.refusal = refusals.resetToForce;
    this.#resetToSource.refusal = refusals.resetToSource;
    this.#undo.refusal = refusals.undo;
    this.#redo.refusal = refusals.redo;
    this.#why.hidden = computed === null;
    setText(
      this.#why,
      computed === null
        ? ""
        : l10n.t("Nothing can be written into the source: {0}. Save to the state file instead.", computed),
    );
    const words = outcomeWords(outcome);
    this.#outcome.hidden = words === "";
    this.#outcome.className = outcome.kind === "refused" ? "outcome problem" : "outcome";
    setText(this.#outcome, words);
  }
}

/** What became of a value; empty where nothing was asked. */
export function outcomeWords(outcome: TweakOutcome): string {
  switch (outcome.kind) {
    case "none":
      return "";
    case "saved":
      return l10n.t("Saved to {0}. Runs start from this value.", outcome.file);
    case "applied":
      return l10n.t("Written into the source.");
    case "refused":
      return visibleText(outcome.message);
  }
}
