import type { LineSeriesOption, ScatterSeriesOption } from "echarts/charts";
import type { GridComponentOption, LegendComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";
import { rewardText } from "../../views/numberFormat.ts";
import type { Palette } from "./palette.ts";

export type ChartOption = ComposeOption<
  LineSeriesOption | ScatterSeriesOption | GridComponentOption | LegendComponentOption
>;

/** A chart before it is drawn, on a canvas or as SVG. */
export interface Chart {
  readonly option: ChartOption;
  /** What the chart says, for those who cannot see it. */
  readonly summary: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/** What all charts share: no movement, one type face, a legend below the picture's upper edge. */
export function baseOption(palette: Palette): ChartOption {
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: palette.ink },
    legend: {
      top: 0,
      left: 0,
      itemGap: 28,
      itemWidth: 16,
      itemHeight: 9,
      // Given here because the defaults are fixed colours that vanish on a dark page.
      borderColor: palette.grid,
      inactiveColor: palette.quiet,
      textStyle: { color: palette.ink, fontSize: 12, fontFamily: FONT },
    },
  };
}

/** An axis of rewards, fitted to the data. */
export function rewardAxis(name: string, palette: Palette, position: "x" | "y") {
  return {
    type: "value" as const,
    scale: true,
    name,
    nameLocation: "middle" as const,
    nameGap: position === "x" ? 28 : 46,
    splitNumber: 4,
    ...axisStyle(palette),
    axisLabel: { color: palette.quiet, fontSize: 11, formatter: (value: number) => rewardText(value) },
  };
}

export function axisStyle(palette: Palette) {
  return {
    nameTextStyle: { color: palette.quiet, fontSize: 12, fontFamily: FONT },
    axisLine: { show: true, lineStyle: { color: palette.grid } },
    axisTick: { show: false },
    axisLabel: { color: palette.quiet, fontSize: 11 },
    splitLine: { lineStyle: { color: palette.grid, width: 1 } },
  };
}
