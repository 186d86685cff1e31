import { english, type L10n } from "../l10n.ts";
import type { CandidateMark } from "../panel/landscapeShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { scaleOf } from "./contrast.ts";
import type { Palette } from "./palette.ts";

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

/** How candidates of one mark look. @param shade from 0 for the first iteration to 1 for the last: the later, the stronger */
export function markStyle(mark: CandidateMark, palette: Palette, shade: number) {
  return {
    symbol: symbols[mark ?? "tried"],
    symbolSize: mark === null ? 7 : mark === "current" ? 15 : 10,
    itemStyle: { color: scaleOf(palette.global, palette)(shade), opacity: 1, ...outline(mark, palette) },
  };
}

/** Points in a cloud are told apart by an edge of paper, those that matter by one of ink. */
export function outline(mark: CandidateMark, palette: Palette) {
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
