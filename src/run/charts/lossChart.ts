import type { LineSeriesOption } from "echarts/charts";
import { english, type L10n } from "../l10n.ts";
import type { FitLosses } from "../panel/alignmentShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { axisStyle, baseOption, type Chart, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";
import { dots, ruler, rulerIcon } from "./whiskers.ts";

/** Loss of one fit after each epoch: of the pairs that were trained on, and of held-out ones. Null without an epoch. */
export function lossChart(losses: FitLosses, palette: Palette, l10n: L10n = english): Chart | null {
  const { train, heldOut, chosen, coin } = losses;
  const epochs = Math.max(train.length, heldOut.length);
  if (epochs === 0) return null;
  const words = {
    train: l10n.t("pairs trained on"),
    heldOut: l10n.t("held-out pairs"),
    chosen: l10n.t("epoch whose weights are used"),
    coin: l10n.t("a coin"),
  };
  const all = [...train, ...heldOut, ...(coin === null ? [] : [coin])];
  const last = Math.max(2, epochs);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const places = Array.from({ length: epochs }, (_, index) => index);
  return {
    width: 420,
    height: 300,
    summary: summary(losses, epochs, l10n),
    table: {
      columns: [l10n.t("epoch"), words.train, words.heldOut, ""],
      rows: places.map((index) => [
        index + 1,
        train[index] ?? null,
        heldOut[index] ?? null,
        index + 1 === chosen ? l10n.t("used") : null,
      ]),
    },
    hint: ({ series, item }) => {
      const loss = [train, heldOut][series]?.[item];
      if (loss === undefined) return undefined;
      return [
        l10n.t("epoch {0}", countText(item + 1)),
        `${series === 0 ? words.train : words.heldOut}: ${l10n.t("{0} nats", rewardText(loss))}`,
      ];
    },
    option: {
      ...baseOption(palette),
      legend: {
        ...baseOption(palette).legend,
        data: [
          words.train,
          words.heldOut,
          ...(coin === null ? [] : [{ name: words.coin, icon: rulerIcon }]),
          { name: words.chosen, icon: rulerIcon },
        ],
      },
      grid: { left: 62, right: 24, top: 62, bottom: 46 },
      xAxis: {
        type: "value",
        name: l10n.t("epoch"),
        nameLocation: "middle",
        nameGap: 28,
        min: 1,
        max: last,
        minInterval: 1,
        ...axisStyle(palette),
        splitLine: { show: false },
      },
      yAxis: rewardAxis(l10n.t("loss, nats"), palette, "y"),
      series: [
        line(words.train, train, palette.local, "circle", "solid"),
        // Also without data, so that places of series mean the same in every chart.
        line(words.heldOut, heldOut, palette.global, "rect", "dashed"),
        ...(coin === null
          ? []
          : [
              ruler(
                words.coin,
                [
                  [1, coin],
                  [last, coin],
                ],
                palette.ink,
              ),
            ]),
        ...(chosen > 0
          ? [
              ruler(
                words.chosen,
                [
                  [chosen, low],
                  [chosen, high],
                ],
                palette.quiet,
                dots,
              ),
            ]
          : []),
      ],
    },
  };
}

function line(
  name: string,
  losses: readonly number[],
  color: string,
  symbol: "circle" | "rect",
  type: "solid" | "dashed",
): LineSeriesOption {
  return {
    type: "line",
    name,
    symbol,
    symbolSize: losses.length > 40 ? 4 : 6,
    showAllSymbol: true,
    z: 3,
    data: losses.map((loss, index) => [index + 1, loss]),
    lineStyle: { color, width: 2, type },
    itemStyle: { color },
  };
}

function summary({ train, heldOut, chosen, coin }: FitLosses, epochs: number, l10n: L10n): string {
  const [first, last] = [train[0], train[Math.max(0, chosen - 1)] ?? train.at(-1)];
  const said = [l10n.t("Epochs tried: {0}.", countText(epochs))];
  if (first !== undefined && last !== undefined) {
    said.push(
      l10n.t(
        "Loss of the pairs trained on: {0} nats after the first, {1} nats in use.",
        rewardText(first),
        rewardText(last),
      ),
    );
  }
  const used = heldOut[chosen - 1];
  said.push(
    used === undefined
      ? l10n.t("The log does not tell the loss of held-out pairs.")
      : l10n.t("Loss of held-out pairs in use: {0} nats.", rewardText(used)),
  );
  if (coin !== null) said.push(l10n.t("A coin has {0} nats.", rewardText(coin)));
  if (chosen > 0) said.push(l10n.t("The weights after epoch {0} are used.", countText(chosen)));
  return said.join(" ");
}
