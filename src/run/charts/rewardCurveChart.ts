import type { LineSeriesOption, ScatterSeriesOption } from "echarts/charts";
import { english, type L10n, plural } from "../l10n.ts";
import { countText, rewardText, runsText } from "../views/numberFormat.ts";
import type { CurvePoint, CurveStep, RewardCurve } from "../views/rewardCurve.ts";
import { decisionWords } from "../views/runWords.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart, type ChartCell, rewardAxis } from "./chart.ts";
import { paler } from "./contrast.ts";
import { shortLabel } from "./label.ts";
import type { Palette } from "./palette.ts";

/** Longer names are cut beside their dots; hint and table have them whole. */
const NAME_LETTERS = 32;

/** Rows of names, so that those of neighbouring updates do not meet. */
const NAME_ROWS = 3;

/** Places of the series that a person can choose from. */
export const CURVE_SERIES = { inForce: 0, rejected: 1, accepted: 2 } as const;

/**
 * The global reward over the iterations: the configuration in force as a stepped line with its 95 % interval, accepted
 * updates as dots named by component, rejected ones as rings at the reward that they would have had, and on a second axis
 * the system runs spent. Null before anything was measured.
 */
export function rewardCurveChart(curve: RewardCurve, palette: Palette, l10n: L10n = english): Chart | null {
  const { points, steps, budgetRuns } = curve;
  const [first, last] = [points.at(0), points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const iterations = Math.max(last.iteration, steps.at(-1)?.iteration ?? 0, 1);
  const accepted = steps.filter((step) => step.accepted);
  const rejected = steps.filter((step) => !step.accepted);
  const words = {
    inForce: l10n.t("in force"),
    interval: l10n.t("95 % interval"),
    accepted: decisionWords("accepted", l10n),
    rejected: decisionWords("rejected", l10n),
    spent: l10n.t("system runs spent (right)"),
  };
  const dot = ({ iteration, reached, component }: CurveStep) => ({
    value: [iteration, reached],
    name: visibleLine(component),
  });
  return {
    width: 860,
    height: 380,
    summary: summary(curve, first, last, l10n),
    option: {
      ...baseOption(palette),
      legend: {
        ...baseOption(palette).legend,
        data: [words.inForce, words.interval, words.accepted, words.rejected, words.spent],
      },
      grid: { left: 62, right: 64, top: 44, bottom: 46 },
      dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none" }],
      xAxis: {
        type: "value",
        name: l10n.t("iteration"),
        nameLocation: "middle",
        nameGap: 28,
        min: 0,
        max: iterations,
        minInterval: 1,
        ...axisStyle(palette),
        splitLine: { show: false },
      },
      yAxis: [
        // Room for the names above the highest dot.
        { ...rewardAxis(l10n.t("mean validation reward"), palette, "y"), boundaryGap: ["5%", "32%"] },
        {
          type: "value",
          name: l10n.t("system runs"),
          nameLocation: "middle",
          nameGap: 46,
          min: 0,
          max: Math.max(budgetRuns ?? 0, last.spentRuns, 1),
          splitNumber: 4,
          ...axisStyle(palette),
          axisLabel: { color: palette.quiet, fontSize: 11, formatter: (runs: number) => countText(runs) },
          splitLine: { show: false },
        },
        { type: "value", show: false, min: 0, max: 1 },
      ],
      series: [
        {
          type: "line",
          name: words.inForce,
          step: "end",
          showSymbol: false,
          symbol: "circle",
          data: points.map(({ iteration, mean }) => [iteration, mean]),
          lineStyle: { color: palette.line, width: 2 },
          itemStyle: { color: palette.line },
          z: 3,
        },
        {
          type: "scatter",
          name: words.rejected,
          symbolSize: 8,
          data: rejected.map(dot),
          z: 4,
          itemStyle: { color: palette.paper, borderColor: palette.rejected, borderWidth: 1.5, opacity: 1 },
        },
        {
          type: "scatter",
          name: words.accepted,
          symbolSize: 10,
          data: accepted.map(dot),
          z: 5,
          itemStyle: { color: palette.accepted, borderColor: palette.paper, borderWidth: 1.5, opacity: 1 },
        },
        ...band(points, words.interval, palette),
        {
          type: "line",
          name: words.spent,
          yAxisIndex: 1,
          symbol: "none",
          silent: true,
          data: points.map(({ iteration, spentRuns }) => [iteration, spentRuns]),
          lineStyle: { color: palette.quiet, width: 1.25, type: "dashed" },
          itemStyle: { color: palette.quiet },
          z: 1,
        },
        ...names(accepted, iterations, palette),
      ],
    },
    table: {
      columns: [
        l10n.t("iteration"),
        l10n.t("in force after it"),
        l10n.t("low"),
        l10n.t("high"),
        l10n.t("update of"),
        l10n.t("decision"),
        l10n.t("reached"),
        l10n.t("rows compared"),
        l10n.t("system runs"),
      ],
      rows: rows(points, steps, l10n),
    },
    hint: ({ series, item }) => hint(curveItem({ points, steps }, series, item), l10n),
  };
}

/** What stands at a place of the chart. */
export function curveItem(
  { points, steps }: Pick<RewardCurve, "points" | "steps">,
  series: number,
  item: number,
): CurvePoint | CurveStep | undefined {
  switch (series) {
    case CURVE_SERIES.inForce:
      return points[item];
    case CURVE_SERIES.rejected:
      return steps.filter((step) => !step.accepted)[item];
    case CURVE_SERIES.accepted:
      return steps.filter((step) => step.accepted)[item];
    default:
      return undefined;
  }
}

function hint(found: CurvePoint | CurveStep | undefined, l10n: L10n): string[] | undefined {
  if (found === undefined) return undefined;
  const iteration = l10n.t("iteration {0}", countText(found.iteration));
  if ("component" in found) {
    const { component, accepted, reached, n, rows: all } = found;
    return [
      visibleLine(component),
      `${iteration}, ${decisionWords(accepted ? "accepted" : "rejected", l10n)}`,
      n < all
        ? plural(
            l10n,
            "reward {0} on {1} of {2, plural, one {# row} other {# rows}}",
            rewardText(reached),
            countText(n),
            all,
          )
        : plural(l10n, "reward {0} on {1, plural, one {# row} other {# rows}}", rewardText(reached), n),
    ];
  }
  const { mean, low, high, n, spentRuns } = found;
  return [
    iteration,
    plural(l10n, "reward {0} on {1, plural, one {# row} other {# rows}}", rewardText(mean), n),
    ...(low === null || high === null ? [] : [l10n.t("95 % interval {0} to {1}", rewardText(low), rewardText(high))]),
    plural(l10n, "{0, plural, one {# system run} other {# system runs}} spent", spentRuns),
  ];
}

function summary({ steps, budgetRuns }: RewardCurve, first: CurvePoint, last: CurvePoint, l10n: L10n): string {
  const accepted = steps.filter((step) => step.accepted).length;
  const said = [
    last.iteration === first.iteration
      ? l10n.t("Mean validation reward in force: {0} at the start.", rewardText(first.mean))
      : l10n.t(
          "Mean validation reward in force: {0} at the start, {1} after iteration {2}.",
          rewardText(first.mean),
          rewardText(last.mean),
          countText(last.iteration),
        ),
  ];
  if (last.low !== null && last.high !== null) {
    said.push(l10n.t("The 95 % interval is {0} to {1}.", rewardText(last.low), rewardText(last.high)));
  }
  said.push(
    l10n.t("Updates accepted: {0}, rejected: {1}.", countText(accepted), countText(steps.length - accepted)),
    budgetRuns === null
      ? l10n.t("System runs spent: {0}.", runsText(last.spentRuns))
      : l10n.t("System runs spent: {0} of {1}.", runsText(last.spentRuns), runsText(budgetRuns)),
  );
  return said.join(" ");
}

/** Two lines, one upon the other: the lower bound, and above it a filled strip as high as the interval is wide. */
function band(points: readonly CurvePoint[], name: string, palette: Palette): LineSeriesOption[] {
  const known = points.flatMap(({ iteration, low, high }) =>
    low === null || high === null ? [] : [{ iteration, low, high }],
  );
  if (known.length === 0) return [];
  const edge = paler(palette.line, 0.5, palette);
  const part = (data: number[][]): LineSeriesOption => ({
    type: "line",
    step: "end",
    symbol: "none",
    silent: true,
    stack: "interval",
    // Rewards may be negative, and such bounds are to be added up like others.
    stackStrategy: "all",
    // A tint alone is lost on a page of high contrast.
    lineStyle: { color: edge, width: 1 },
    itemStyle: { color: palette.line, opacity: 0.35, borderColor: edge },
    z: 1,
    data,
  });
  return [
    part(known.map(({ iteration, low }) => [iteration, low])),
    {
      ...part(known.map(({ iteration, low, high }) => [iteration, high - low])),
      name,
      areaStyle: { color: palette.line, opacity: 0.16 },
    },
  ];
}

/**
 * Names along the upper edge, each at the top of a hairline through its update. They stand on the third axis, from 0 at
 * the lower edge to 1 at the upper, because the dots' own heights leave no room that is free in every run.
 */
function names(
  updates: readonly CurveStep[],
  iterations: number,
  palette: Palette,
): (LineSeriesOption | ScatterSeriesOption)[] {
  const placed = updates.map(({ iteration, component }, index) => {
    // Like flags towards the middle, so that on no page, however narrow, one lies over an axis.
    const position = iteration * 2 <= iterations ? ("right" as const) : ("left" as const);
    const name = shortLabel(component, NAME_LETTERS);
    return { name, value: [iteration, 0.97 - 0.075 * (index % NAME_ROWS)], label: { position } };
  });
  // One line with gaps: a series for each would cost more than all else in long runs.
  const hairlines = placed.flatMap(({ value: [iteration = 0, height = 0] }) => [
    [iteration, 0],
    [iteration, height - 0.03],
    [iteration, "-"],
  ]);
  return [
    {
      type: "line",
      yAxisIndex: 2,
      symbol: "none",
      silent: true,
      z: 1,
      data: hairlines,
      lineStyle: { color: palette.grid, width: 1 },
    },
    {
      type: "scatter",
      yAxisIndex: 2,
      symbolSize: 1,
      silent: true,
      itemStyle: { color: palette.grid, opacity: 1 },
      data: placed,
      label: { show: true, formatter: "{b}", color: palette.ink, fontSize: 11, minMargin: 4 },
      labelLayout: { hideOverlap: true },
    },
  ];
}

function rows(points: readonly CurvePoint[], steps: readonly CurveStep[], l10n: L10n): ChartCell[][] {
  const pointAt = new Map(points.map((point) => [point.iteration, point]));
  const stepAt = new Map(steps.map((step) => [step.iteration, step]));
  const iterations = [...new Set([...pointAt.keys(), ...stepAt.keys()])].sort((a, b) => a - b);
  return iterations.map((iteration) => {
    const [point, step] = [pointAt.get(iteration), stepAt.get(iteration)];
    return [
      iteration,
      point?.mean ?? null,
      point?.low ?? null,
      point?.high ?? null,
      step === undefined ? null : visibleLine(step.component),
      step === undefined ? null : decisionWords(step.accepted ? "accepted" : "rejected", l10n),
      step?.reached ?? null,
      step?.n ?? null,
      point?.spentRuns ?? null,
    ];
  });
}
