import type { VariableValue } from "../../system/variable.ts";
import { reportPalette } from "../charts/palette.ts";
import { winsChart } from "../charts/winsChart.ts";
import { shownDiff } from "../panel/shownDiff.ts";
import { briefLine, briefText } from "../views/briefLine.ts";
import { counted, differenceText, gateRows, rewardText } from "../views/numberFormat.ts";
import type { ComponentView } from "../views/runView.ts";
import { scorerWords } from "../views/runWords.ts";
import { valueText } from "../views/valueText.ts";
import type { DiffPart } from "../views/wordDiff.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { leftOut } from "./leftOut.ts";
import type { ReportUpdates, ToldUpdate } from "./reportData.ts";

/** Characters of a diff that are written. */
const LONGEST_DIFF = 20_000;
/** What comparing values takes grows with the square of their length: of thousands of characters, all updates together. */
const MOST_COMPARED = 4000;
/** Points of one picture. */
const MOST_POINTS = 400;
const LONGEST_REASON = 1000;
const LONGEST_DESCRIPTION = 1000;
const MOST_CHANGED = 60;

/** What the run changed in the end, per component. */
export function changesSection(changed: readonly ComponentView[]): Html | null {
  if (changed.length === 0) return null;
  return html`<section>
<h2>What changed</h2>
${changed.slice(0, MOST_CHANGED).map(({ name, description, initial, value }) => {
  const { parts, shortened } = shownDiff(initial, value);
  return html`<div class="change"><h3>${briefLine(name)}</h3>
<p class="quiet">${briefText(description, LONGEST_DESCRIPTION)}</p>
${diff(parts, shortened, LONGEST_DIFF)}</div>
`;
})}${leftOut(changed.length, MOST_CHANGED, "components that changed")}</section>`;
}

/** Every update in order, with what it tried and why it was kept or not. */
export function updatesSection({ told, total }: ReportUpdates): Html | null {
  if (told.length === 0) return null;
  let room = MOST_COMPARED;
  return html`<section>
<h2>Every update</h2>
${leftOut(total, told.length, "updates, accepted ones last")}${told.map((one) => {
  const { decision, iteration, component, reason, before, after } = one.update;
  const isCompared = decision !== "unchanged" && room > 0;
  if (isCompared) room -= ((valueText(before).length + valueText(after).length) / 1000) ** 2;
  return html`<article class="update ${decision}">
<h3>${iteration}. ${briefLine(component)}<span class="tag">${decision}</span></h3>
<p>${scores(one)}</p>
<p class="quiet">${briefLine(reason, LONGEST_REASON)}</p>
${decision === "unchanged" ? null : isCompared ? compared(before, after) : TOO_MUCH}
${rowByRow(one.points, `update${iteration}`)}</article>
`;
})}</section>`;
}

const TOO_MUCH = html`<p class="quiet">What it changed is left out: the values of all updates are too long together.</p>`;

function compared(before: VariableValue, after: VariableValue): Html {
  const { parts, shortened } = shownDiff(before, after);
  return diff(parts, shortened, LONGEST_DIFF);
}

function rowByRow(points: ToldUpdate["points"], name: string): Html | null {
  if (points === null || points.length === 0 || points.length > MOST_POINTS) return null;
  return html`<details class="small"><summary>Scores row by row</summary>${figure(winsChart(points, reportPalette), { name, title: "" })}</details>`;
}

function scores({ update, entry: { scores: gate, cost } }: ToldUpdate): string {
  const { scorer, rewardBefore, rewardAfter } = update;
  const word = scorerWords[scorer];
  const local = `${word.charAt(0).toUpperCase()}${word.slice(1)} ${rewardText(rewardBefore)} → ${rewardText(rewardAfter)}`;
  const spent = counted(cost, "system run");
  if (gate === null) return `${local}. ${spent}.`;
  const change = differenceText({ ...gate, mean: gate.change });
  return `${local}; validation ${rewardText(gate.before)} → ${rewardText(gate.after)} on ${gateRows(gate)}: ${gate.wins} better, ${gate.losses} worse, ${gate.ties} equal; difference ${change}, 95 % interval. ${spent}.`;
}

/** @param most characters of it that are written */
function diff(parts: readonly DiffPart[], shortened: boolean, most: number): Html {
  let room = most;
  const kept = parts.flatMap(({ kind, text }) => {
    const cut = room < text.length ? text.slice(0, Math.max(0, room)).replace(/[\ud800-\udbff]$/, "") : text;
    room -= text.length;
    return cut === "" ? [] : [{ kind, text: cut }];
  });
  const isCut = shortened || room < 0;
  return html`<div class="diff">${kept.map(({ kind, text }, index) => {
    if (kind === "same") return text;
    if (kind === "removed") return html`<del>${text}</del>`;
    // A word put right behind the one it replaces needs a little air, a new line does not.
    const previous = kept[index - 1];
    const beside = previous?.kind === "removed" && !/\s$/.test(previous.text);
    return beside ? html`<ins class="beside">${text}</ins>` : html`<ins>${text}</ins>`;
  })}</div>${isCut ? html`<p class="quiet">The text is longer; the log of the run has all of it.</p>` : null}`;
}
