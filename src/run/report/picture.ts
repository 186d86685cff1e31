import { BarChart, CustomChart, LineChart, LinesChart, ParallelChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, ParallelComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import type { Chart } from "../charts/chart.ts";
import { Html, html } from "./html.ts";

use([
  BarChart,
  CustomChart,
  LineChart,
  LinesChart,
  ParallelChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  ParallelComponent,
  LabelLayout,
  SVGRenderer,
]);

/**
 * A chart as inline SVG with a text alternative.
 * @param name letters that no other picture of the page has, for its ids
 */
export function picture(chart: Chart, name: string): Html {
  const instance = init(null, null, { renderer: "svg", ssr: true, width: chart.width, height: chart.height });
  try {
    // Nobody zooms into paper.
    const { dataZoom: _, ...option } = chart.option;
    instance.setOption(option);
    const svg = still(instance.renderToSVGString()).replaceAll(/(id="|url\(#)zr\d+-/g, `$1${name}-`);
    return html`<svg role="img" aria-label="${chart.summary}" ${new Html(svg.slice("<svg ".length))}`;
  } finally {
    instance.dispose();
  }
}

/**
 * Without the classes, styles and marks that serve a mouse; they carry counters of the process, and without them equal
 * runs give equal pages. Quotes in texts are escaped in the SVG, so that only attributes can match.
 */
function still(svg: string): string {
  return svg.replaceAll(/<style ?>.*?<\/style>/gs, "").replaceAll(/ (class|ecmeta_\w+)="[^"]*"/g, "");
}
