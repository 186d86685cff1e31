import { english, type L10n } from "../l10n.ts";
import type { OptionImportance } from "../panel/landscapeShown.ts";
import { countText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart } from "./chart.ts";
import { shortLabel } from "./label.ts";
import type { Palette } from "./palette.ts";

/** Bars that can still be told apart; the table has all. */
const MOST_BARS = 20;

/**
 * Share of the reward's variance that each option explains by itself, the most important on top; items are those of the
 * list. Null where nothing can be told of any option.
 */
export function importanceChart(
  importance: readonly OptionImportance[],
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  const told = importance.filter(({ share }) => share !== null);
  const [first] = told;
  if (first === undefined) return null;
  const bars = told.slice(0, MOST_BARS);
  const percent = (share: number | null) => (share === null ? "–" : `${Math.round(100 * share)} %`);
  return {
    width: 420,
    height: 70 + 26 * bars.length,
    summary: l10n.t(
      "Most of the reward's differences go with {0}: it explains {1} of the variance by itself.",
      visibleLine(first.key),
      percent(first.share),
    ),
    table: {
      columns: [l10n.t("option"), l10n.t("share of the variance"), l10n.t("values tried")],
      rows: importance.map(({ key, share, values }) => [visibleLine(key), share, values]),
    },
    hint: ({ item }) => {
      const bar = bars[item];
      if (bar === undefined) return undefined;
      return [
        visibleLine(bar.key),
        l10n.t("explains {0} of the variance", percent(bar.share)),
        l10n.t("{0} values tried", countText(bar.values)),
      ];
    },
    option: {
      ...baseOption(palette),
      legend: { show: false },
      grid: { left: 130, right: 56, top: 8, bottom: 44 },
      xAxis: {
        type: "value",
        min: 0,
        max: 1,
        interval: 0.25,
        name: l10n.t("share of the variance"),
        nameLocation: "middle",
        nameGap: 28,
        ...axisStyle(palette),
        axisLabel: { color: palette.quiet, fontSize: 11, formatter: percent },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: bars.map(({ key }) => shortLabel(key)),
        ...axisStyle(palette),
        splitLine: { show: false },
      },
      series: [
        {
          type: "bar",
          data: bars.map(({ share }) => share ?? 0),
          itemStyle: { color: palette.line },
          label: {
            show: true,
            position: "right",
            color: palette.ink,
            formatter: ({ dataIndex }) => percent(bars[dataIndex]?.share ?? null),
          },
        },
      ],
    },
  };
}
