import type { LineSeriesOption } from "echarts/charts";
import { english, type L10n, plural } from "../l10n.ts";
import { countText, durationText, runsText } from "../views/numberFormat.ts";
import { purposeWords } from "../views/runWords.ts";
import type { SpentPoint } from "../views/spending.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart } from "./chart.ts";
import { type Palette, seriesColour } from "./palette.ts";

export interface SpendingPicture {
  /** Purposes, in the order of each point's `runs`. */
  readonly purposes: readonly string[];
  readonly points: readonly SpentPoint[];
  /** Hard limit of system runs, or null. */
  readonly budgetRuns: number | null;
}

/** System runs spent over the working time, one layer for each purpose upon the other, below the budget. */
export function spendingChart(
  { purposes, points, budgetRuns }: SpendingPicture,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  const drawn = purposes.flatMap((purpose, index) =>
    (last.runs[index] ?? 0) > 0 ? [{ index, name: visibleLine(purposeWords(purpose, l10n)), place: index }] : [],
  );
  const spent = sum(last.runs);
  const budgetName = l10n.t("budget");
  const minutes = ({ elapsedMs }: SpentPoint) => elapsedMs / 60_000;
  const end = Math.max(minutes(last), 1 / 60);
  // A budget far above what was spent would press all else to the ground.
  const budgetSeen = budgetRuns !== null && budgetRuns <= spent * 4;
  return {
    width: 860,
    height: 320,
    summary: [
      budgetRuns === null
        ? plural(
            l10n,
            "{0, plural, one {# system run} other {# system runs}} spent in {1}.",
            spent,
            durationText(last.elapsedMs),
          )
        : plural(
            l10n,
            "{0} of {1, plural, one {# system run} other {# system runs}} spent in {2}.",
            runsText(spent),
            budgetRuns,
            durationText(last.elapsedMs),
          ),
      ...drawn.map(({ name, index }) => l10n.t("On {0}: {1}.", name, runsText(last.runs[index] ?? 0))),
    ].join(" "),
    option: {
      ...baseOption(palette),
      legend: {
        ...baseOption(palette).legend,
        data: [...drawn.map(({ name }) => name), ...(budgetSeen ? [budgetName] : [])],
      },
      grid: { left: 66, right: 24, top: 44, bottom: 46 },
      dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none" }],
      xAxis: {
        type: "value",
        name: l10n.t("time at work"),
        nameLocation: "middle",
        nameGap: 28,
        min: 0,
        max: end,
        ...axisStyle(palette),
        axisLabel: {
          color: palette.quiet,
          fontSize: 11,
          hideOverlap: true,
          formatter: (at: number) => durationText(at * 60_000),
        },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value",
        name: l10n.t("system runs"),
        nameLocation: "middle",
        nameGap: 50,
        min: 0,
        ...(budgetSeen ? { max: Math.max(budgetRuns ?? 0, spent) } : {}),
        splitNumber: 4,
        ...axisStyle(palette),
        axisLabel: { color: palette.quiet, fontSize: 11, formatter: (runs: number) => countText(runs) },
      },
      series: [
        ...drawn.map(
          ({ index, name, place }): LineSeriesOption => ({
            type: "line",
            name,
            step: "end",
            stack: "spent",
            symbol: "none",
            data: [[0, 0], ...points.map((point) => [minutes(point), point.runs[index] ?? 0])],
            lineStyle: { color: seriesColour(palette, place), width: 1.5 },
            itemStyle: { color: seriesColour(palette, place) },
            areaStyle: { color: seriesColour(palette, place), opacity: 0.3 },
          }),
        ),
        ...(budgetSeen
          ? [
              {
                type: "line" as const,
                name: budgetName,
                symbol: "none",
                silent: true,
                data: [
                  [0, budgetRuns ?? 0],
                  [end, budgetRuns ?? 0],
                ],
                lineStyle: { color: palette.rejected, width: 1.5, type: "dashed" as const },
                itemStyle: { color: palette.rejected },
              },
            ]
          : []),
      ],
    },
    table: {
      columns: [l10n.t("seconds at work"), l10n.t("iteration"), ...drawn.map(({ name }) => name), l10n.t("together")],
      rows: points.map((point) => [
        Math.round(point.elapsedMs / 100) / 10,
        point.iteration,
        ...drawn.map(({ index }) => point.runs[index] ?? 0),
        Math.round(sum(point.runs) * 1e3) / 1e3,
      ]),
    },
    hint: ({ series, item }) => {
      const purpose = drawn[series];
      // The first point of each layer is the beginning.
      const point = points[item - 1];
      if (purpose === undefined || point === undefined) return undefined;
      return [
        durationText(point.elapsedMs),
        `${purpose.name}: ${runsText(point.runs[purpose.index] ?? 0)}`,
        l10n.t("together: {0}", runsText(sum(point.runs))),
      ];
    },
  };
}

function sum(runs: readonly number[]): number {
  return runs.reduce((total, one) => total + one, 0);
}
