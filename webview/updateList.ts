import { plural } from "../src/run/l10n.ts";
import type { RunOutput, UpdateOutput } from "../src/run/runOutput.ts";
import { changeText, countText, rewardText } from "../src/run/views/numberFormat.ts";
import { toldSentence } from "../src/run/views/runSentences.ts";
import { decisionWords } from "../src/run/views/runWords.ts";
import { element, setText } from "./element.ts";
import { fold } from "./fold.ts";
import type { Unfolded } from "./unfolded.ts";
import { l10n } from "./words.ts";

/** Signs that tell decisions apart without colour; the word always stands beside them. */
const signs = { accepted: "✓", rejected: "✗", unchanged: "–" } as const;

/** The updates of a run, newest first. Rows stay in place while new ones come, so that what is read does not move away. */
export class UpdateList {
  readonly root: HTMLElement;
  readonly #heading = element("h3");
  readonly #hint = element("p", { class: "quiet" });
  readonly #list = element("ol", { reversed: true, class: "updates" });
  readonly #rows = new Map<string, HTMLElement>();
  readonly #unfolded: Unfolded;

  constructor(unfolded: Unfolded) {
    this.#unfolded = unfolded;
    this.root = element("section", { "aria-label": l10n.t("Updates") }, this.#heading, this.#hint, this.#list);
  }

  show({ runId, updates }: RunOutput): void {
    const { accepted, rejected, unchanged, last } = updates;
    const total = accepted + rejected + unchanged;
    this.root.hidden = total === 0;
    const decided = [accepted, rejected, unchanged].map(countText);
    setText(
      this.#heading,
      plural(
        l10n,
        "{0, plural, one {# update} other {# updates}}: {1} accepted, {2} rejected, {3} without a better candidate",
        total,
        ...decided,
      ),
    );
    this.#hint.hidden = last.length >= total;
    setText(this.#hint, l10n.t("The last {0} are listed; the report has all.", countText(last.length)));
    const names = new Set(last.map(nameOf));
    for (const [name, row] of this.#rows) {
      if (names.has(name)) continue;
      row.remove();
      this.#rows.delete(name);
    }
    for (const update of last) {
      const name = nameOf(update);
      if (this.#rows.has(name)) continue;
      const row = updateRow(update, `${runId} ${name}`, this.#unfolded);
      this.#rows.set(name, row);
      const older = last.findLast((other) => other.iteration < update.iteration && this.#rows.has(nameOf(other)));
      this.#list.insertBefore(row, older === undefined ? null : (this.#rows.get(nameOf(older)) ?? null));
    }
  }
}

/** Tells updates apart; a resumed run may do an iteration again with another outcome. */
function nameOf({ iteration, component, decision, validation }: UpdateOutput): string {
  return `${iteration} ${component} ${decision} ${validation?.after ?? ""}`;
}

function updateRow(update: UpdateOutput, name: string, unfolded: Unfolded): HTMLElement {
  const { iteration, component, decision, validation } = update;
  const reward =
    validation === null
      ? []
      : [
          element(
            "span",
            { class: "reward" },
            `${rewardText(validation.before)} → ${rewardText(validation.after)} (${changeText(validation.after - validation.before)})`,
          ),
        ];
  const heading = [
    element(
      "span",
      { class: `decision ${decision}` },
      element("span", { "aria-hidden": "true" }, signs[decision]),
      ` ${decisionWords(decision, l10n)}`,
    ),
    element("span", { class: "iteration" }, l10n.t("iteration {0}", iteration)),
    element("span", { class: "component" }, component),
    ...reward,
  ];
  return element(
    "li",
    { value: iteration },
    fold(heading, name, unfolded, () => updateDetails(update)),
  );
}

function updateDetails({ reason, scorer, validation, diff, shortened, decision }: UpdateOutput): HTMLElement {
  const sentences = [
    sentence(toldSentence(reason, l10n)),
    scoredBy(scorer),
    ...(validation === null ? [] : [measuredOn(validation.n)]),
  ];
  return element(
    "div",
    { class: "details" },
    element("p", {}, sentences.join(" ").trim()),
    ...(diff.length === 0
      ? [
          element(
            "p",
            { class: "quiet" },
            decision === "unchanged" ? l10n.t("The value stays as it is.") : l10n.t("No difference."),
          ),
        ]
      : [diffBlock(diff, decision)]),
    ...(shortened
      ? [element("p", { class: "quiet" }, l10n.t("Long passages are shortened here (…); the report has them whole."))]
      : []),
  );
}

function scoredBy(scorer: UpdateOutput["scorer"]): string {
  switch (scorer) {
    case "local":
      return l10n.t("Candidates were scored by the local reward.");
    case "global":
      return l10n.t("Candidates were scored by the global reward.");
    case "random":
      return l10n.t("Candidates were scored by the random reward.");
  }
}

function measuredOn(rows: number): string {
  return plural(l10n, "Measured on {0, plural, one {# validation row} other {# validation rows}}.", rows);
}

/** Removed words are struck out and added ones underlined, so that colour adds to the meaning and does not carry it. */
function diffBlock(diff: UpdateOutput["diff"], decision: UpdateOutput["decision"]): HTMLElement {
  const label = decision === "accepted" ? l10n.t("What changed") : l10n.t("What would have changed");
  return element(
    "figure",
    { class: "diff", "aria-label": label },
    element("figcaption", { class: "quiet" }, label),
    element(
      "pre",
      { tabindex: "0" },
      ...diff.map(({ kind, text }) => (kind === "same" ? text : element(kind === "removed" ? "del" : "ins", {}, text))),
    ),
  );
}

function sentence(text: string): string {
  const trimmed = text.trim().replace(/[.\s]*$/, "");
  return trimmed === "" ? "" : `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}
