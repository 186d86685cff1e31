import { init } from "echarts";
import type { Chart } from "../../../src/run/charts/chart.ts";
import type { Palette } from "../../../src/run/charts/palette.ts";

/** Colours that can be told apart in a drawing. */
export const testPalette: Palette = {
  ink: "#101010",
  quiet: "#202020",
  grid: "#303030",
  paper: "#404040",
  line: "#505050",
  accepted: "#606060",
  rejected: "#707070",
  local: "#808080",
  global: "#909090",
  series: ["#a0a0a0", "#b0b0b0", "#c0c0c0", "#d0d0d0", "#e0e0e0"],
};

/** The chart as SVG, as wide as asked for. */
export function drawnSvg(chart: Chart, width = chart.width): string {
  const instance = init(null, null, { renderer: "svg", ssr: true, width, height: chart.height });
  try {
    instance.setOption(chart.option);
    return instance.renderToSVGString();
  } finally {
    instance.dispose();
  }
}

/** Texts that stand in the drawing. */
export function drawnTexts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
}
