import { english, type L10n, plural } from "../l10n.ts";
import type { FitInsight } from "../panel/alignmentShown.ts";
import { rewardText } from "../views/numberFormat.ts";
import { baseOption, type Chart, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";
import { ruler, rulerIcon, whiskers } from "./whiskers.ts";

/** Pixels across of the smallest point; areas tell how many pairs. */
const [SMALLEST, LARGEST] = [7, 30];

type Calibration = Pick<FitInsight, "calibration" | "brier" | "error">;

/**
 * How often a local reward is right against how certain it is, over held-out pairs: on the diagonal it can be believed,
 * below it is too certain. Points are larger the more pairs they stand for. Null without pairs.
 */
export function calibrationChart(insight: Calibration, palette: Palette, l10n: L10n = english): Chart | null {
  const { calibration } = insight;
  if (calibration.length === 0) return null;
  const most = calibration.reduce((largest, { pairs }) => Math.max(largest, pairs), 1);
  const lowest = calibration.reduce((least, { low }) => Math.min(least, low), 0.5);
  const words = {
    measured: l10n.t("held-out pairs"),
    perfect: l10n.t("as certain as right"),
    predicted: l10n.t("predicted probability"),
    right: l10n.t("share that was right"),
  };
  return {
    width: 420,
    height: 340,
    summary: summary(insight, l10n),
    table: {
      columns: [words.predicted, words.right, l10n.t("lower bound"), l10n.t("upper bound"), l10n.t("pairs")],
      rows: calibration.map(({ predicted, right, low, high, pairs }) => [predicted, right, low, high, pairs]),
    },
    hint: ({ series, item }) => {
      const bin = series === 0 ? calibration[item] : undefined;
      if (bin === undefined) return undefined;
      return [
        l10n.t("predicted {0}, right {1}", rewardText(bin.predicted), rewardText(bin.right)),
        l10n.t("95 % interval {0} to {1}", rewardText(bin.low), rewardText(bin.high)),
        plural(l10n, "{0, plural, one {# pair} other {# pairs}}", bin.pairs),
      ];
    },
    option: {
      ...baseOption(palette),
      legend: { ...baseOption(palette).legend, data: [words.measured, { name: words.perfect, icon: rulerIcon }] },
      grid: { left: 62, right: 24, top: 44, bottom: 46 },
      xAxis: { ...rewardAxis(words.predicted, palette, "x"), min: 0.5, max: 1, interval: 0.1 },
      yAxis: { ...rewardAxis(words.right, palette, "y"), min: Math.floor(lowest * 5) / 5, max: 1, interval: 0.2 },
      series: [
        {
          type: "scatter",
          name: words.measured,
          color: palette.local,
          itemStyle: { color: palette.local, borderColor: palette.paper, borderWidth: 1, opacity: 1 },
          z: 3,
          data: calibration.map(({ predicted, right, pairs }) => ({
            value: [predicted, right],
            symbolSize: Math.max(SMALLEST, LARGEST * Math.sqrt(pairs / most)),
          })),
        },
        whiskers(
          calibration.map(({ predicted, low, high }) => [
            [predicted, low],
            [predicted, high],
          ]),
          palette.local,
        ),
        ruler(
          words.perfect,
          [
            [0.5, 0.5],
            [1, 1],
          ],
          palette.ink,
        ),
      ],
    },
  };
}

function summary({ calibration, brier, error }: Calibration, l10n: L10n): string {
  const pairs = calibration.reduce((sum, bin) => sum + bin.pairs, 0);
  const said = [
    plural(
      l10n,
      "How certain the local reward is of {0, plural, one {# held-out pair} other {# held-out pairs}}, and how often it is right.",
      pairs,
    ),
  ];
  if (error !== null) {
    const certain = calibration.reduce((sum, bin) => sum + bin.pairs * (bin.predicted - bin.right), 0) / pairs;
    said.push(
      certain > 0
        ? l10n.t("It is off by {0} on average, and mostly too certain (expected calibration error).", rewardText(error))
        : l10n.t(
            "It is off by {0} on average, and mostly less certain than it could be (expected calibration error).",
            rewardText(error),
          ),
    );
  }
  if (brier !== null) said.push(l10n.t("Brier score {0}; a coin has 0.25, and 0 is perfect.", rewardText(brier)));
  return said.join(" ");
}
