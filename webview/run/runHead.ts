import { plural } from "../../src/run/l10n.ts";
import type { Head } from "../../src/run/panel/headModel.ts";
import { countText, runsText } from "../../src/run/views/numberFormat.ts";
import { savedStartWords, statusWords } from "../../src/run/views/runWords.ts";
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
  readonly #resume: Button;

  /** @param name of the run, until more of it is known */
  constructor(
    name: string,
    on: { readonly report: () => void; readonly export: () => void; readonly resume: () => void },
  ) {
    const report = new Button(l10n.t("Open Report"), on.report);
    const save = new Button(l10n.t("Export as HTML..."), on.export);
    this.#resume = new Button(l10n.t("Resume"), on.resume);
    this.#resume.root.hidden = true;
    setText(this.#title, visibleLine(name));
    this.root = element(
      "header",
      {},
      element(
        "div",
        { class: "line" },
        this.#title,
        this.#status,
        this.#simulated,
        this.#resume.root,
        report.root,
        save.root,
      ),
      this.#facts,
    );
    this.#simulated.hidden = true;
  }

  /**
   * @param live whether a process works on the run
   * @param paused nothing of it goes on for now
   */
  show(head: Head, live: boolean, paused = false): void {
    setText(this.#title, visibleLine(head.system));
    setText(this.#status, runStatusWords(head, live, paused));
    // A notebook holds its runs as long as its kernel lives, ended ones, too.
    setAttributes(this.#status, { "data-live": live && isUnderWay(head) && !paused });
    this.#resume.root.hidden = live || head.status.state === "finished";
    setText(this.#simulated, l10n.t("simulated model"));
    this.#simulated.hidden = !head.simulated;
    const { iteration, iterations, systemRuns, budgetRuns, runId, model } = head;
    const facts = [
      iterations > 0 &&
        plural(l10n, "{0} of {1, plural, one {# iteration} other {# iterations}}", countText(iteration), iterations),
      budgetRuns === null
        ? plural(l10n, "{0, plural, one {# system run} other {# system runs}}", systemRuns)
        : plural(
            l10n,
            "{0} of {1, plural, one {# system run} other {# system runs}}",
            runsText(systemRuns),
            budgetRuns,
          ),
      l10n.t("Model: {0}", visibleLine(model)),
      head.saved !== null && savedStartWords(head.saved, l10n),
      visibleLine(runId),
    ];
    setText(this.#facts, facts.filter((fact) => fact !== false).join(" · "));
  }
}

/** How a run stands, in words. */
export function runStatusWords({ status }: Head, live: boolean, paused = false): string {
  if (live && paused) return l10n.t("paused");
  // The log of a killed run ends as if it were still under way.
  const isGone = isUnderWay({ status }) && !live;
  return statusWords(isGone ? { state: "interrupted", reason: l10n.t("its process is gone") } : status, l10n);
}

function isUnderWay({ status }: Pick<Head, "status">): boolean {
  return status.state === "running" || status.state === "waiting";
}
