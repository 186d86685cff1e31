import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Chart } from "../charts/chart.ts";
import { chartParts } from "../charts/chartParts.ts";
import { shortLabel } from "../charts/label.ts";
import { Html, html } from "./html.ts";

use([...chartParts, SVGRenderer]);

/**
 * A chart as inline SVG with a text alternative.
 * @param name letters that no other picture of the page has, for its ids
 */
export function picture(chart: Chart, name: string): Html {
  const whole = withWholeLegend(chart);
  const instance = init(null, null, { renderer: "svg", ssr: true, width: whole.width, height: whole.height });
  try {
    // Nobody zooms into paper.
    const { dataZoom: _, ...option } = whole.option;
    instance.setOption(option);
    const svg = still(instance.renderToSVGString()).replaceAll(/(id="|url\(#)zr\d+-/g, `$1${name}-`);
    return html`<svg role="img" aria-label="${chart.summary}" ${new Html(svg.slice("<svg ".length))}`;
  } finally {
    instance.dispose();
  }
}

const LEGEND_LINE = 22;
/** Pixels of a letter at the legend's size, rather too many than too few. */
const LETTER = 7.2;

/** Nobody turns the pages of a legend on paper: all of it stands in lines above the picture, which moves down for them. */
function withWholeLegend(chart: Chart): Chart {
  const { legend, grid, parallel, series = [] } = chart.option;
  if (legend === undefined || legend.show === false) return chart;
  const given = legend.data ?? [...new Set(series.flatMap(({ name }) => name ?? []))];
  const names = given.map((item) => String(typeof item === "object" ? (item.name ?? "") : item));
  const { itemWidth = 0, itemGap = 0 } = legend;
  const widths = names.map((name) => itemWidth + itemGap + LETTER * Math.min(name.length, LEGEND_LETTERS));
  let [lines, used] = [1, 0];
  for (const width of widths) {
    if (used > 0 && used + width > chart.width) [lines, used] = [lines + 1, 0];
    used += width;
  }
  const room = (lines - 1) * LEGEND_LINE;
  const lower = <Part extends { top?: number | string }>(part: Part): Part =>
    typeof part.top === "number" ? { ...part, top: part.top + room } : part;
  return {
    ...chart,
    height: chart.height + room,
    option: {
      ...chart.option,
      legend: {
        formatter: (name) => shortLabel(name, LEGEND_LETTERS),
        ...legend,
        type: "plain",
        width: chart.width,
      },
      ...(grid !== undefined && { grid: Array.isArray(grid) ? grid.map(lower) : lower(grid) }),
      ...(parallel !== undefined && { parallel: lower(parallel) }),
    },
  };
}

/** Letters of a name in a legend. */
const LEGEND_LETTERS = 32;

/**
 * Without the classes, styles and marks that serve a mouse; they carry counters of the process, and without them equal
 * runs give equal pages. Quotes in texts are escaped in the SVG, so that only attributes can match.
 */
function still(svg: string): string {
  return svg.replaceAll(/<style ?>.*?<\/style>/gs, "").replaceAll(/ (class|ecmeta_\w+)="[^"]*"/g, "");
}
