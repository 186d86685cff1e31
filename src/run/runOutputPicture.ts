import { type Html, html } from "./report/html.ts";
import type { RunOutput } from "./runOutput.ts";
import { runChart } from "./runOutputChart.ts";

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

/** Reward over iterations as a picture of its own; null before anything was measured. */
export function runPicture(output: RunOutput): string | null {
  const chart = runChart(output, { width: 640, height: 220 });
  if (chart === null) return null;
  const { width, height, plot } = chart;
  const title = `${chart.summary}${output.simulated ? " Made with the simulated model." : ""}`;
  const text = (x: number, y: number, anchor: "start" | "middle" | "end", content: string) =>
    html`<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${QUIET}">${content}</text>`;
  const markup = html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + LEGEND}" viewBox="0 0 ${width} ${height + LEGEND}" role="img" font-family="system-ui, sans-serif" font-size="11"><title>${title}</title><rect width="${width}" height="${height + LEGEND}" fill="${PAPER}"/><g transform="translate(0 ${LEGEND})">${chart.yTicks.map(
    ({ at, label }) =>
      html`<path d="M${plot.left} ${at}H${plot.right}" stroke="${GRID}"/>${text(plot.left - 6, at + 4, "end", label)}`,
  )}${chart.xTicks.map(({ at, label }) => text(at, plot.bottom + 16, "middle", label))}<path d="${chart.line}" fill="none" stroke="${LINE}" stroke-width="2"/>${chart.gates.map(
    ({ x, y, accepted }) =>
      html`<circle cx="${x}" cy="${y}" r="${accepted ? 4 : 3}" fill="${accepted ? ACCEPTED : PAPER}" stroke="${accepted ? PAPER : REJECTED}"/>`,
  )}</g><text x="${plot.left}" y="17" fill="${INK}">validation reward over iterations${output.simulated ? ", simulated model" : ""}</text>${legend(width)}</svg>`;
  return markup.markup;
}

function legend(width: number): Html {
  return html`<g fill="${INK}"><circle cx="${width - 150}" cy="13" r="4" fill="${ACCEPTED}"/><text x="${width - 141}" y="17">accepted</text><circle cx="${width - 72}" cy="13" r="3" fill="${PAPER}" stroke="${REJECTED}"/><text x="${width - 64}" y="17">rejected</text></g>`;
}
