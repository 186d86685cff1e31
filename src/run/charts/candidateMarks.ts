import { english, type L10n } from "../l10n.ts";
import type { CandidateMark } from "../panel/landscapeShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import type { ChartPlace } from "./chart.ts";
import { mixed, type Palette } from "./palette.ts";

/** What candidates are told apart by, in the order of their series; shapes say it without colour. */
export const candidateMarks: readonly CandidateMark[] = [null, "rejected", "accepted", "current"];

const symbols = { tried: "circle", rejected: "triangle", accepted: "rect", current: "diamond" } as const;

interface Marked {
  readonly iteration: number;
  readonly mark: CandidateMark;
  readonly text: string;
}

/** Candidates by their marks: one series each. */
export function marked<T extends Marked>(candidates: readonly T[]): readonly (readonly T[])[] {
  return candidateMarks.map((mark) => candidates.filter((candidate) => candidate.mark === mark));
}

export function markedAt<T extends Marked>(groups: readonly (readonly T[])[], place: ChartPlace): T | undefined {
  return groups[place.series]?.[place.item];
}

export function markWords(mark: CandidateMark, l10n: L10n = english): string {
  switch (mark) {
    case null:
      return l10n.t("tried");
    case "rejected":
      return l10n.t("rejected");
    case "accepted":
      return l10n.t("accepted");
    case "current":
      return l10n.t("in force");
    default:
      throw new Error(`unknown mark ${mark satisfies never}`);
  }
}

/** How a series of candidates looks; what stands in the legend has no iteration. */
export function markStyle(mark: CandidateMark, palette: Palette) {
  return {
    symbol: symbols[mark ?? "tried"],
    symbolSize: mark === null ? 7 : mark === "current" ? 15 : 10,
    itemStyle: { color: mark === null ? palette.quiet : palette.global, opacity: 1, ...outline(mark, palette) },
  };
}

/** The later the iteration, the further from grey. @param last iteration of all candidates */
export function iterationStyle({ iteration, mark }: Marked, last: number, palette: Palette) {
  const share = last > 0 ? iteration / last : 1;
  return { color: mixed(palette.quiet, palette.global, share), opacity: 1, ...outline(mark, palette) };
}

function outline(mark: CandidateMark, palette: Palette) {
  return mark === "current" || mark === "accepted"
    ? { borderColor: palette.ink, borderWidth: 1.5 }
    : { borderColor: palette.paper, borderWidth: 0.5 };
}

/** What is said of a candidate under the pointer. */
export function candidateHint(
  candidate: Marked & { readonly local: number | null; readonly global: number | null },
  l10n: L10n,
): string[] {
  const { text, iteration, mark, local, global } = candidate;
  return [
    text,
    ...(local === null ? [] : [l10n.t("local reward {0}", rewardText(local))]),
    ...(global === null ? [] : [l10n.t("global reward {0}", rewardText(global))]),
    `${l10n.t("iteration {0}", countText(iteration))}, ${markWords(mark, l10n)}`,
  ];
}
