import { english, type L10n, plural } from "../l10n.ts";
import type { OptionImportance } from "../panel/landscapeShown.ts";
import { visibleLine } from "../views/visibleText.ts";
import { barsHeight, shareBars } from "./barsChart.ts";
import { type Chart, percentText } from "./chart.ts";
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
  return {
    width: 420,
    height: barsHeight(bars.length),
    summary: l10n.t(
      "Most of the reward's differences go with {0}: it explains {1} of the variance by itself.",
      visibleLine(first.key),
      percentText(first.share),
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
        l10n.t("explains {0} of the variance", percentText(bar.share)),
        plural(l10n, "{0, plural, one {# value} other {# values}} tried", bar.values),
      ];
    },
    option: shareBars(
      {
        names: bars.map(({ key }) => visibleLine(key)),
        shares: bars.map(({ share }) => share ?? 0),
        measure: l10n.t("share of the variance"),
        label: (bar) => percentText(bars[bar]?.share),
        colour: palette.line,
      },
      palette,
    ),
  };
}
