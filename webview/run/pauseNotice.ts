import type { RunPause } from "../../src/run/runPause.ts";
import { pauseFigures, pauseRemedy, pauseSince, pauseTitle } from "../../src/run/views/pauseWords.ts";
import { element, setText } from "../element.ts";
import { l10n, pageLanguage } from "../words.ts";

/** Why nothing of a run goes on, since when, and what to do: above all pages, as long as it is so. */
export class PauseNotice {
  readonly #title = element("strong");
  readonly #facts = element("p");
  readonly #remedy = element("p");
  // Told once when it begins, and not with each change of its figures.
  readonly root = element(
    "section",
    { class: "notice pause", role: "alert", "aria-atomic": "false" },
    this.#title,
    this.#facts,
    this.#remedy,
  );

  constructor() {
    this.root.hidden = true;
  }

  /** @param pause undefined while the run goes on */
  show(pause: RunPause | undefined): void {
    this.root.hidden = pause === undefined;
    if (pause === undefined) {
      for (const part of [this.#title, this.#facts, this.#remedy]) setText(part, "");
      return;
    }
    const since = pauseSince(pause, Date.now(), pageLanguage(), l10n);
    const facts = [`${since.charAt(0).toUpperCase()}${since.slice(1)}`, pauseFigures(pause, l10n)];
    setText(this.#title, pauseTitle(pause, l10n));
    setText(this.#facts, facts.filter((fact) => fact !== "").join(" · "));
    setText(this.#remedy, pauseRemedy(pause, l10n));
  }
}
