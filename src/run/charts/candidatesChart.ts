import { english, type L10n } from "../l10n.ts";
import type { CandidatePoint, RewardKind } from "../panel/landscapeShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { candidateHint, candidateMarks, markWords, outline } from "./candidateMarks.ts";
import { axisStyle, baseOption, type Chart, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";

const kinds: readonly RewardKind[] = ["local", "global"];
/** The series, each of one look. */
const drawn = candidateMarks.flatMap((mark) => kinds.map((kind) => ({ kind, mark })));
/** From so many on, points of a series are one shape. */
const MANY = 50;

/** Candidates, and of how many they are shown. */
export interface Candidates {
  readonly candidates: readonly CandidatePoint[];
  readonly values: number;
}

/** Every candidate over the iterations, by local and by global reward; for places see `candidateAt`. Null without any. */
export function candidatesChart(
  { candidates, values }: Candidates,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  if (candidates.length === 0) return null;
  const groups = drawn.map((series) => seriesOf(candidates, series));
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
      series: drawn.map(({ kind, mark }, index) => ({
        type: "scatter" as const,
        name: rewardWords(kind, l10n),
        symbol: kind === "local" ? "circle" : "rect",
        symbolSize: mark === "current" ? 14 : mark === null ? 5 : 9,
        z: 3 + index,
        itemStyle: {
          color: palette[kind],
          opacity: 1,
          ...outline(mark, palette),
        },
        // As one shape: there may be so many that each by itself would make moving the picture about slow.
        large: true,
        largeThreshold: MANY,
        data: (groups[index] ?? []).map((candidate) => [candidate.iteration, candidate[kind]]),
      })),
    },
  };
}

/** The candidate at a place of the chart. */
export function candidateAt(
  candidates: readonly CandidatePoint[],
  { series, item }: { readonly series: number; readonly item: number },
): CandidatePoint | undefined {
  const of = drawn[series];
  return of === undefined ? undefined : seriesOf(candidates, of)[item];
}

function seriesOf(candidates: readonly CandidatePoint[], { kind, mark }: (typeof drawn)[number]) {
  return rewarded(candidates, kind).filter((candidate) => candidate.mark === mark);
}

function rewardWords(kind: RewardKind, l10n: L10n): string {
  return kind === "local" ? l10n.t("local reward") : l10n.t("global reward");
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
