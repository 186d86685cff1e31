import type { EChartsOption } from "echarts";
import type {
  BarSeriesOption,
  CustomSeriesOption,
  GraphSeriesOption,
  HeatmapSeriesOption,
  LineSeriesOption,
  LinesSeriesOption,
  ParallelSeriesOption,
  ScatterSeriesOption,
} from "echarts/charts";
import type {
  DataZoomComponentOption,
  GridComponentOption,
  LegendComponentOption,
  ParallelComponentOption,
} from "echarts/components";
import { rewardText } from "../views/numberFormat.ts";
import { paler } from "./contrast.ts";
import type { Palette } from "./palette.ts";

type Series =
  | BarSeriesOption
  | CustomSeriesOption
  | GraphSeriesOption
  | HeatmapSeriesOption
  | LineSeriesOption
  | LinesSeriesOption
  | ParallelSeriesOption
  | ScatterSeriesOption;

/** What charts are made of; whoever draws them loads these parts and no others. */
export type ChartOption = Pick<EChartsOption, "animation" | "textStyle"> & {
  readonly series?: Series[];
  readonly grid?: GridComponentOption | GridComponentOption[];
  readonly xAxis?: EChartsOption["xAxis"];
  readonly yAxis?: EChartsOption["yAxis"];
  readonly legend?: LegendComponentOption;
  readonly dataZoom?: DataZoomComponentOption[];
  readonly parallel?: ParallelComponentOption;
  readonly parallelAxis?: EChartsOption["parallelAxis"];
};

/** A number is written out by who shows it, and exported whole. */
export type ChartCell = string | number | null;

/** What a chart shows, as a table. */
export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ChartCell[])[];
}

/** An item of a series, both by their places in the option. */
export interface ChartPlace {
  readonly series: number;
  readonly item: number;
}

/** A chart before it is drawn, on a canvas or as SVG. */
export interface Chart {
  readonly option: ChartOption;
  /** What the chart says, for those who cannot see it. */
  readonly summary: string;
  /** Pixels; a page takes the height and its own width. */
  readonly width: number;
  readonly height: number;
  /** Pixels below which it can no longer be read: a narrower page lets it be moved sideways. */
  readonly leastWidth?: number;
  readonly table: ChartTable;
  /** Stretches that are marked on axes of a `parallel`, by the axes' ids. */
  readonly brushes?: readonly {
    readonly axis: string;
    readonly marked: readonly (readonly [number, number])[];
  }[];
  /** Lines of plain text about the item under the pointer; undefined where there is nothing to say. */
  readonly hint?: (place: ChartPlace) => readonly string[] | undefined;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/** What all charts share: no movement, one type face, a legend below the picture's upper edge. */
export function baseOption(palette: Palette): ChartOption {
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: palette.ink },
    legend: {
      // What has no room beside the others is turned to: in further lines it would lie over the picture.
      type: "scroll",
      pageIconColor: palette.ink,
      pageIconInactiveColor: paler(palette.quiet, 0.4, palette),
      pageTextStyle: { color: palette.quiet, fontSize: 11, fontFamily: FONT },
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

/** A share of a whole. */
export function percentText(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${Math.round(100 * share)} %`;
}

/** An axis of rewards, fitted to the data; where none is below 0, the axis does not go there either. */
export function rewardAxis(name: string, palette: Palette, position: "x" | "y") {
  return {
    type: "value" as const,
    scale: true,
    min: ({ min, max }: { readonly min: number; readonly max: number }) => (isNearZero(min, max) ? 0 : undefined),
    name,
    nameLocation: "middle" as const,
    nameGap: position === "x" ? 28 : 46,
    splitNumber: 4,
    ...axisStyle(palette),
    axisLabel: { color: palette.quiet, fontSize: 11, formatter: (value: number) => rewardText(value) },
  };
}

/** Whether room below the lowest and a round number below that could lie below 0, though nothing does. */
function isNearZero(min: number, max: number): boolean {
  return min >= 0 && min <= (max - min) / 2;
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
