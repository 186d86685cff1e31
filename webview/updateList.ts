import type { RunOutput, UpdateOutput } from "../src/run/runOutput.ts";
import { changeText, counted, countText, rewardText } from "../src/run/views/numberFormat.ts";
import { scorerWords } from "../src/run/views/runWords.ts";
import { element, setText } from "./element.ts";
import { fold } from "./fold.ts";
import type { Unfolded } from "./unfolded.ts";

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
    this.root = element("section", { "aria-label": "Updates" }, this.#heading, this.#hint, this.#list);
  }

  show({ runId, updates }: RunOutput): void {
    const { accepted, rejected, unchanged, last } = updates;
    const total = accepted + rejected + unchanged;
    this.root.hidden = total === 0;
    setText(
      this.#heading,
      `${counted(total, "update")}: ${countText(accepted)} accepted, ${countText(rejected)} rejected, ${countText(unchanged)} without a better candidate`,
    );
    this.#hint.hidden = last.length >= total;
    setText(this.#hint, `The last ${countText(last.length)} are listed; the report has all.`);
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
      ` ${decision}`,
    ),
    element("span", { class: "iteration" }, `iteration ${iteration}`),
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
  const rows = validation === null ? "" : ` Measured on ${counted(validation.n, "validation row")}.`;
  return element(
    "div",
    { class: "details" },
    element("p", {}, `${sentence(reason)} Candidates were scored by the ${scorerWords[scorer]}.${rows}`),
    ...(diff.length === 0
      ? [element("p", { class: "quiet" }, decision === "unchanged" ? "The value stays as it is." : "No difference.")]
      : [diffBlock(diff, decision)]),
    ...(shortened
      ? [element("p", { class: "quiet" }, "Long passages are shortened here (…); the report has them whole.")]
      : []),
  );
}

/** Removed words are struck out and added ones underlined, so that colour adds to the meaning and does not carry it. */
function diffBlock(diff: UpdateOutput["diff"], decision: UpdateOutput["decision"]): HTMLElement {
  const label = decision === "accepted" ? "What changed" : "What would have changed";
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
