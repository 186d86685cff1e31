import type { TrialOutputOf } from "../../src/run/trialOutput.ts";
import type { TweakTrial } from "../../src/run/tweakMessage.ts";
import { changeText, rewardText } from "../../src/run/views/numberFormat.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { busySign } from "./busySign.ts";
import { fieldText } from "./fieldList.ts";

export type Tried = TrialOutputOf<"value">["tried"][number];

/** What the value at hand gives for the row, beside what the value in force gives. */
export class TrialView {
  readonly root: HTMLElement;
  readonly #state = element("p", { class: "state" });
  readonly #words = element("span");
  readonly #busy = busySign();
  readonly #stop: Button;
  readonly #content = element("div");
  #shown: TrialOutputOf<"value"> | undefined;

  constructor(onStop: () => void) {
    this.#stop = new Button(l10n.t("Stop"), onStop);
    this.#state.append(this.#busy, this.#words, this.#stop.root);
    this.root = element(
      "section",
      { class: "trial", "aria-label": l10n.t("Output") },
      element("h2", {}, l10n.t("Output")),
      this.#state,
      this.#content,
    );
  }

  /**
   * @param waiting what stands in the way of a trial, in words; undefined where nothing does
   * @param fresh whether the trial is of the value and the row at hand
   */
  show(trial: TweakTrial, waiting: string | undefined, fresh: boolean): void {
    const busy = trial.kind === "busy";
    this.#busy.hidden = !busy;
    this.#stop.hidden = !busy;
    this.root.setAttribute("aria-busy", String(busy));
    const words = busy ? l10n.t("Running the component on this row...") : (waiting ?? "");
    setText(this.#words, words);
    this.#state.hidden = words === "";
    if (trial.kind === "done") this.#showOutput(trial.output);
    else if (trial.kind === "failed") this.#showFailure(trial.message);
    else if (trial.kind === "none") this.#showNothing();
    // What was shown before stays until the next output is there, and looks like it.
    this.#content.classList.toggle("stale", busy || !fresh);
  }

  #showNothing(): void {
    this.#shown = undefined;
    this.#content.replaceChildren();
  }

  #showOutput(output: TrialOutputOf<"value">): void {
    if (output === this.#shown) return;
    this.#shown = output;
    const asked = output.tried.find(({ role }) => role === "asked");
    const inForce = output.tried.find(({ role }) => role === "current");
    if (asked === undefined) return;
    this.#content.replaceChildren(...rewardLine(asked, inForce), outputs(asked, inForce));
  }

  #showFailure(message: string): void {
    this.#shown = undefined;
    this.#content.replaceChildren(element("p", { class: "problem" }, visibleText(message)));
  }
}

/** The local reward of an output, where there is one. */
function rewardLine({ localReward }: Tried, inForce: Tried | undefined): HTMLElement[] {
  if (localReward === null) return [];
  const before = inForce?.localReward ?? null;
  const words =
    before === null
      ? l10n.t("Local reward {0}", rewardText(localReward))
      : l10n.t(
          "Local reward {0}, in force {1} ({2})",
          rewardText(localReward),
          rewardText(before),
          changeText(localReward - before),
        );
  return [element("p", { class: "reward" }, words)];
}

/** The fields of both outputs side by side; of one alone where the value at hand is the one in force. */
function outputs(asked: Tried, inForce: Tried | undefined): HTMLElement {
  if (inForce === undefined) return column(l10n.t("Value in force"), asked);
  return element(
    "div",
    { class: "columns" },
    column(l10n.t("Your value"), asked),
    column(isSameOutput(asked, inForce) ? l10n.t("Value in force: the same") : l10n.t("Value in force"), inForce),
  );
}

function column(title: string, { output, failure }: Tried): HTMLElement {
  const fields = Object.entries(output ?? {}).flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, fieldText(`${title}, ${name}`, value)),
  ]);
  return element(
    "div",
    { class: "column" },
    element("h3", {}, title),
    ...(failure === null ? [] : [element("p", { class: "problem" }, l10n.t("It failed: {0}", visibleText(failure)))]),
    element("dl", { class: "fields" }, ...fields),
  );
}

export function isSameOutput(a: Tried, b: Tried): boolean {
  return JSON.stringify([a.output, a.failure]) === JSON.stringify([b.output, b.failure]);
}
