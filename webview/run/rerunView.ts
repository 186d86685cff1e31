import { plural } from "../../src/run/l10n.ts";
import type { Rerun, RerunOf } from "../../src/run/panel/rerun.ts";
import { changeText, countText, rewardText } from "../../src/run/views/numberFormat.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import { element, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import type { CellHost } from "./cellHost.ts";
import { secondsText } from "./trajectoryView.ts";

/** What a cell is run again with. */
export interface Rerunnable {
  readonly of: RerunOf;
  readonly reward: number;
  readonly model: string;
  readonly simulated: boolean;
  /** A component's model is chosen per input, so that each of its models is asked. */
  readonly isMore: boolean;
}

/** Runs a row again: what that costs, how far it is, and how it came off. */
export class RerunView {
  readonly root: HTMLElement;
  readonly #cells: CellHost;
  readonly #run: Button;
  readonly #stop: Button;
  readonly #trust: Button;
  readonly #log: Button;
  readonly #cost = element("p", { class: "quiet" });
  readonly #state = element("p", { role: "status" });
  #cell: Rerunnable | undefined;

  constructor(cells: CellHost) {
    this.#cells = cells;
    this.#run = new Button(l10n.t("Run This Row Again"), () => {
      if (this.#cell !== undefined) cells.run(this.#cell.of);
    });
    this.#stop = new Button(l10n.t("Stop"), () => cells.stop());
    this.#trust = new Button(l10n.t("Manage Workspace Trust"), () => cells.manageTrust());
    this.#log = new Button(l10n.t("Show Log"), () => cells.showLog());
    const buttons = [this.#run, this.#stop, this.#trust, this.#log].map(({ root }) => root);
    this.root = element(
      "div",
      { class: "rerun" },
      element("div", { class: "line" }, ...buttons),
      this.#cost,
      this.#state,
    );
  }

  show(cell: Rerunnable): void {
    this.#cell = cell;
    const { rerun } = this.#cells;
    const isOwn = rerun.kind !== "none" && isSame(rerun.of, cell.of);
    this.#run.refusal = this.#cells.isBusy ? l10n.t("A row is being run again. Wait for it, or stop it.") : undefined;
    this.#stop.hidden = !this.#cells.isBusy;
    this.#stop.label = rerun.kind === "stopping" ? l10n.t("Stop by Force") : l10n.t("Stop");
    this.#trust.hidden = !(isOwn && rerun.kind === "refused" && rerun.remedy === "trust");
    this.#log.hidden = !(isOwn && rerun.kind === "failed");
    setText(this.#cost, costWords(cell));
    const words = isOwn ? stateWords(rerun, cell) : this.#cells.isBusy ? l10n.t("Another row is being run again.") : "";
    setText(this.#state, words);
    this.#state.hidden = words === "";
    this.root.setAttribute("aria-busy", String(isOwn && this.#cells.isBusy));
  }
}

export function isSame(a: RerunOf, b: RerunOf): boolean {
  return a.exampleId === b.exampleId && a.iteration === b.iteration;
}

function costWords({ model, simulated, isMore }: Rerunnable): string {
  const shown = simulated ? l10n.t("simulated model") : model;
  return isMore
    ? l10n.t(
        "Costs more than one system run ({0}): each model that is chosen among is asked. The run's budget stays as it is.",
        shown,
      )
    : l10n.t("Costs one system run ({0}). The run's budget stays as it is.", shown);
}

function stateWords(rerun: Rerun, cell: Rerunnable): string {
  switch (rerun.kind) {
    case "none":
      return "";
    case "refused":
    case "failed":
      return visibleText(rerun.message);
    case "opening":
      return l10n.t("Opening the experiment in a process of its own…");
    case "running":
      return plural(
        l10n,
        "Running the row: {0} of {1, plural, one {# component is} other {# components are}} done.",
        countText(rerun.done),
        rerun.total,
      );
    case "stopping":
      return l10n.t("Stopping…");
    case "stopped":
      return l10n.t("It was stopped. Nothing is kept of it.");
    case "done": {
      const { score, ms, failure } = rerun.result;
      const made = rerun.simulated ? l10n.t("simulated model") : rerun.model;
      return [
        l10n.t(
          "Run again: reward {0}, in the run {1} ({2}). It took {3} s with {4}.",
          rewardText(score),
          rewardText(cell.reward),
          changeText(score - cell.reward),
          secondsText(ms),
          made,
        ),
        ...(failure === null ? [] : [l10n.t("{0} failed: {1}", failure.at, failure.message)]),
        ...(rerun.rewardsProblem === null ? [] : [l10n.t("Without local rewards: {0}", rerun.rewardsProblem)]),
      ]
        .map(visibleText)
        .join("\n");
    }
  }
}
