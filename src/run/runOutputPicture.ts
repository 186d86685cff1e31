import { type Html, html } from "./report/html.ts";
import type { RunOutput } from "./runOutput.ts";
import { type RunChart, runChart } from "./runOutputChart.ts";

/** Colours that hold on any page, because the picture brings its own white paper. */
const [PAPER, INK, QUIET, GRID, LINE, ACCEPTED, REJECTED] = [
  "#ffffff",
  "#1f2328",
  "#59636e",
  "#d1d9e0",
  "#0550ae",
  "#116329",
  "#a40e26",
];
const LEGEND = 26;

/**
 * Reward over iterations as a picture of its own; null before the first iteration. Its attributes stand in single quotes,
 * because a notebook's file would escape every double one.
 */
export function runPicture(output: RunOutput): string | null {
  const chart = runChart(output, { width: 640, height: 220 });
  if (chart === null) return null;
  const { width, height, plot } = chart;
  const all = height + LEGEND;
  const made = output.simulated ? ", simulated model" : "";
  return html`<svg xmlns='http://www.w3.org/2000/svg' width='${width}' height='${all}' viewBox='0 0 ${width} ${all}' role='img' font-family='system-ui, sans-serif' font-size='11'>
<title>${chart.summary}${output.simulated ? " Made with the simulated model." : ""}</title>
<rect width='${width}' height='${all}' fill='${PAPER}'/>
<text x='${plot.left}' y='17' fill='${INK}'>validation reward over iterations${made}</text>
${legend(width)}
<g transform='translate(0 ${LEGEND})'>
<g stroke='${GRID}'>${chart.yTicks.map(({ at }) => html`<path d='M${plot.left} ${at}H${plot.right}'/>`)}</g>
<g fill='${QUIET}' text-anchor='end'>${chart.yTicks.map(({ at, label }) => html`<text x='${plot.left - 6}' y='${at + 4}'>${label}</text>`)}</g>
<g fill='${QUIET}' text-anchor='middle'>${chart.xTicks.map(({ at, label }) => html`<text x='${at}' y='${plot.bottom + 16}'>${label}</text>`)}</g>
<path d='${chart.line}' fill='none' stroke='${LINE}' stroke-width='2'/>
${circles(chart, false, html`fill='${PAPER}' stroke='${REJECTED}'`)}
${circles(chart, true, html`fill='${ACCEPTED}' stroke='${PAPER}'`)}
</g></svg>`.markup;
}

function circles({ gates }: RunChart, accepted: boolean, paint: Html): Html {
  const drawn = gates.filter((gate) => gate.accepted === accepted);
  return html`<g ${paint}>${drawn.map(({ x, y }) => html`<circle cx='${x}' cy='${y}' r='${accepted ? 4 : 3}'/>`)}</g>`;
}

function legend(width: number): Html {
  const [accepted, rejected] = [width - 150, width - 72];
  return html`<g fill='${INK}'><circle cx='${accepted}' cy='13' r='4' fill='${ACCEPTED}'/><text x='${accepted + 9}' y='17'>accepted</text><circle cx='${rejected}' cy='13' r='3' fill='${PAPER}' stroke='${REJECTED}'/><text x='${rejected + 8}' y='17'>rejected</text></g>`;
}
