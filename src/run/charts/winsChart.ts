import { english, type L10n, plural } from "../l10n.ts";
import type { ScorePoint } from "../panel/exampleScores.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { baseOption, type Chart, type ChartOption, type ChartPlace, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";

/** Pixels across of a point that stands for one row, and of the largest: their areas tell how many rows. */
const [SMALLEST, LARGEST] = [8, 40];

type Series = NonNullable<Extract<ChartOption["series"], unknown[]>>[number];

/**
 * Scores of the gate's rows, before against after: above the diagonal a row came off better, below it worse. Points are
 * larger the more rows they stand for; shapes tell wins from losses without colour. Null without rows.
 */
export function winsChart(points: readonly ScorePoint[], palette: Palette, l10n: L10n = english): Chart | null {
  if (points.length === 0) return null;
  const groups = groupsOf(points, palette, l10n);
  const { low, high } = span(points);
  const [before, after] = [l10n.t("score before"), l10n.t("score after")];
  const axis = (name: string, position: "x" | "y") => ({
    ...rewardAxis(name, palette, position),
    min: low,
    max: high,
    interval: (high - low) / 4,
    // Figures are read over the large point that many equal rows make in a corner.
    z: 4,
  });
  return {
    width: 420,
    height: 340,
    summary: summary(groups, l10n),
    table: {
      columns: [before, after, l10n.t("rows"), l10n.t("examples")],
      rows: points.map((point) => [point.before, point.after, point.rows, namesIn(point)]),
    },
    hint: ({ series, item }) => {
      const point = pointAt(points, { series, item });
      if (point === undefined) return undefined;
      const rows = plural(l10n, "{0, plural, one {# row} other {# rows}}", point.rows);
      return [`${rewardText(point.before)} → ${rewardText(point.after)}`, rows, namesIn(point)];
    },
    option: {
      ...baseOption(palette),
      grid: { left: 62, right: 24, top: 34, bottom: 46 },
      xAxis: axis(before, "x"),
      yAxis: axis(after, "y"),
      series: [...groups.map((group) => scatter(group, palette)), diagonal(low, high, palette)],
    },
  };
}

/** As outlines: a triangle that is turned round stands upright in the legend. */
const symbols = { up: "path://M0 10L10 10L5 0Z", down: "path://M0 0L10 0L5 10Z" } as const;

/** The point at a place of the chart, as it was given; undefined where there is none. */
export function pointAt(points: readonly ScorePoint[], { series, item }: ChartPlace): ScorePoint | undefined {
  const sign = signs[series];
  return sign === undefined ? undefined : ofSign(points, sign)[item];
}

/** Of the change of a point, series by series. */
const signs = [1, -1, 0];

function ofSign(points: readonly ScorePoint[], sign: number): readonly ScorePoint[] {
  return points.filter(({ before, after }) => Math.sign(after - before) === sign);
}

interface Group {
  readonly name: string;
  readonly symbol: string;
  readonly color: string;
  readonly points: readonly ScorePoint[];
}

function groupsOf(points: readonly ScorePoint[], palette: Palette, l10n: L10n): readonly [Group, Group, Group] {
  return [
    { name: l10n.t("better"), symbol: symbols.up, color: palette.accepted, points: ofSign(points, 1) },
    { name: l10n.t("worse"), symbol: symbols.down, color: palette.rejected, points: ofSign(points, -1) },
    { name: l10n.t("equal"), symbol: "circle", color: palette.quiet, points: ofSign(points, 0) },
  ];
}

function summary(groups: readonly [Group, Group, Group], l10n: L10n): string {
  const [better, worse, equal] = groups.map(({ points }) => points.reduce((sum, { rows }) => sum + rows, 0)) as [
    number,
    number,
    number,
  ];
  return plural(
    l10n,
    "Scores of {0, plural, one {# row} other {# rows}} before and after: {1} better, {2} worse, {3} equal.",
    better + worse + equal,
    countText(better),
    countText(worse),
    countText(equal),
  );
}

function scatter({ name, symbol, color, points }: Group, { paper }: Palette): Series {
  return {
    type: "scatter",
    name,
    symbol,
    color,
    itemStyle: { color, opacity: 1, borderColor: paper, borderWidth: 0.5 },
    data: points.map(({ before, after, rows }) => ({
      value: [before, after],
      symbolSize: Math.min(LARGEST, SMALLEST * Math.sqrt(rows)),
    })),
  };
}

/** Where nothing changed. */
function diagonal(low: number, high: number, palette: Palette): Series {
  return {
    type: "line",
    data: [
      [low, low],
      [high, high],
    ],
    showSymbol: false,
    silent: true,
    lineStyle: { color: palette.quiet, width: 1.25, type: "dashed" },
  };
}

/** Both axes alike; never of no length. */
function span(points: readonly ScorePoint[]): { readonly low: number; readonly high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { before, after } of points) {
    low = Math.min(low, before, after);
    high = Math.max(high, before, after);
  }
  return high > low ? { low, high } : { low: low - 0.5, high: high + 0.5 };
}

function namesIn({ rows, examples }: ScorePoint): string {
  return rows > examples.length ? `${examples.join(", ")}, …` : examples.join(", ");
}
