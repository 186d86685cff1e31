import type { BarSeriesOption } from "echarts/charts";
import { english, type L10n } from "../l10n.ts";
import { countText, runsText } from "../views/numberFormat.ts";
import { purposeWords } from "../views/runWords.ts";
import type { RunsByPurpose } from "../views/spending.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart } from "./chart.ts";
import { type Palette, seriesColour } from "./palette.ts";

/** Who spent system runs, or for whom they were spent. */
export interface Spender {
  readonly name: string;
  /** Runs by purpose; what no purpose is known of is in `runs` alone. */
  readonly byPurpose: RunsByPurpose;
  readonly runs: number;
}

export interface SharesPicture {
  /** In the order in which they are drawn; a purpose keeps its colour from chart to chart. */
  readonly purposes: readonly string[];
  readonly spenders: readonly Spender[];
}

const BAR = 26;
const MOST_CHARACTERS = 22;

/** System runs of each spender as a bar that the purposes share. Null where nothing was spent. */
export function sharesChart(
  { purposes, spenders }: SharesPicture,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  const shown = spenders.filter(({ runs }) => runs > 0);
  if (shown.length === 0) return null;
  const all = shown.reduce((sum, { runs }) => sum + runs, 0);
  const [most] = shown.toSorted((a, b) => b.runs - a.runs);
  const parts = purposes.flatMap((purpose, index) =>
    shown.some(({ byPurpose }) => (byPurpose[purpose] ?? 0) > 0)
      ? [
          {
            name: visibleLine(purposeWords(purpose, l10n)),
            index,
            of: ({ byPurpose }: Spender) => byPurpose[purpose] ?? 0,
          },
        ]
      : [],
  );
  const untold = ({ runs, byPurpose }: Spender) =>
    Math.max(0, runs - Object.values(byPurpose).reduce((sum, one) => sum + one, 0));
  const layers = [
    ...parts.map(({ name, index, of }) => ({ name, of, colour: seriesColour(palette, index) })),
    ...(shown.some((spender) => untold(spender) > 0.005)
      ? [{ name: l10n.t("not told apart yet"), of: untold, colour: palette.quiet }]
      : []),
  ];
  const names = shown.map(({ name }) => visibleLine(name));
  const isSeen = (runs: number) => runs > 0;
  return {
    width: 860,
    height: 84 + BAR * shown.length,
    summary:
      most === undefined
        ? ""
        : l10n.t(
            "{0} system runs in all; the largest part is {1} with {2}.",
            runsText(all),
            visibleLine(most.name),
            runsText(most.runs),
          ),
    option: {
      ...baseOption(palette),
      legend: { ...baseOption(palette).legend, data: layers.map(({ name }) => name) },
      grid: { left: 160, right: 24, top: 36, bottom: 40 },
      xAxis: {
        type: "value",
        name: l10n.t("system runs"),
        nameLocation: "middle",
        nameGap: 24,
        splitNumber: 4,
        ...axisStyle(palette),
        axisLabel: { color: palette.quiet, fontSize: 11, formatter: (runs: number) => countText(runs) },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: names.map((name) => (name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS - 1)}…` : name)),
        ...axisStyle(palette),
        axisLabel: { color: palette.ink, fontSize: 11, interval: 0 },
        splitLine: { show: false },
      },
      series: layers.map(
        ({ name, of, colour }): BarSeriesOption => ({
          type: "bar",
          name,
          stack: "spent",
          barWidth: 14,
          data: shown.map((spender) => of(spender)),
          // The edge tells neighbours apart where colours do not.
          itemStyle: { color: colour, borderColor: palette.paper, borderWidth: 1 },
        }),
      ),
    },
    table: {
      columns: [l10n.t("component"), ...layers.map(({ name }) => name), l10n.t("together"), l10n.t("share, %")],
      rows: shown.map((spender, index) => [
        names[index] ?? "",
        ...layers.map(({ of }) => of(spender)),
        spender.runs,
        Math.round((1000 * spender.runs) / all) / 10,
      ]),
    },
    hint: ({ series, item }) => {
      const [layer, spender] = [layers[series], shown[item]];
      if (layer === undefined || spender === undefined || !isSeen(layer.of(spender))) return undefined;
      return [names[item] ?? "", `${layer.name}: ${runsText(layer.of(spender))}`];
    },
  };
}
