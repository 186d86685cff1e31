import type { ECharts } from "echarts/core";
import type { Chart } from "../../src/run/charts/chart.ts";
import type { Palette } from "../../src/run/charts/palette.ts";
import { csvText, jsonlText } from "../../src/run/charts/tableText.ts";
import { init } from "./chartModules.ts";

/** What a chart can be saved as: its picture, or its table. */
export type FileKind = "svg" | "png" | "csv" | "jsonl";

/** @param drawn the chart as it is seen, zoomed and all */
export async function chartFile(
  kind: FileKind,
  chart: Chart,
  drawn: ECharts,
  palette: Palette,
): Promise<string | Blob> {
  switch (kind) {
    case "csv":
      return csvText(chart.table);
    case "jsonl":
      return jsonlText(chart.table);
    case "svg":
      return svgText(drawn, palette);
    case "png":
      return pngFile(drawn, palette);
  }
}

function svgText(drawn: ECharts, { paper }: Palette): string {
  const size = { width: drawn.getWidth(), height: drawn.getHeight() };
  const instance = init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    const { tooltip: _, ...option } = drawn.getOption();
    instance.setOption({ ...option, backgroundColor: paper });
    return instance.renderToSVGString();
  } finally {
    instance.dispose();
  }
}

/** Twice as fine as on the page, for paper. */
const FINENESS = 2;

async function pngFile(drawn: ECharts, { paper }: Palette): Promise<Blob> {
  const canvas = drawn.renderToCanvas({ pixelRatio: FINENESS, backgroundColor: paper });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("the chart gave no picture")) : resolve(blob)));
  });
}
