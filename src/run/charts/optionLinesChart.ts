import { english, type L10n, plural } from "../l10n.ts";
import type { OptionAxis, OptionLine, OptionLines } from "../panel/landscapeShown.ts";
import { isInRanges, marksOf, type OptionRange } from "../panel/optionRanges.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart, type ChartCell, type ChartTable } from "./chart.ts";
import { scaleOf } from "./contrast.ts";
import { shortLabel } from "./label.ts";
import type { Palette } from "./palette.ts";

/** Pixels of the line of the lowest reward; that of the highest is one wider. */
const THINNEST = 1;
/** How faint lines out of the ranges are. */
const FAINT = 0.05;

/**
 * Values of many options at once: one line each through an axis per option and one of the reward; the higher the reward,
 * the stronger the line. Items are the lines, lowest reward first. Stretches of the axes can be marked: what does not
 * pass through all of them is faint. Null without any.
 * @param ranges what is marked
 */
export function optionLinesChart(
  shown: OptionLines,
  palette: Palette,
  l10n: L10n = english,
  ranges: readonly OptionRange[] = [],
): Chart | null {
  const { axes, lines, reward, total, within } = shown;
  const [worst, best] = [lines.at(0), lines.at(-1)];
  if (worst === undefined || best === undefined) return null;
  const name = rewardName(shown, l10n);
  const span = best.reward - worst.reward;
  const colourOf = scaleOf(palette[reward], palette);
  return {
    width: 860,
    height: 380,
    summary: [
      plural(
        l10n,
        "{0, plural, one {# value} other {# values}} of {1, plural, one {# option} other {# options}}.",
        total,
        axes.length,
      ),
      ...(lines.length < total
        ? [l10n.t("Shown: {0}, the extreme and the newest among them.", countText(lines.length))]
        : []),
      reward === "global"
        ? l10n.t("The global reward is highest, {0}, at {1}.", rewardText(best.reward), settingText(axes, best))
        : l10n.t("The local reward is highest, {0}, at {1}.", rewardText(best.reward), settingText(axes, best)),
      ...(ranges.length > 0 ? [l10n.t("In the ranges: {0}.", countText(within.count))] : []),
    ].join(" "),
    table: linesTable(shown, lines, l10n),
    ...(ranges.length > 0 && { brushes: brushesOf(axes, ranges) }),
    hint: ({ item }) => {
      const line = lines[item];
      if (line === undefined) return undefined;
      return [
        ...axes.map((axis, index) => `${visibleLine(axis.key)} = ${settingOf(axis, line, index)}`),
        `${name} ${rewardText(line.reward)}`,
        ...(line.mark === "current" ? [l10n.t("in force")] : []),
      ];
    },
    option: {
      ...baseOption(palette),
      legend: { show: false },
      parallel: { left: 60, right: 70, top: 40, bottom: 24 },
      parallelAxis: [
        ...axes.map((axis, dim) => ({ dim, id: axisId(dim), ...parallelAxis(axis, palette) })),
        {
          dim: axes.length,
          id: axisId(axes.length),
          type: "value" as const,
          name,
          ...parallelStyle(palette),
          min: worst.reward,
          max: span > 0 ? best.reward : worst.reward + 1e-3,
          axisLabel: { ...labelStyle(palette), formatter: (value: number) => rewardText(value) },
        },
      ],
      series: [
        {
          type: "parallel",
          // All at once: lines that come later must not be drawn below earlier ones.
          progressive: 0,
          data: lines.map((line) => {
            const share = span > 0 ? (line.reward - worst.reward) / span : 1;
            const current = line.mark === "current";
            return {
              value: [...line.at, line.reward],
              lineStyle: {
                color: current ? palette.ink : colourOf(share),
                width: current || line === best ? 3 : THINNEST + share,
                opacity: isInRanges(ranges, axes, line) ? 1 : FAINT,
                type: current ? ("dashed" as const) : ("solid" as const),
              },
            };
          }),
        },
      ],
    },
  };
}

/** Values as a table: all their options, reward, and when they were scored. */
export function linesTable(shown: OptionLines, lines: readonly OptionLine[], l10n: L10n = english): ChartTable {
  const { axes } = shown;
  return {
    columns: [
      ...axes.map(({ key }) => visibleLine(key)),
      rewardName(shown, l10n),
      l10n.t("iteration"),
      l10n.t("in force"),
    ],
    rows: lines.map((line): ChartCell[] => [
      ...axes.map((axis, index) => (axis.labels === null ? (line.at[index] ?? null) : settingOf(axis, line, index))),
      line.reward,
      line.iteration,
      line.mark === "current" ? l10n.t("yes") : "",
    ]),
  };
}

function rewardName({ reward }: OptionLines, l10n: L10n): string {
  return reward === "global" ? l10n.t("global reward") : l10n.t("local reward");
}

/** The axis that has an id; null for the reward's, undefined for none. */
export function axisOf({ axes }: OptionLines, id: string): OptionAxis | null | undefined {
  return id === axisId(axes.length) ? null : axes.find((_, index) => axisId(index) === id);
}

function axisId(index: number): string {
  return `axis${index}`;
}

function brushesOf(axes: readonly OptionAxis[], ranges: readonly OptionRange[]): NonNullable<Chart["brushes"]> {
  return ranges.flatMap((range) => {
    const index = range.key === null ? axes.length : axes.findIndex(({ key }) => key === range.key);
    return index === -1 ? [] : [{ axis: axisId(index), marked: marksOf(range, axes[index] ?? null) }];
  });
}

function parallelAxis({ key, labels, log }: OptionAxis, palette: Palette) {
  const shared = { name: shortLabel(key), ...parallelStyle(palette) };
  if (labels === null) return { type: log ? ("log" as const) : ("value" as const), scale: true, ...shared };
  return { type: "category" as const, data: labels.map((label) => shortLabel(label)), ...shared };
}

function parallelStyle(palette: Palette) {
  return {
    ...axisStyle(palette),
    areaSelectStyle: { width: 18, borderWidth: 1, borderColor: palette.ink, color: palette.line, opacity: 0.35 },
    nameTextStyle: { color: palette.ink, fontSize: 12 },
    axisLine: { show: true, lineStyle: { color: palette.quiet } },
    axisLabel: labelStyle(palette),
    splitLine: { show: false },
  };
}

/** Lines pass behind labels, not through them. */
function labelStyle(palette: Palette) {
  return { color: palette.ink, fontSize: 11, backgroundColor: palette.paper, padding: [1, 3], borderRadius: 2 };
}

function settingText(axes: readonly OptionAxis[], line: OptionLine): string {
  return axes.map((axis, index) => `${visibleLine(axis.key)} = ${settingOf(axis, line, index)}`).join(", ");
}

function settingOf({ labels }: OptionAxis, line: OptionLine, index: number): string {
  const at = line.at[index];
  if (at === undefined) return "–";
  return labels === null ? String(Number(at.toPrecision(6))) : visibleLine(labels[at] ?? "–");
}
