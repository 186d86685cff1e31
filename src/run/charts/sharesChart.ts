import { english, type L10n } from "../l10n.ts";
import { runsText } from "../views/numberFormat.ts";
import { purposeWords } from "../views/runWords.ts";
import type { RunsByPurpose } from "../views/spending.ts";
import { visibleLine } from "../views/visibleText.ts";
import { barsChart } from "./barsChart.ts";
import type { Chart } from "./chart.ts";
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

/** Sums of roundings: less than any execution costs. */
const NOTHING = 0.005;

/** System runs of each spender as a bar that the purposes share. Null where nothing was spent. */
export function sharesChart(
  { purposes, spenders }: SharesPicture,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  const shared = purposes.flatMap((purpose, index) =>
    spenders.some(({ byPurpose }) => (byPurpose[purpose] ?? 0) > 0) ? [{ purpose, index }] : [],
  );
  const untold = ({ runs, byPurpose }: Spender) => {
    const rest = runs - Object.values(byPurpose).reduce((sum, one) => sum + one, 0);
    return rest > NOTHING ? rest : 0;
  };
  const isUntold = spenders.some((spender) => untold(spender) > 0);
  return barsChart(
    {
      unit: l10n.t("system runs"),
      bars: l10n.t("component"),
      text: runsText,
      parts: [
        ...shared.map(({ purpose, index }) => ({
          name: visibleLine(purposeWords(purpose, l10n)),
          colour: seriesColour(palette, index),
        })),
        ...(isUntold ? [{ name: l10n.t("not told apart yet"), colour: palette.quiet }] : []),
      ],
      rows: spenders.map((spender) => ({
        name: visibleLine(spender.name),
        amounts: [
          ...shared.map(({ purpose }) => spender.byPurpose[purpose] ?? 0),
          ...(isUntold ? [untold(spender)] : []),
        ],
      })),
    },
    palette,
    l10n,
  );
}
