import { english, type L10n } from "../l10n.ts";
import type { CandidatePoint, RewardKind } from "../panel/landscapeShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { candidateHint, markWords } from "./candidateMarks.ts";
import { axisStyle, baseOption, type Chart, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";

const kinds: readonly RewardKind[] = ["local", "global"];

/** Candidates, and of how many they are shown. */
export interface Candidates {
  readonly candidates: readonly CandidatePoint[];
  readonly values: number;
}

/** Every candidate over the iterations, by local and by global reward: one series each, see `candidateAt`. Null without any. */
export function candidatesChart(
  { candidates, values }: Candidates,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  if (candidates.length === 0) return null;
  const groups = kinds.map((kind) => rewarded(candidates, kind));
  const last = Math.max(1, ...candidates.map(({ iteration }) => iteration));
  return {
    width: 860,
    height: 340,
    summary: summary(candidates, values, l10n),
    table: {
      columns: [
        l10n.t("candidate"),
        l10n.t("iteration"),
        l10n.t("local reward"),
        l10n.t("global reward"),
        l10n.t("state"),
      ],
      rows: candidates.map(({ text, iteration, local, global, mark }) => [
        text,
        iteration,
        local,
        global,
        markWords(mark, l10n),
      ]),
    },
    hint: ({ series, item }) => {
      const candidate = groups[series]?.[item];
      return candidate === undefined ? undefined : candidateHint(candidate, l10n);
    },
    option: {
      ...baseOption(palette),
      grid: { left: 62, right: 28, top: 44, bottom: 46 },
      dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none" }],
      xAxis: {
        type: "value",
        name: l10n.t("iteration"),
        nameLocation: "middle",
        nameGap: 28,
        min: 0,
        max: last,
        minInterval: 1,
        ...axisStyle(palette),
        splitLine: { show: false },
      },
      yAxis: rewardAxis(l10n.t("reward, mean"), palette, "y"),
      series: kinds.map((kind, index) => ({
        type: "scatter" as const,
        name: kind === "local" ? l10n.t("local reward") : l10n.t("global reward"),
        symbol: kind === "local" ? "circle" : "rect",
        z: 3 + index,
        itemStyle: { color: palette[kind], opacity: 0.8 },
        data: (groups[index] ?? []).map((candidate) => ({
          value: [candidate.iteration, candidate[kind]],
          symbolSize: candidate.mark === "current" ? 14 : candidate.mark === null ? 5 : 9,
          ...(candidate.mark === "current" || candidate.mark === "accepted"
            ? { itemStyle: { borderColor: palette.ink, borderWidth: 1.5 } }
            : {}),
        })),
      })),
    },
  };
}

/** The candidate at a place of the chart. */
export function candidateAt(
  candidates: readonly CandidatePoint[],
  { series, item }: { readonly series: number; readonly item: number },
): CandidatePoint | undefined {
  const kind = kinds[series];
  return kind === undefined ? undefined : rewarded(candidates, kind)[item];
}

function rewarded(candidates: readonly CandidatePoint[], kind: RewardKind): readonly CandidatePoint[] {
  return candidates.filter((candidate) => candidate[kind] !== null);
}

function summary(candidates: readonly CandidatePoint[], values: number, l10n: L10n): string {
  const said = [l10n.t("Values tried: {0}.", countText(values))];
  if (candidates.length < values) {
    said.push(l10n.t("Shown: {0}, the extreme and the newest among them.", countText(candidates.length)));
  }
  for (const kind of kinds) {
    const rewards = rewarded(candidates, kind).map((candidate) => candidate[kind] ?? 0);
    if (rewards.length === 0) continue;
    const [low, high] = [rewardText(Math.min(...rewards)), rewardText(Math.max(...rewards))];
    said.push(
      kind === "local"
        ? l10n.t("Local rewards go from {0} to {1}.", low, high)
        : l10n.t("Global rewards go from {0} to {1}.", low, high),
    );
  }
  return said.join(" ");
}
