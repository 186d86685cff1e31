import { english, type L10n, plural } from "../l10n.ts";
import type { ModelChoice, ModelPoint, RewardKind } from "../panel/landscapeShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { barsHeight, shareBars } from "./barsChart.ts";
import { candidateHint, markWords } from "./candidateMarks.ts";
import { axisStyle, baseOption, type Chart, percentText, rewardAxis } from "./chart.ts";
import { shortLabel } from "./label.ts";
import type { Palette } from "./palette.ts";

/** Local and global reward of each model that was tried; items of either series are the models. Null without any. */
export function modelsChart(models: readonly ModelPoint[], palette: Palette, l10n: L10n = english): Chart | null {
  if (models.length === 0) return null;
  const kinds = (["global", "local"] as const).filter((kind) => models.some((model) => model[kind] !== null));
  return {
    width: 860,
    height: 300,
    summary: kinds.map((kind) => bestSentence(models, kind, l10n)).join(" "),
    table: {
      columns: [l10n.t("model"), l10n.t("local reward"), l10n.t("global reward"), l10n.t("state")],
      rows: models.map(({ model, local, global, mark }) => [visibleLine(model), local, global, markWords(mark, l10n)]),
    },
    hint: ({ item }) => {
      const model = models[item];
      return model === undefined
        ? undefined
        : candidateHint({ ...model, text: visibleLine(model.model), iteration: 0 }, l10n).toSpliced(
            -1,
            1,
            markWords(model.mark, l10n),
          );
    },
    option: {
      ...baseOption(palette),
      grid: { left: 62, right: 28, top: 44, bottom: 34 },
      xAxis: {
        type: "category",
        data: models.map(({ model, mark }) =>
          mark === "current" ? `${shortLabel(model, 28)} ●` : shortLabel(model, 28),
        ),
        ...axisStyle(palette),
        axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true },
        splitLine: { show: false },
      },
      yAxis: { ...rewardAxis(l10n.t("reward, mean"), palette, "y"), scale: false },
      series: kinds.map((kind) => ({
        type: "bar" as const,
        name: kind === "global" ? l10n.t("global reward") : l10n.t("local reward"),
        barMaxWidth: 48,
        data: models.map((model) => model[kind] ?? "-"),
        itemStyle: { color: palette[kind] },
      })),
    },
  };
}

/** How often each model was chosen where each input chooses its own, with its mean local reward there. Null without any. */
export function modelChoiceChart(
  { models, iteration }: ModelChoice,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  if (models.length === 0) return null;
  const [first, ...others] = models;
  const most = others.reduce((top, model) => (model.share > (top?.share ?? 0) ? model : top), first);
  return {
    width: 860,
    height: barsHeight(models.length),
    summary: l10n.t(
      "Chosen for each input in iteration {0}; most often {1}, for {2} of the inputs.",
      countText(iteration),
      visibleLine(most?.model ?? ""),
      percentText(most?.share ?? 0),
    ),
    table: {
      columns: [l10n.t("model"), l10n.t("share of inputs"), l10n.t("inputs"), l10n.t("local reward there")],
      rows: models.map(({ model, share, inputs, reward }) => [visibleLine(model), share, inputs, reward]),
    },
    hint: ({ item }) => {
      const model = models[item];
      if (model === undefined) return undefined;
      return [
        visibleLine(model.model),
        plural(
          l10n,
          "chosen for {0, plural, one {# input} other {# inputs}}, {1} of all",
          model.inputs,
          percentText(model.share),
        ),
        l10n.t("local reward there {0}", rewardText(model.reward)),
      ];
    },
    option: shareBars(
      {
        names: models.map(({ model }) => visibleLine(model)),
        shares: models.map(({ share }) => share),
        measure: l10n.t("share of inputs"),
        label: (bar) => {
          const model = models[bar];
          return model === undefined
            ? ""
            : `${percentText(model.share)}, ${l10n.t("reward {0}", rewardText(model.reward))}`;
        },
        colour: palette.local,
        right: 130,
      },
      palette,
    ),
  };
}

function bestSentence(models: readonly ModelPoint[], kind: RewardKind, l10n: L10n): string {
  const [first, ...others] = models;
  const best = others.reduce((top, model) => ((model[kind] ?? -1) > (top?.[kind] ?? -1) ? model : top), first);
  const name = visibleLine(best?.model ?? "");
  return kind === "global"
    ? l10n.t("The global reward is highest with {0}: {1}.", name, rewardText(best?.global))
    : l10n.t("The local reward is highest with {0}: {1}.", name, rewardText(best?.local));
}
