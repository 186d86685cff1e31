import { plural } from "../../src/run/l10n.ts";
import type { TrialOutputOf } from "../../src/run/trialOutput.ts";
import type { TweakCheck } from "../../src/run/tweakMessage.ts";
import { changeText, countText, rewardText } from "../../src/run/views/numberFormat.ts";
import { toldSentence } from "../../src/run/views/runSentences.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { element, setAttributes, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { costWords } from "./costWords.ts";
import { isSame, type Offer } from "./draft.ts";

interface CheckParts {
  readonly onCheck: () => void;
  readonly onStop: () => void;
}

/** The gate, asked for by hand: what it costs before it runs, how far it is, and what it came to. */
export class CheckView {
  readonly root: HTMLElement;
  readonly #ask: Button;
  readonly #confirm: HTMLElement;
  readonly #cost = element("p", { id: "checkCost" });
  readonly #run: Button;
  readonly #progress: HTMLElement;
  readonly #label = element("p");
  readonly #fill = element("div", { class: "fill" });
  readonly #bar = element("div", { class: "bar", role: "progressbar" }, this.#fill);
  readonly #stop: Button;
  readonly #result = element("div");
  #asking = false;

  constructor({ onCheck, onStop }: CheckParts) {
    this.#ask = new Button(l10n.t("Check on Validation..."), () => this.#open(true));
    this.#run = new Button(
      l10n.t("Run Check"),
      () => {
        this.#open(false);
        onCheck();
      },
      "primary",
    );
    const cancel = new Button(l10n.t("Cancel"), () => this.#open(false));
    this.#stop = new Button(l10n.t("Stop"), onStop);
    this.#confirm = element(
      "div",
      { class: "confirm", role: "group", "aria-label": l10n.t("Check on Validation...") },
      this.#cost,
      element("div", { class: "line" }, this.#run.root, cancel.root),
    );
    this.#confirm.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#open(false);
    });
    this.#run.root.setAttribute("aria-describedby", "checkCost");
    this.#progress = element("div", { class: "progress" }, this.#label, this.#bar, this.#stop.root);
    this.#confirm.hidden = true;
    this.root = element(
      "section",
      { class: "check", "aria-label": l10n.t("Validation") },
      element("h2", {}, l10n.t("Validation")),
      this.#ask.root,
      this.#confirm,
      this.#progress,
      this.#result,
    );
  }

  /**
   * @param value the one at hand
   * @param refusal why it cannot be checked now; undefined where it can
   */
  show(check: TweakCheck, value: VariableValue, offer: Offer, refusal: string | undefined): void {
    const [component] = offer.components;
    const busy = check.kind === "busy";
    this.#ask.refusal = busy ? l10n.t("A check is running.") : refusal;
    if (busy || refusal !== undefined) this.#asking = false;
    this.#ask.hidden = this.#asking || busy;
    this.#confirm.hidden = !this.#asking;
    setText(
      this.#cost,
      plural(
        l10n,
        "Compares your value with the one in force on {0, plural, one {# validation row} other {# validation rows}}: {1}",
        offer.checkRows,
        costWords(component?.checkRuns ?? 0, component?.checkUsd, offer),
      ),
    );
    this.#progress.hidden = !busy;
    this.root.setAttribute("aria-busy", String(busy));
    if (busy) this.#showProgress(check);
    this.#result.replaceChildren(...resultOf(check, value));
  }

  #open(asking: boolean): void {
    this.#asking = asking;
    this.#ask.hidden = asking;
    this.#confirm.hidden = !asking;
    (asking ? this.#run : this.#ask).root.focus();
  }

  #showProgress({ progress, stopping }: Extract<TweakCheck, { kind: "busy" }>): void {
    const words = stopping
      ? l10n.t("Stopping...")
      : progress === null
        ? l10n.t("Checking on the validation rows...")
        : l10n.t("{0}: {1} of {2}", toldSentence(progress.label, l10n), progress.done, progress.total);
    setText(this.#label, words);
    const share = progress === null || progress.total === 0 ? undefined : progress.done / progress.total;
    setAttributes(this.#bar, {
      "aria-label": l10n.t("Check on the validation rows"),
      "aria-valuenow": share === undefined ? undefined : Math.round(share * 100),
      "aria-valuetext": words,
      "data-unknown": share === undefined,
    });
    this.#fill.style.width = share === undefined ? "" : `${share * 100}%`;
    this.#stop.refusal = stopping ? l10n.t("Stopping...") : undefined;
  }
}

function resultOf(check: TweakCheck, value: VariableValue): HTMLElement[] {
  switch (check.kind) {
    case "none":
    case "busy":
      return [];
    case "stopped":
      return [element("p", { class: "quiet" }, l10n.t("The check was stopped."))];
    case "failed":
      return [element("p", { class: "problem" }, visibleText(check.message))];
    case "done":
      return [
        ...(isSame(check.value, value)
          ? []
          : [element("p", { class: "quiet" }, l10n.t("This was another value; yours has been edited since."))]),
        verdict(check.output),
      ];
  }
}

function verdict({ accepted, reason, before, after, systemRuns }: TrialOutputOf<"check">): HTMLElement {
  const mean = (scores: readonly number[]) => scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const [from, to] = [mean(before), mean(after)];
  const wins = after.filter((score, row) => score > (before[row] ?? 0)).length;
  const losses = after.filter((score, row) => score < (before[row] ?? 0)).length;
  return element(
    "div",
    { class: `verdict ${accepted ? "accepted" : "rejected"}` },
    element(
      "p",
      {},
      element("span", { class: "sign", "aria-hidden": "true" }, accepted ? "✓" : "✗"),
      element(
        "strong",
        {},
        accepted ? l10n.t("A run would accept this value.") : l10n.t("A run would not accept this value."),
      ),
    ),
    element(
      "p",
      { class: "figures" },
      plural(
        l10n,
        "Mean reward {0} → {1} ({2}) on {3, plural, one {# row} other {# rows}}: {4} better, {5} worse.",
        rewardText(from),
        rewardText(to),
        changeText(to - from),
        before.length,
        countText(wins),
        countText(losses),
      ),
    ),
    element(
      "p",
      { class: "quiet" },
      `${toldSentence(reason, l10n)}. ${plural(l10n, "It took {0, plural, one {# system run} other {# system runs}}.", systemRuns)}`,
    ),
  );
}
