import { english, type L10n, plural } from "../l10n.ts";
import { changeText, countText } from "../views/numberFormat.ts";
import { clearestEffects, type EffectPoint, isClear } from "../views/outputEffects.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart, rewardAxis } from "./chart.ts";
import { shortLabel } from "./label.ts";
import type { Palette } from "./palette.ts";
import { ruler, whiskers } from "./whiskers.ts";

/** Pixels of one row. */
const ROW = 24;
/** Outputs from which on an interval reaches less than one standard deviation to each side. */
const MANY_OUTPUTS = 7;
/** Rows that can be told apart; more only a log has that was not written by this product. */
const MOST_ROWS = 60;

/**
 * What changing outputs on purpose does to the local reward: a row for each change and strength, with the mean over the
 * outputs and its interval. Filled points are those whose interval leaves out 0. Null without any.
 */
export function effectsChart(all: readonly EffectPoint[], palette: Palette, l10n: L10n = english): Chart | null {
  const effects = all.slice(0, MOST_ROWS);
  if (effects.length === 0) return null;
  const last = effects.length - 1;
  const labels = effects.map((effect) => effectName(effect, l10n));
  return {
    width: 860,
    height: 84 + ROW * effects.length,
    // The names of the changes take half of it.
    leastWidth: 440,
    summary: summary(effects, l10n),
    table: {
      columns: [
        l10n.t("change"),
        l10n.t("share that was changed"),
        l10n.t("outputs"),
        l10n.t("change of the local reward"),
        l10n.t("lower bound"),
        l10n.t("upper bound"),
        l10n.t("outputs whose reward fell"),
      ],
      rows: effects.map(({ change, strength, outputs, mean, low, high, lower }) => [
        changeName(change, l10n),
        strength,
        outputs,
        mean,
        low,
        high,
        lower,
      ]),
    },
    hint: ({ series, item }) => {
      const effect = series === 0 ? effects[item] : undefined;
      return effect === undefined ? undefined : hint(effect, l10n);
    },
    option: {
      ...baseOption(palette),
      legend: { show: false },
      grid: { left: 214, right: 28, top: 12, bottom: 46 },
      xAxis: rewardAxis(l10n.t("change of the local reward, logits"), palette, "x"),
      yAxis: {
        type: "category",
        inverse: true,
        data: labels.map((label) => shortLabel(label, 36)),
        ...axisStyle(palette),
        axisLabel: { color: palette.ink, fontSize: 11, interval: 0 },
      },
      series: [
        {
          type: "scatter",
          name: l10n.t("mean over outputs"),
          symbolSize: 10,
          z: 3,
          data: effects.map((effect, row) => ({
            value: [effect.mean, row],
            itemStyle: {
              color: isClear(effect) ? palette.local : palette.paper,
              borderColor: palette.local,
              borderWidth: 1.75,
              opacity: 1,
            },
          })),
        },
        whiskers(
          effects.flatMap(({ low, high }, row) =>
            low === null || high === null
              ? []
              : [
                  [
                    [low, row],
                    [high, row],
                  ],
                ],
          ),
          palette.local,
          2,
        ),
        ruler(
          l10n.t("no change"),
          [
            [0, 0],
            [0, last],
          ],
          palette.ink,
        ),
      ],
    },
  };
}

/** What was done to outputs, in words: "shorter". Names that a later version has are said as they are. */
export function changeName(change: string, l10n: L10n = english): string {
  switch (change) {
    case "shorter":
      return l10n.t("shorter");
    case "longer":
      return l10n.t("repeating itself");
    case "echoing":
      return l10n.t("echoing the input");
    case "reordered":
      return l10n.t("words reordered");
    case "without input terms":
      return l10n.t("without terms of the input");
    case "without own terms":
      return l10n.t("without terms of its own");
    default:
      return visibleLine(change.slice(0, 200));
  }
}

/** "shorter, 25 %". */
export function effectName(
  { change, strength }: Pick<EffectPoint, "change" | "strength">,
  l10n: L10n = english,
): string {
  return l10n.t("{0}, {1} %", changeName(change, l10n), countText(Math.round(100 * strength)));
}

function hint(effect: EffectPoint, l10n: L10n): string[] {
  const { mean, low, high, outputs, lower } = effect;
  return [
    effectName(effect, l10n),
    l10n.t("local reward {0}", changeText(mean)),
    ...(low === null || high === null ? [] : [l10n.t("95 % interval {0} to {1}", changeText(low), changeText(high))]),
    plural(l10n, "fell for {0} of {1, plural, one {# output} other {# outputs}}", countText(lower), outputs),
  ];
}

function summary(effects: readonly EffectPoint[], l10n: L10n): string {
  const { falls, rises } = clearestEffects(effects);
  const outputs = effects.reduce((most, effect) => Math.max(most, effect.outputs), 0);
  const said = [
    plural(
      l10n,
      "What changing good outputs on purpose does to the local reward, over up to {0, plural, one {# output} other {# outputs}}.",
      outputs,
    ),
  ];
  if (outputs === 1) said.push(l10n.t("One output has no interval; this fit was too small to pay for changing more."));
  else if (outputs < MANY_OUTPUTS) {
    said.push(
      plural(
        l10n,
        "Intervals are wide because they stand on {0, plural, one {# output} other {# outputs}}: a fit pays for as many as its size allows.",
        outputs,
      ),
    );
  }
  if (falls !== undefined) {
    said.push(
      l10n.t("It falls most when an output is made: {0} ({1}).", effectName(falls, l10n), changeText(falls.mean)),
    );
  }
  if (rises !== undefined) {
    said.push(
      l10n.t(
        "It rises most when an output is made: {0} ({1}); what is rewarded so, an optimizer will find.",
        effectName(rises, l10n),
        changeText(rises.mean),
      ),
    );
  }
  if (falls === undefined && rises === undefined) said.push(l10n.t("No change moves it clearly."));
  return said.join(" ");
}
