import { agreementChart } from "../charts/agreementChart.ts";
import { landscapeChart } from "../charts/landscapeChart.ts";
import { reportPalette } from "../charts/palette.ts";
import { rankCorrelation } from "../statistics.ts";
import { type LandscapeView, localGlobalChanges } from "../views/findings.ts";
import { counted, countText, rewardText } from "../views/numberFormat.ts";
import type { RunView } from "../views/runView.ts";
import { landscapeValueText } from "../views/valueText.ts";
import { visibleLine } from "../views/visibleText.ts";
import { type Html, html } from "./html.ts";
import { picture } from "./picture.ts";
import { reportTable } from "./table.ts";

/** Below so many updates a correlation says nothing. */
const FEW_UPDATES = 5;

/** Alignment of the local rewards, and how they moved together with the global one. */
export function localRewardSection(view: RunView): Html | null {
  const rows = view.components.flatMap(({ name, localReward, pairs }) =>
    localReward === null
      ? []
      : [
          [
            name,
            rewardText(localReward.alignment),
            countText(localReward.heldOut),
            countText(localReward.pairs),
            rewardText(pairs?.averageGap),
            localReward.trusted ? "its local reward" : `the global reward: ${visibleLine(localReward.reason)}`,
          ],
        ],
  );
  if (rows.length === 0) return null;
  return html`<section>
<h2>Local rewards</h2>
${reportTable(
  "Alignment is the share of held-out preference pairs that a local reward orders rightly; 0.5 is chance. Gap is the mean difference of global reward within a pair.",
  [
    { title: "component" },
    { title: "alignment", number: true },
    { title: "held-out pairs", number: true },
    { title: "pairs", number: true },
    { title: "gap", number: true },
    { title: "optimized on" },
  ],
  rows,
)}
${agreement(view)}
</section>`;
}

function agreement(view: RunView): Html | null {
  const charts = view.components.flatMap(({ name }, index) => {
    const chart = agreementChart(view, name, reportPalette);
    return chart === null ? [] : [html`<figure><h3>${name}</h3>${picture(chart, `agreement${index}`)}</figure>`];
  });
  if (charts.length === 0) return null;
  const { local, global } = localGlobalChanges(view);
  const rank = local.length < FEW_UPDATES ? undefined : rankCorrelation(local, global);
  return html`<h3>Local against global reward</h3>
<p class="quiet">Each stroke is one update put to the validation gate, from the value before it (small dot) to the value it tried, numbered by iteration: filled when accepted, hollow when rejected. Where the local reward points the right way, strokes that go right also go up.${
    rank === undefined
      ? null
      : ` Over ${counted(local.length, "update")} the rank correlation of the two changes is ${rewardText(rank)}.`
  }</p>
<div class="pair">${charts}</div>`;
}

/** Local and global reward over the values of a variable. */
export function landscapeSection(landscapes: readonly LandscapeView[]): Html | null {
  if (landscapes.length === 0) return null;
  return html`<section>
<h2>Landscape</h2>
${landscapes.map((landscape, index) => {
  const name = `${landscape.component}.${landscape.key}`;
  return html`<h3>${name}</h3>
<figure class="scroll">${picture(landscapeChart(landscape, reportPalette), `landscape${index}`)}</figure>
${reportTable(
  `Mean rewards over the values of ${name}.`,
  [
    { title: "value" },
    { title: "local reward", number: true },
    { title: "global reward", number: true },
    { title: "inputs", number: true },
    { title: "" },
  ],
  landscape.points.map((point) => [
    landscapeValueText(point),
    rewardText(point.local),
    rewardText(point.global),
    countText(point.inputs),
    point.current ? "current" : "",
  ]),
)}`;
})}</section>`;
}
