import { english, type L10n } from "./l10n.ts";
import type { RunOutput } from "./runOutput.ts";
import { estimatedUnitWords, minutesText, placeWords, rangeText } from "./views/estimateStandingWords.ts";
import { countText, moneyText } from "./views/numberFormat.ts";
import { toldSentence } from "./views/runSentences.ts";
import { purposeWords, statusWords } from "./views/runWords.ts";

/** Where a run stands, in a few words: "interrupted at iteration 4 of 10: the cell was interrupted". */
export function outputStatusWords({ status, iteration }: RunOutput, l10n: L10n = english): string {
  switch (status.state) {
    case "idle":
      return l10n.t("ready for the next step");
    case "interrupted": {
      const reason = toldSentence(status.reason, l10n);
      return iteration === null
        ? l10n.t("interrupted: {0}", reason)
        : l10n.t("interrupted at iteration {0} of {1}: {2}", iteration.iteration, iteration.of, reason);
    }
    case "failed": {
      const message = toldSentence(status.message, l10n);
      return iteration === null
        ? l10n.t("failed: {0}", message)
        : l10n.t("failed at iteration {0} of {1}: {2}", iteration.iteration, iteration.of, message);
    }
    default:
      return statusWords(status, l10n);
  }
}

/** What calls of models came to: how many were made, and what they cost. */
export function modelWords(
  { calls, recorded, usd, atLeast }: NonNullable<RunOutput["models"]>,
  l10n: L10n = english,
): { readonly calls: string; readonly money: string } {
  const known = usd === null ? l10n.t("not known") : moneyText(usd);
  return {
    calls:
      recorded > 0 ? l10n.t("{0}, and {1} from a record", countText(calls), countText(recorded)) : countText(calls),
    money: usd !== null && atLeast ? l10n.t("at least {0}", known) : known,
  };
}

/** What was estimated beside what came, a figure a row: what, estimated, came, where that lies. */
export function estimateRows(
  { estimate, models, simulated }: Pick<RunOutput, "estimate" | "models" | "simulated">,
  l10n: L10n = english,
): string[][] {
  return (estimate?.figures ?? []).map(({ unit, range, came, place }) => {
    const free = unit === "money" && simulated ? l10n.t("$0: simulated model") : undefined;
    const known = came === null ? l10n.t("not known") : unit === "time" ? minutesText(came) : countText(came);
    const money = models === undefined ? moneyText(came ?? 0) : modelWords(models, l10n).money;
    return [
      estimatedUnitWords(unit, l10n),
      free ?? (range === null ? l10n.t("not known") : rangeText(range, unit, l10n)),
      free ?? (unit === "money" ? money : known),
      placeWords({ place }, estimate?.over === true, l10n),
    ];
  });
}

/** Who asked models for what: who, for what, calls, money. */
export function calledRows(
  { called, simulated }: Pick<RunOutput, "called" | "simulated">,
  l10n: L10n = english,
): string[][] {
  return (called ?? []).map(({ who, purpose, calls, usd }) => [
    who === "proposer" ? l10n.t("proposer") : who,
    purpose === null ? l10n.t("not told apart") : purposeWords(purpose, l10n),
    countText(calls),
    simulated ? l10n.t("simulated model") : usd === null ? l10n.t("not known") : moneyText(usd),
  ]);
}
