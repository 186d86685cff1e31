import { alignmentChart } from "../charts/alignmentChart.ts";
import { reportPalette } from "../charts/palette.ts";
import type { AlignmentShown } from "../panel/alignmentShown.ts";
import { learnedOn } from "../views/backboneWords.ts";
import { briefLine } from "../views/briefLine.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import type { RunView } from "../views/runView.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { reportTable } from "./table.ts";

const LONGEST_REASON = 500;

/** Alignment of the local rewards, and how it went over the iterations. */
export function localRewardSection(view: RunView, alignment: AlignmentShown): Html | null {
  const rows = view.components.flatMap(({ name, localReward, pairs }) =>
    localReward === null
      ? []
      : [
          [
            briefLine(name),
            rewardText(localReward.alignment),
            countText(localReward.heldOut),
            countText(localReward.pairs),
            rewardText(pairs?.averageGap),
            localReward.trusted
              ? "its local reward"
              : `the global reward: ${briefLine(localReward.reason, LONGEST_REASON)}`,
          ],
        ],
  );
  if (rows.length === 0) return null;
  const backbone = learnedOn(view);
  return html`<section>
<h2>Local rewards</h2>
${backbone === undefined ? null : html`<p class="quiet">${briefLine(backbone)}</p>`}
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
${figure(alignmentChart(alignment, "iterations", reportPalette), {
  name: "alignment",
  title: "Alignment over the iterations",
})}
</section>`;
}
