import type { Chart } from "../../src/run/charts/chart.ts";
import type { Palette } from "../../src/run/charts/palette.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import { element } from "../element.ts";

interface Pointed {
  readonly componentType?: string;
  readonly seriesIndex?: number;
  readonly dataIndex?: number;
}

/** The box beside the pointer. Its lines become text nodes: ECharts would read a string as markup. */
export function hintBox(hint: NonNullable<Chart["hint"]>, { ink, paper, quiet }: Palette) {
  return {
    trigger: "item",
    confine: true,
    transitionDuration: 0,
    backgroundColor: paper,
    borderColor: quiet,
    textStyle: { color: ink, fontSize: 12 },
    formatter: ({ componentType, seriesIndex, dataIndex }: Pointed): HTMLElement | string => {
      if (componentType !== "series" || seriesIndex === undefined || dataIndex === undefined) return "";
      const lines = hint({ series: seriesIndex, item: dataIndex });
      if (lines === undefined) return "";
      return element("div", { class: "hint" }, ...lines.map((line) => element("p", {}, visibleLine(line))));
    },
  };
}
