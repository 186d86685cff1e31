import type { TweakStanding } from "../../src/run/tweakMessage.ts";
import { rewardText } from "../../src/run/views/numberFormat.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import type { OfferedComponent } from "./draft.ts";

/** Whether outputs have a local reward, how far it can be trusted, and how to get one where there is none. */
export class RewardNote {
  readonly root: HTMLElement;
  readonly #words = element("p", { class: "quiet" });
  readonly #problem = element("p", { class: "problem" });
  readonly #learn: Button;

  constructor(onLearn: () => void) {
    this.#learn = new Button(l10n.t("Learn Local Rewards"), onLearn);
    this.root = element("div", { class: "note" }, this.#words, this.#problem, this.#learn.root);
  }

  show({ rewarded, alignment }: OfferedComponent, { learning, rewardsProblem, phase }: TweakStanding): void {
    setText(this.#words, rewarded ? alignedWords(alignment) : missingWords(learning));
    this.#problem.hidden = rewardsProblem === null;
    setText(this.#problem, visibleText(rewardsProblem ?? ""));
    this.#learn.hidden = rewarded || learning || phase.kind !== "ready";
  }
}

function alignedWords(alignment: number | null): string {
  return alignment === null
    ? l10n.t("How well the local reward orders outputs was not measured: too few pairs were held out.")
    : l10n.t("The local reward ordered {0} of the held-out pairs as the global reward does.", rewardText(alignment));
}

function missingWords(learning: boolean): string {
  return learning
    ? l10n.t("A run is learning the local reward of this component. Its figures come as soon as it is done.")
    : l10n.t(
        "No local reward has been learned for this component yet, so outputs are shown without one. Learning it is a run of its own, in the background: it collects preferences on training rows and can be stopped.",
      );
}
