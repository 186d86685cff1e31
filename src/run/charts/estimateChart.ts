import { english, type L10n } from "../l10n.ts";
import type { EstimatedFigure, EstimateStanding } from "../views/estimateStanding.ts";
import { estimateSentence, estimateWords } from "../views/estimateStandingWords.ts";
import { barsHeight, lyingBars } from "./barsChart.ts";
import { baseOption, type Chart } from "./chart.ts";
import type { Palette } from "./palette.ts";
import { ruler, rulerIcon, whiskers } from "./whiskers.ts";

/** Doublings of what is likely that the picture shows at most, to either side: what lies beyond stands at its edge. */
const MOST_DOUBLINGS = 6;

/**
 * Ranges of an estimate and what came, each as a multiple of what was likely, so that calls, tokens, money and time stand
 * on one axis. Null where none is known on both sides.
 */
export function estimateChart(standing: EstimateStanding | null, palette: Palette, l10n: L10n = english): Chart | null {
  if (standing === null) return null;
  const words = estimateWords(standing, l10n);
  const drawn = standing.figures.flatMap((figure, index) => {
    const range = ratiosOf(figure);
    return range === undefined ? [] : [{ ...range, place: figure.place, words: words[index] }];
  });
  if (drawn.length === 0) return null;
  const edge = Math.min(
    MOST_DOUBLINGS,
    Math.max(
      1,
      ...drawn.map(({ low, high, came }) => Math.ceil(Math.max(Math.abs(low), Math.abs(high), Math.abs(came)))),
    ),
  );
  const within = (doublings: number) => Math.min(edge, Math.max(-edge, doublings));
  const [range, likely] = [l10n.t("estimated range"), l10n.t("likely")];
  const [inside, outside] = [l10n.t("came, within the range"), l10n.t("came, outside of it or not known to be inside")];
  // The rows that a series has points of.
  const places = [true, false].map((isInside) =>
    drawn.flatMap(({ place }, row) => ((place === "inside") === isInside ? [row] : [])),
  );
  const points = (series: number) => (places[series] ?? []).map((row) => [within(drawn[row]?.came ?? 0), row]);
  const above = 36;
  return {
    width: 860,
    height: barsHeight(drawn.length, above),
    leastWidth: 360,
    summary: estimateSentence(standing, l10n),
    option: {
      ...baseOption(palette),
      legend: {
        ...baseOption(palette).legend,
        data: [{ name: range }, { name: likely, icon: rulerIcon }, { name: inside }, { name: outside }],
      },
      ...lyingBars(
        {
          names: drawn.map((figure) => figure.words?.unit ?? ""),
          measure: l10n.t("multiple of what was likely"),
          text: (doublings) => multipleText(doublings),
          range: [-edge, edge],
          left: 110,
          top: above,
        },
        palette,
      ),
      series: [
        {
          ...whiskers(
            drawn.map(({ low, high }, row) => [
              [within(low), row],
              [within(high), row],
            ]),
            palette.line,
            9,
          ),
          name: range,
          symbol: "none",
        },
        {
          type: "scatter",
          name: inside,
          symbol: "circle",
          symbolSize: 13,
          z: 4,
          itemStyle: { color: palette.accepted, borderColor: palette.paper, borderWidth: 1.5 },
          data: points(0),
        },
        {
          type: "scatter",
          name: outside,
          symbol: "diamond",
          symbolSize: 15,
          z: 4,
          itemStyle: { color: palette.rejected, borderColor: palette.paper, borderWidth: 1.5 },
          data: points(1),
        },
        ruler(
          likely,
          [
            [0, 0],
            [0, drawn.length - 1],
          ],
          palette.ink,
        ),
      ],
    },
    table: {
      columns: [
        l10n.t("of"),
        l10n.t("at least"),
        l10n.t("likely"),
        l10n.t("at most"),
        l10n.t("came"),
        l10n.t("beside the range"),
      ],
      rows: standing.figures.map(({ range: estimated, came }, index) => [
        words[index]?.unit ?? "",
        written(estimated?.low),
        written(estimated?.expected),
        written(estimated?.high),
        written(came),
        words[index]?.place ?? "",
      ]),
    },
    hint: ({ series, item }) => {
      const told = drawn[places[series - 1]?.[item] ?? -1]?.words;
      if (told === undefined) return undefined;
      return [told.unit, l10n.t("estimated: {0}", told.estimated), l10n.t("came: {0}", told.came), told.place];
    },
  };
}

/** In doublings of what is likely; undefined where there is nothing to compare with. */
function ratiosOf({ range, came }: EstimatedFigure) {
  if (range === null || came === null || range.expected <= 0) return undefined;
  const doublings = (value: number) => (value <= 0 ? Number.NEGATIVE_INFINITY : Math.log2(value / range.expected));
  return { low: doublings(range.low), high: doublings(range.high), came: doublings(came) };
}

/** Counts whole, and of what is small three digits that say something. */
function written(value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** "1/4 ×", "1 ×", "4 ×". */
function multipleText(doublings: number): string {
  const factor = countedFactor(2 ** Math.abs(doublings));
  return doublings < 0 ? `1/${factor} ×` : `${factor} ×`;
}

function countedFactor(factor: number): string {
  return String(Math.round(factor * 10) / 10);
}
