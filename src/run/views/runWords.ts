import type { BodyOf, Phase } from "../events.ts";
import { english, type L10n, plural } from "../l10n.ts";
import { toldSentence } from "./runSentences.ts";
import type { RunStatus, Summary } from "./runView.ts";
import { visibleLine } from "./visibleText.ts";

// Everything here is English unless another language is asked for.

export function phaseWords(phase: Phase, l10n: L10n = english): string {
  const words: Readonly<Record<Phase, string>> = {
    measuring: l10n.t("measuring the unoptimized system"),
    collecting: l10n.t("collecting preference pairs"),
    fitting: l10n.t("fitting local rewards"),
    iterating: l10n.t("optimizing"),
    testing: l10n.t("testing"),
  };
  return words[phase];
}

export const scorerWords: Readonly<Record<BodyOf<"update">["scorer"], string>> = {
  local: "local reward",
  global: "global reward",
  random: "random reward",
};

type Stop = BodyOf<"summary">["stop"];

function stopWords(stop: Stop, budget: Summary["budget"] | null, l10n: L10n): string {
  if (stop === "budget" && budget != null) return budgetEndWords(budget, l10n);
  const words: Readonly<Record<Stop, string>> = {
    iterations: l10n.t("finished: all iterations done"),
    budget: l10n.t("finished: the budget of system runs is spent"),
    "nothing to optimize": l10n.t("finished: no component has a variable to optimize"),
    "nothing left to try": l10n.t("finished: every value was tried and none is left that could be better"),
    evaluated: l10n.t("evaluated"),
    "rewards fitted": l10n.t("local rewards fitted"),
    "landscape drawn": l10n.t("landscape drawn"),
  };
  return words[stop];
}

/** Which budget ended a run. */
function budgetEndWords(budget: NonNullable<Summary["budget"]>, l10n: L10n): string {
  switch (budget) {
    case "system runs":
      return l10n.t("finished: the budget of system runs is spent");
    case "calls":
      return l10n.t("finished: the budget of model calls is spent");
    case "tokens":
      return l10n.t("finished: the budget of tokens is spent");
    case "money":
      return l10n.t("finished: the budget of money is spent");
    case "time":
      return l10n.t("finished: the budget of time is spent");
  }
}

/** Where the run stands, in a few words. */
export function statusWords(status: RunStatus, l10n: L10n = english): string {
  switch (status.state) {
    case "waiting":
      return l10n.t("starting");
    case "running":
      return status.phase === null ? l10n.t("running") : phaseWords(status.phase, l10n);
    case "interrupted":
      return l10n.t("interrupted: {0}", toldSentence(visibleLine(status.reason), l10n));
    case "failed":
      return l10n.t("failed: {0}", toldSentence(visibleLine(status.message), l10n));
    case "finished":
      return stopWords(status.stop, status.budget, l10n);
  }
}

export function decisionWords(decision: BodyOf<"update">["decision"], l10n: L10n = english): string {
  switch (decision) {
    case "accepted":
      return l10n.t("accepted");
    case "rejected":
      return l10n.t("rejected");
    case "unchanged":
      return l10n.t("unchanged");
  }
}

/** The rows that something was measured on. */
export function splitWords(split: "validation" | "test", l10n: L10n = english): string {
  return split === "validation" ? l10n.t("validation") : l10n.t("test");
}

/** What system runs were spent on; a purpose that only other versions know stays as it is. */
export function purposeWords(purpose: string, l10n: L10n = english): string {
  switch (purpose) {
    case "offline pairs":
      return l10n.t("offline pairs");
    case "fresh pairs":
      return l10n.t("fresh pairs");
    case "local search":
      return l10n.t("local search");
    case "validation":
      return l10n.t("validation");
    case "landscape":
      return l10n.t("landscape");
    case "evaluation":
      return l10n.t("evaluation");
    case "test":
      return l10n.t("test");
    default:
      return purpose;
  }
}

/** That a run starts from accepted values, not from the source's. @param saved how many, and the name of their file */
export function savedStartWords(
  { file, values }: { readonly file: string; readonly values: number },
  l10n: L10n = english,
): string {
  return plural(
    l10n,
    "starts from {0, plural, one {# saved value} other {# saved values}} ({1})",
    values,
    visibleLine(file),
  );
}
