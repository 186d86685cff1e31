import type { VariableValue } from "../../system/variable.ts";
import { gateRows, rewardText } from "../views/numberFormat.ts";
import type { ComponentView, UpdateView } from "../views/runView.ts";
import { scorerWords } from "../views/runWords.ts";
import { valueDiff } from "../views/wordDiff.ts";
import { type Html, html } from "./html.ts";

/** What the run changed in the end, per component. */
export function changesSection(changed: readonly ComponentView[]): Html | null {
  if (changed.length === 0) return null;
  return html`<section>
<h2>What changed</h2>
${changed.map(
  ({ name, description, initial, value }) => html`<div class="change"><h3>${name}</h3>
<p class="quiet">${description}</p>
${diff(initial, value)}</div>
`,
)}</section>`;
}

/** Every update in order, with what it tried and why it was kept or not. */
export function updatesSection(updates: readonly UpdateView[]): Html | null {
  if (updates.length === 0) return null;
  return html`<section>
<h2>Every update</h2>
${updates.map(
  (update) => html`<article class="update ${update.decision}">
<h3>${update.iteration}. ${update.component}<span class="tag">${update.decision}</span></h3>
<p>${scores(update)}</p>
<p class="quiet">${update.reason}</p>
${update.decision === "unchanged" ? null : diff(update.before, update.after)}
</article>
`,
)}</section>`;
}

function scores({ scorer, rewardBefore, rewardAfter, gate }: UpdateView): string {
  const word = scorerWords[scorer];
  const local = `${word.charAt(0).toUpperCase()}${word.slice(1)} ${rewardText(rewardBefore)} → ${rewardText(rewardAfter)}`;
  if (gate === null) return `${local}.`;
  return `${local}; validation ${rewardText(gate.before)} → ${rewardText(gate.after)} on ${gateRows(gate)}: ${gate.wins} better, ${gate.losses} worse, ${gate.ties} equal.`;
}

function diff(before: VariableValue, after: VariableValue): Html {
  const parts = valueDiff(before, after);
  return html`<div class="diff">${parts.map(({ kind, text }, index) => {
    if (kind === "same") return text;
    if (kind === "removed") return html`<del>${text}</del>`;
    // A word put right behind the one it replaces needs a little air, a new line does not.
    const previous = parts[index - 1];
    const beside = previous?.kind === "removed" && !/\s$/.test(previous.text);
    return beside ? html`<ins class="beside">${text}</ins>` : html`<ins>${text}</ins>`;
  })}</div>`;
}
