import { english, type L10n } from "../l10n.ts";
import type { OptionAxis, OptionLine, OptionLines } from "../panel/landscapeShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart } from "./chart.ts";
import { shortLabel } from "./label.ts";
import { mixed, type Palette } from "./palette.ts";

/**
 * Values of many options at once: one line each through an axis per option and one of the reward; the higher the reward,
 * the stronger the line. Items are the lines, lowest reward first. Null without any.
 */
export function optionLinesChart(shown: OptionLines, palette: Palette, l10n: L10n = english): Chart | null {
  const { axes, lines, reward } = shown;
  const [worst, best] = [lines.at(0), lines.at(-1)];
  if (worst === undefined || best === undefined) return null;
  const name = reward === "global" ? l10n.t("global reward") : l10n.t("local reward");
  const span = best.reward - worst.reward;
  return {
    width: 860,
    height: 380,
    summary: [
      l10n.t("{0} values of {1} options.", countText(lines.length), countText(axes.length)),
      reward === "global"
        ? l10n.t("The global reward is highest, {0}, at {1}.", rewardText(best.reward), settingText(axes, best))
        : l10n.t("The local reward is highest, {0}, at {1}.", rewardText(best.reward), settingText(axes, best)),
    ].join(" "),
    table: {
      columns: [...axes.map(({ key }) => visibleLine(key)), name, l10n.t("iteration"), l10n.t("in force")],
      rows: lines.map((line) => [
        ...axes.map((axis, index) => (axis.labels === null ? (line.at[index] ?? null) : settingOf(axis, line, index))),
        line.reward,
        line.iteration,
        line.mark === "current" ? l10n.t("yes") : "",
      ]),
    },
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
        ...axes.map((axis, dim) => ({ dim, ...parallelAxis(axis, palette) })),
        {
          dim: axes.length,
          type: "value" as const,
          name,
          ...parallelStyle(palette),
          min: worst.reward,
          max: span > 0 ? best.reward : worst.reward + 1e-3,
          axisLabel: { color: palette.quiet, fontSize: 11, formatter: (value: number) => rewardText(value) },
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
                color: current ? palette.ink : mixed(palette.grid, palette[reward], share),
                width: current || line === best ? 3 : 1.25,
                opacity: 0.35 + 0.65 * share,
                type: current ? ("dashed" as const) : ("solid" as const),
              },
            };
          }),
        },
      ],
    },
  };
}

function parallelAxis({ key, labels, log }: OptionAxis, palette: Palette) {
  const shared = { name: shortLabel(key), ...parallelStyle(palette) };
  if (labels === null) return { type: log ? ("log" as const) : ("value" as const), scale: true, ...shared };
  return { type: "category" as const, data: labels.map((label) => shortLabel(label)), ...shared };
}

function parallelStyle(palette: Palette) {
  return {
    ...axisStyle(palette),
    nameTextStyle: { color: palette.ink, fontSize: 12 },
    axisLine: { show: true, lineStyle: { color: palette.quiet } },
    splitLine: { show: false },
  };
}

function settingText(axes: readonly OptionAxis[], line: OptionLine): string {
  return axes.map((axis, index) => `${visibleLine(axis.key)} = ${settingOf(axis, line, index)}`).join(", ");
}

function settingOf({ labels }: OptionAxis, line: OptionLine, index: number): string {
  const at = line.at[index];
  if (at === undefined) return "–";
  return labels === null ? String(Number(at.toPrecision(6))) : visibleLine(labels[at] ?? "–");
}
