import type { BarSeriesOption } from "echarts/charts";
import { english, type L10n } from "../l10n.ts";
import { axisStyle, baseOption, type Chart, type ChartOption, percentText } from "./chart.ts";
import { shortLabel } from "./label.ts";
import type { Palette } from "./palette.ts";

const BAR = 26;
const NAME_LENGTH = 22;

/** What bars that lie have in common: names at the left, an axis of what they measure below. */
export function lyingBars(
  given: {
    readonly names: readonly string[];
    /** Of the axis. */
    readonly measure: string;
    readonly text: (value: number) => string;
    /** Lowest and highest; fitted to the data without. */
    readonly range?: readonly [number, number];
    readonly left?: number;
    readonly right?: number;
    readonly top?: number;
  },
  palette: Palette,
): Pick<ChartOption, "grid" | "xAxis" | "yAxis"> {
  const { names, measure, text, range, left = 160, right = 24, top = 8 } = given;
  return {
    grid: { left, right, top, bottom: 44 },
    xAxis: {
      type: "value",
      ...(range && { min: range[0], max: range[1], interval: (range[1] - range[0]) / 4 }),
      splitNumber: 4,
      name: measure,
      nameLocation: "middle",
      nameGap: 28,
      ...axisStyle(palette),
      axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true, formatter: text },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: names.map((name) => shortLabel(name, NAME_LENGTH)),
      ...axisStyle(palette),
      axisLabel: { color: palette.ink, fontSize: 11, interval: 0 },
      splitLine: { show: false },
    },
  };
}

/** Height of a chart of so many bars that lie. @param above pixels over the first */
export function barsHeight(count: number, above = 8): number {
  return above + 60 + BAR * count;
}

/** Shares from 0 to 1 as bars with words at their ends; items are the bars. */
export function shareBars(
  given: {
    readonly names: readonly string[];
    readonly shares: readonly number[];
    readonly measure: string;
    /** What stands at the end of a bar, by its place. */
    readonly label: (bar: number) => string;
    readonly colour: string;
    /** Pixels for what stands behind a bar that fills the axis. */
    readonly right?: number;
  },
  palette: Palette,
): ChartOption {
  const { names, shares, measure, label, colour, right = 56 } = given;
  return {
    ...baseOption(palette),
    legend: { show: false },
    ...lyingBars({ names, measure, text: percentText, range: [0, 1], right }, palette),
    series: [
      {
        type: "bar",
        barMaxWidth: 24,
        data: [...shares],
        itemStyle: { color: colour },
        label: {
          show: true,
          position: "right",
          color: palette.ink,
          formatter: ({ dataIndex }) => label(dataIndex),
        },
      },
    ],
  };
}

export interface Bars {
  /** What is counted. */
  readonly unit: string;
  /** What the bars are for: heading of the table's first column. */
  readonly bars: string;
  readonly text: (amount: number) => string;
  readonly parts: readonly { readonly name: string; readonly colour: string }[];
  /** Each with an amount for each part. */
  readonly rows: readonly { readonly name: string; readonly amounts: readonly number[] }[];
}

/** Amounts as bars whose parts lie beside each other; items of a series are the rows. Null where all is nothing. */
export function barsChart(
  { unit, bars, text, parts, rows }: Bars,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  const shown = rows.map((row) => ({ ...row, all: sum(row.amounts) })).filter(({ all }) => all > 0);
  const [most] = shown.toSorted((a, b) => b.all - a.all);
  if (most === undefined) return null;
  const all = sum(shown.map((row) => row.all));
  const above = 36;
  return {
    width: 860,
    height: barsHeight(shown.length, above),
    summary: l10n.t("{0} {1} in all; the largest part is {2} with {3}.", text(all), unit, most.name, text(most.all)),
    option: {
      ...baseOption(palette),
      legend: { ...baseOption(palette).legend, data: parts.map(({ name }) => name) },
      ...lyingBars({ names: shown.map(({ name }) => name), measure: unit, text, top: above }, palette),
      series: parts.map(
        ({ name, colour }, part): BarSeriesOption => ({
          type: "bar",
          name,
          stack: "all",
          barWidth: 14,
          data: shown.map(({ amounts }) => amounts[part] ?? 0),
          // The edge tells neighbours apart where colours do not.
          itemStyle: { color: colour, borderColor: palette.paper, borderWidth: 1 },
        }),
      ),
    },
    table: {
      columns: [bars, ...parts.map(({ name }) => name), l10n.t("together"), l10n.t("share, %")],
      rows: shown.map((row) => [row.name, ...row.amounts, row.all, Math.round((1000 * row.all) / all) / 10]),
    },
    hint: ({ series, item }) => {
      const [part, row] = [parts[series], shown[item]];
      const amount = row?.amounts[series] ?? 0;
      return part === undefined || row === undefined || amount <= 0
        ? undefined
        : [row.name, `${part.name}: ${text(amount)}`, l10n.t("together: {0}", text(row.all))];
    },
  };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
