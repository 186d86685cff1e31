import type { LineSeriesOption } from "echarts/charts";
import { english, type L10n, plural } from "../l10n.ts";
import type { CurvePoint, OptionCurve, RewardKind } from "../panel/landscapeShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart, rewardAxis } from "./chart.ts";
import { shortLabel } from "./label.ts";
import type { Palette } from "./palette.ts";

/**
 * Local and global reward over the values of one option, the best of either marked, each on an axis of its own because
 * their scales differ. Items of either series are the curve's points. Null without any.
 */
export function optionCurveChart(curve: OptionCurve, palette: Palette, l10n: L10n = english): Chart | null {
  const { points, key } = curve;
  if (points.length === 0) return null;
  const kinds = (["global", "local"] as const).filter((kind) => points.some((point) => point[kind] !== null));
  const values = points.map(({ label }) => visibleLine(label));
  const option = visibleLine(key);
  const series = kinds.map((kind, axis) => rewardLine(points, kind, axis, kinds.length > 1, palette, l10n));
  return {
    width: 860,
    height: 320,
    summary: summary(curve, kinds, l10n),
    table: {
      columns: [
        option,
        l10n.t("global reward"),
        l10n.t("local reward"),
        curve.from === "landscape" ? l10n.t("rows") : l10n.t("candidates"),
        l10n.t("in force"),
      ],
      rows: points.map(({ global, local, n, current }, index) => [
        values[index] ?? "",
        global,
        local,
        n,
        current ? l10n.t("yes") : "",
      ]),
    },
    hint: ({ item }) => {
      const point = points[item];
      return point === undefined ? undefined : hint(curve, point, l10n);
    },
    option: {
      ...baseOption(palette),
      grid: { left: 62, right: kinds.length > 1 ? 66 : 28, top: 44, bottom: 46 },
      xAxis: {
        type: "category",
        data: points.map(({ label, current }) => (current ? `${shortLabel(label)} ●` : shortLabel(label))),
        ...axisStyle(palette),
        name: option,
        nameLocation: "middle",
        nameGap: 28,
        axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true },
      },
      yAxis: kinds.map((kind, axis) => ({
        ...rewardAxis(meanWords(kind, l10n), palette, "y"),
        // Room for the names of the best.
        boundaryGap: ["10%", "14%"] as [string, string],
        position: axis === 0 ? ("left" as const) : ("right" as const),
        ...(axis === 0 ? {} : { splitLine: { show: false } }),
      })),
      series,
    },
  };
}

function rewardLine(
  points: readonly CurvePoint[],
  kind: RewardKind,
  axis: number,
  both: boolean,
  palette: Palette,
  l10n: L10n,
): LineSeriesOption {
  const best = bestOf(points, kind);
  const color = palette[kind];
  const size = kind === "global" ? 8 : 7;
  const side = axis === 0 ? l10n.t("left") : l10n.t("right");
  const name = kind === "global" ? l10n.t("global reward") : l10n.t("local reward");
  return {
    type: "line",
    name: both ? `${name} (${side})` : name,
    yAxisIndex: axis,
    symbol: kind === "global" ? "circle" : "rect",
    symbolSize: size,
    showAllSymbol: true,
    data: points.map((point) => ({
      value: point[kind] ?? "-",
      ...(point === best
        ? {
            symbolSize: size + 6,
            label: {
              show: true,
              // The two curves often have the same best value; their names must not lie on each other.
              position: both && kind === "local" ? ("bottom" as const) : ("top" as const),
              formatter: l10n.t("best {0}", rewardText(point[kind])),
              color: palette.ink,
              fontSize: 11,
            },
          }
        : {}),
    })),
    lineStyle: { color, width: 2, ...(kind === "local" ? { type: "dashed" as const } : {}) },
    itemStyle: { color },
  };
}

/** The point with the highest reward; the first among equals. */
function bestOf(points: readonly CurvePoint[], kind: RewardKind): CurvePoint | undefined {
  return points.reduce<CurvePoint | undefined>((best, point) => {
    const [reward, top] = [point[kind], best?.[kind] ?? null];
    return reward !== null && (top === null || reward > top) ? point : best;
  }, undefined);
}

function meanWords(kind: RewardKind, l10n: L10n): string {
  return kind === "global" ? l10n.t("global reward, mean") : l10n.t("local reward, mean");
}

function summary({ component, key, points, from }: OptionCurve, kinds: readonly RewardKind[], l10n: L10n): string {
  const said = [
    l10n.t("{0} over values: {1}.", visibleLine(`${component}.${key}`), countText(points.length)),
    ...kinds.map((kind) => {
      const best = bestOf(points, kind);
      const value = visibleLine(best?.label ?? "");
      return kind === "global"
        ? l10n.t("The global reward is highest at {0}: {1}.", value, rewardText(best?.global))
        : l10n.t("The local reward is highest at {0}: {1}.", value, rewardText(best?.local));
    }),
  ];
  const current = points.find((point) => point.current);
  if (current !== undefined) said.push(l10n.t("In force: {0}.", visibleLine(current.label)));
  if (from === "candidates") said.push(l10n.t("Means over what the search tried, whatever else was set."));
  return said.join(" ");
}

function hint({ key, from }: OptionCurve, point: CurvePoint, l10n: L10n): string[] {
  return [
    `${visibleLine(key)} = ${visibleLine(point.label)}`,
    ...(point.global === null ? [] : [l10n.t("global reward {0}", rewardText(point.global))]),
    ...(point.local === null ? [] : [l10n.t("local reward {0}", rewardText(point.local))]),
    from === "landscape"
      ? plural(l10n, "on {0, plural, one {# row} other {# rows}}", point.n)
      : plural(l10n, "mean over {0, plural, one {# candidate} other {# candidates}}", point.n),
    ...(point.current ? [l10n.t("in force")] : []),
  ];
}
