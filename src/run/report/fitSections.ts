import { calibrationChart } from "../charts/calibrationChart.ts";
import { effectsChart } from "../charts/effectsChart.ts";
import { lossChart } from "../charts/lossChart.ts";
import { reportPalette } from "../charts/palette.ts";
import type { ChosenFit } from "../panel/alignmentShown.ts";
import { briefLine } from "../views/briefLine.ts";
import { counted, countText, rewardText } from "../views/numberFormat.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";

/** The last fit of each local reward in depth: its losses, how certain it is, what it prefers. */
export function fitsSection(fits: readonly ChosenFit[]): Html | null {
  const told = fits.filter(({ insight }) => insight !== null);
  if (told.length === 0) return null;
  return html`<section>
<h2>What the local rewards look at</h2>
<p class="quiet">The last fit of each. Losses and predictions are of pairs that the weights in question had not seen; good outputs were changed on purpose to see what the local reward follows.</p>
${told.map((fit, index) => fitPart(fit, index))}</section>`;
}

function fitPart(fit: ChosenFit, index: number): Html {
  const { component, iteration, losses, insight, alignment, low, high } = fit;
  const interval = low === null || high === null ? "" : ` (95 % interval ${rewardText(low)} to ${rewardText(high)})`;
  const facts = [
    iteration === 0 ? "before the first iteration" : `iteration ${countText(iteration)}`,
    `alignment ${rewardText(alignment)}${interval} on ${counted(fit.heldOut, "held-out pair")}`,
    ...(insight === null
      ? []
      : [`from ${counted(insight.examples, "example")}, ${countText(insight.wrong)} ordered wrongly`]),
  ].join(" · ");
  return html`<h3>${briefLine(component)}</h3>
<p class="quiet">${facts}</p>
<div class="pair">
${figure(lossChart(losses, reportPalette), { name: `losses${index}`, title: "Loss of the fit" })}
${
  insight === null
    ? null
    : figure(calibrationChart(insight, reportPalette), {
        name: `calibration${index}`,
        title: "How certain it is, and how often right",
      })
}
</div>
${
  insight === null
    ? null
    : figure(effectsChart(insight.effects, reportPalette), { name: `effects${index}`, title: "What it prefers" })
}
`;
}
