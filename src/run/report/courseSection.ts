import { reportPalette } from "../charts/palette.ts";
import { rewardCurveChart } from "../charts/rewardCurveChart.ts";
import { systemChart } from "../charts/systemChart.ts";
import type { Overview } from "../panel/overviewModel.ts";
import { evenly, extremes } from "../thinning.ts";
import type { RewardCurve } from "../views/rewardCurve.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";

/** Points of the curve, and updates on it: each is a shape in the page. */
const [MOST_POINTS, MOST_STEPS] = [400, 200];

/** The global reward over the iterations, and the system with what is known of each component. */
export function courseSection({ curve, system }: Overview): Html | null {
  const reward = curve.points.length < 2 ? null : rewardCurveChart(drawnCurve(curve), reportPalette);
  return html`<section>
${figure(reward, {
  name: "reward",
  title: "Reward over iterations",
  caption:
    "The line is the mean validation reward of the configuration in force. Dots are accepted updates, named by component along the upper edge where there is room; rings are rejected ones at the score that they reached; where one was given up after part of the rows, at the incumbent's score and the difference on those.",
})}
${figure(systemChart(system, reportPalette), { name: "system", title: "System" })}
</section>`;
}

function drawnCurve({ points, steps, budgetRuns }: RewardCurve): RewardCurve {
  const accepted = evenly(
    steps.filter((step) => step.accepted),
    MOST_STEPS / 2,
  );
  const rejected = evenly(
    steps.filter((step) => !step.accepted),
    MOST_STEPS - accepted.length,
  );
  return {
    points: extremes(points, MOST_POINTS, [({ mean }) => mean]),
    steps: [...accepted, ...rejected].sort((a, b) => a.iteration - b.iteration),
    budgetRuns,
  };
}
