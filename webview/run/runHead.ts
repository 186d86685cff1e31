import type { Head } from "../../src/run/panel/headModel.ts";
import { countText, runsText } from "../../src/run/views/numberFormat.ts";
import { statusWords } from "../../src/run/views/runWords.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element, setAttributes, setText } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";

/** What stands above all pages: which run it is, and how it stands. */
export class RunHead {
  readonly root: HTMLElement;
  readonly #title = element("h1");
  readonly #status = element("span", { class: "status" });
  readonly #simulated = element("span", { class: "badge" });
  readonly #facts = element("p", { class: "quiet facts" });

  constructor(onReport: () => void, onExport: () => void) {
    const report = new Button(l10n.t("Open Report"), onReport);
    const save = new Button(l10n.t("Export as HTML..."), onExport);
    this.root = element(
      "header",
      {},
      element("div", { class: "line" }, this.#title, this.#status, this.#simulated, report.root, save.root),
      this.#facts,
    );
    this.#simulated.hidden = true;
  }

  /** @param live whether a process works on the run */
  show(head: Head, live: boolean): void {
    setText(this.#title, visibleLine(head.system));
    setText(this.#status, runStatusWords(head, live));
    setAttributes(this.#status, { "data-live": live });
    setText(this.#simulated, l10n.t("simulated model"));
    this.#simulated.hidden = !head.simulated;
    const { iteration, iterations, systemRuns, budgetRuns, runId, model } = head;
    const facts = [
      iterations > 0 && l10n.t("{0} of {1} iterations", countText(iteration), countText(iterations)),
      budgetRuns === null
        ? l10n.t("{0} system runs", runsText(systemRuns))
        : l10n.t("{0} of {1} system runs", runsText(systemRuns), runsText(budgetRuns)),
      l10n.t("Model: {0}", visibleLine(model)),
      visibleLine(runId),
    ];
    setText(this.#facts, facts.filter((fact) => fact !== false).join(" · "));
  }
}

/** How a run stands, in words. */
export function runStatusWords({ status }: Head, live: boolean): string {
  const isUnderWay = status.state === "running" || status.state === "waiting";
  return isUnderWay && !live ? l10n.t("its process is gone") : statusWords(status, l10n);
}
