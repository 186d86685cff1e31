import { english, type L10n, plural } from "../l10n.ts";
import type { ComparedPoint } from "../panel/compareModel.ts";
import type { CompareAxis } from "../panel/compareQuery.ts";
import type { ComparedCurve } from "../panel/comparison.ts";
import { countText, durationText, moneyText, rewardText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart, type ChartCell, rewardAxis } from "./chart.ts";
import { type Palette, seriesColour } from "./palette.ts";

/** Lines of several runs are told apart by their strokes and marks as well as by colour. */
const STROKES = ["solid", "dashed", "dotted"] as const;
const MARKS = ["circle", "rect", "triangle", "diamond", "roundRect", "arrow"] as const;
const MARKED_POINTS = 60;

/**
 * The global reward in force of several runs on one chart.
 * @param axis what it is drawn over; points of which a log does not tell that are left out
 * @returns null where no run has a point
 */
export function comparedRewardsChart(
  curves: readonly ComparedCurve[],
  axis: CompareAxis,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  const drawn = curves.flatMap(({ points, ...curve }) => {
    const placed = points.filter((point) => placeOf(point, axis) !== null);
    return placed.length === 0 ? [] : [{ ...curve, points: placed }];
  });
  if (drawn.length === 0) return null;
  const named = drawn.map(({ letter, id }) => `${letter} ${visibleLine(id)}`);
  const order = curves.map(({ letter }) => letter);
  return {
    width: 860,
    height: 380,
    summary: summary(drawn, l10n),
    option: {
      ...baseOption(palette),
      legend: { ...baseOption(palette).legend, type: "scroll", data: named },
      grid: { left: 62, right: 28, top: 44, bottom: 46 },
      dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none" }],
      xAxis: {
        type: "value",
        name: axisWords(axis, l10n),
        nameLocation: "middle",
        nameGap: 28,
        min: 0,
        ...(axis === "iteration" ? { minInterval: 1 } : {}),
        ...axisStyle(palette),
        axisLabel: {
          color: palette.quiet,
          fontSize: 11,
          hideOverlap: true,
          formatter: (at: number) => placeText(at, axis),
        },
        splitLine: { show: false },
      },
      yAxis: { ...rewardAxis(l10n.t("mean validation reward"), palette, "y"), boundaryGap: ["5%", "8%"] },
      series: drawn.map(({ letter, points }, index) => {
        const colour = seriesColour(palette, order.indexOf(letter));
        return {
          type: "line" as const,
          name: named[index] ?? letter,
          step: "end" as const,
          symbol: MARKS[order.indexOf(letter) % MARKS.length] ?? "circle",
          symbolSize: 7,
          showSymbol: points.length <= MARKED_POINTS,
          data: points.map((point) => [placeOf(point, axis) ?? 0, point.mean]),
          lineStyle: { color: colour, width: 2, type: STROKES[order.indexOf(letter) % STROKES.length] ?? "solid" },
          itemStyle: { color: colour },
          // What a run has reached stands at the end of its line.
          endLabel: {
            show: true,
            formatter: letter,
            color: palette.ink,
            // Other runs' lines may pass behind it.
            textBorderColor: palette.paper,
            textBorderWidth: 4,
            fontSize: 12,
            distance: 4,
          },
        };
      }),
    },
    table: {
      columns: [
        l10n.t("run"),
        l10n.t("iteration"),
        l10n.t("reward in force"),
        l10n.t("low"),
        l10n.t("high"),
        l10n.t("rows"),
        l10n.t("system runs"),
        l10n.t("model calls"),
        l10n.t("tokens"),
        l10n.t("US dollars"),
        l10n.t("seconds at work"),
      ],
      rows: drawn.flatMap(({ points }, index) => points.map((point) => row(named[index] ?? "", point))),
    },
    hint: ({ series, item }) => {
      const [curve, name] = [drawn[series], named[series]];
      const point = curve?.points[item];
      return point === undefined || name === undefined ? undefined : hint(name, point, l10n);
    },
  };
}

/** What rewards are drawn over, in words. */
export function axisWords(axis: CompareAxis, l10n: L10n = english): string {
  switch (axis) {
    case "iteration":
      return l10n.t("iteration");
    case "systemRuns":
      return l10n.t("system runs");
    case "calls":
      return l10n.t("model calls");
    case "tokens":
      return l10n.t("tokens");
    case "money":
      return l10n.t("money");
    case "time":
      return l10n.t("time at work");
    default:
      throw new Error(`unknown axis ${axis satisfies never}`);
  }
}

function placeOf(point: ComparedPoint, axis: CompareAxis): number | null {
  switch (axis) {
    case "iteration":
      return point.iteration;
    case "systemRuns":
      return point.spentRuns;
    case "calls":
      return point.calls;
    case "tokens":
      return point.tokens;
    case "money":
      return point.usd;
    case "time":
      return point.elapsedMs;
  }
}

function placeText(at: number, axis: CompareAxis): string {
  switch (axis) {
    case "time":
      return durationText(at);
    case "money":
      return moneyText(at);
    default:
      return countText(at);
  }
}

function row(name: string, point: ComparedPoint): ChartCell[] {
  const { iteration, mean, low, high, n, spentRuns, calls, tokens, usd, elapsedMs } = point;
  return [name, iteration, mean, low, high, n, spentRuns, calls, tokens, usd, Math.round(elapsedMs / 100) / 10];
}

function hint(name: string, point: ComparedPoint, l10n: L10n): string[] {
  const { iteration, mean, low, high, n, spentRuns, calls, usd, elapsedMs } = point;
  return [
    name,
    l10n.t("iteration {0}", countText(iteration)),
    plural(l10n, "reward {0} on {1, plural, one {# row} other {# rows}}", rewardText(mean), n),
    ...(low === null || high === null ? [] : [l10n.t("95 % interval {0} to {1}", rewardText(low), rewardText(high))]),
    plural(l10n, "{0, plural, one {# system run} other {# system runs}} spent", spentRuns),
    ...(calls === null ? [] : [plural(l10n, "{0, plural, one {# model call} other {# model calls}}", calls)]),
    ...(usd === null ? [] : [moneyText(usd)]),
    durationText(elapsedMs),
  ];
}

function summary(curves: readonly ComparedCurve[], l10n: L10n): string {
  return curves
    .flatMap(({ letter, points }) => {
      const [first, last] = [points.at(0), points.at(-1)];
      if (first === undefined || last === undefined) return [];
      return [
        plural(
          l10n,
          "{0}: from {1} to {2} after {3, plural, one {# iteration} other {# iterations}} and {4, plural, one {# system run} other {# system runs}}.",
          letter,
          rewardText(first.mean),
          rewardText(last.mean),
          last.iteration,
          last.spentRuns,
        ),
      ];
    })
    .join(" ");
}
