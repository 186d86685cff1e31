import { candidatesChart } from "../charts/candidatesChart.ts";
import type { Chart } from "../charts/chart.ts";
import { importanceChart } from "../charts/importanceChart.ts";
import { localGlobalChart } from "../charts/localGlobalChart.ts";
import { modelChoiceChart, modelsChart } from "../charts/modelsChart.ts";
import { optionCurveChart } from "../charts/optionCurveChart.ts";
import { optionGridChart } from "../charts/optionGridChart.ts";
import { optionLinesChart } from "../charts/optionLinesChart.ts";
import { reportPalette as palette } from "../charts/palette.ts";
import type { CandidatePair, CandidatePoint, ChosenLandscape } from "../panel/landscapeShown.ts";
import { evenly, extremes } from "../thinning.ts";
import { briefLine } from "../views/briefLine.ts";
import { counted, countText } from "../views/numberFormat.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";

/** Points of a picture and lines of one: each is a shape in the page. */
const [MOST_POINTS, MOST_LINES] = [400, 200];

/**
 * Local and global reward over what was tried in each component.
 * @param components of the run that have a variable: those without pictures are said to be left out
 */
export function landscapeSection(landscapes: readonly ChosenLandscape[]): Html | null {
  if (landscapes.length === 0) return null;
  return html`<section>
<h2>Landscape</h2>
<p class="quiet">Local and global reward over the values that were tried in each component. The global reward of a value is its mean at the validation gate, or over the rows that a search ran the system on.</p>
${landscapes.map((landscape, index) => landscapeOf(landscape, `landscape${index}`))}</section>`;
}

function landscapeOf(landscape: ChosenLandscape, name: string): Html {
  const { candidates, pairs, values, options, models, choice } = landscape;
  const shown = {
    ...landscape,
    candidates: thinned(candidates, [({ local }) => local, ({ global }) => global]),
    pairs: thinned(pairs, [({ local }) => local, ({ global }) => global]),
  };
  const draw = (chart: Chart | null, key: string, title: string) => figure(chart, { name: `${name}${key}`, title });
  return html`<div class="landscape"><h3>${briefLine(landscape.name)}</h3>
<p class="quiet">${counted(values, "different value")}, scored ${counted(landscape.scored, "time")}.${
    shown.candidates.length < values
      ? ` The pictures show ${countText(shown.candidates.length)} of them, the best and the worst included.`
      : ""
  }</p>
${
  options === null
    ? null
    : html`${draw(optionCurveChart(options.curve, palette), "curve", "Local and global reward over one option")}
${draw(options.grid && optionGridChart(options.grid, palette), "grid", "Reward over two options")}
${draw(
  options.lines && optionLinesChart({ ...options.lines, lines: evenly(options.lines.lines, MOST_LINES) }, palette),
  "lines",
  "Reward over all options",
)}
${options.keys.length > 1 ? draw(importanceChart(options.importance, palette), "importance", "Importance of each option") : null}`
}${
  landscape.kind === "model"
    ? html`${draw(modelsChart(models.slice(0, MOST_POINTS), palette), "models", "Reward of each model")}
${draw(choice && modelChoiceChart(choice, palette), "choice", "Models chosen for each input")}`
    : null
}
${draw(localGlobalChart(shown, palette), "pairs", "Local against global reward")}
${draw(candidatesChart(shown, palette), "candidates", "Candidates over the iterations")}
</div>
`;
}

/** What was put to the gate and what is in force always stays. */
function thinned<T extends CandidatePoint | CandidatePair>(
  points: readonly T[],
  measures: readonly ((point: T) => number | null)[],
): readonly T[] {
  if (points.length <= MOST_POINTS) return points;
  const marked = evenly(
    points.filter(({ mark }) => mark !== null),
    MOST_POINTS / 2,
  );
  const others = extremes(
    points.filter(({ mark }) => mark === null),
    MOST_POINTS - marked.length,
    measures,
  );
  const kept = new Set<T>([...marked, ...others]);
  return points.filter((point) => kept.has(point));
}
