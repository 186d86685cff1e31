import { runsText } from "../../src/run/views/numberFormat.ts";
import { l10n } from "../words.ts";
import type { Offer } from "./draft.ts";

/** What a step costs at worst, and what that means in money, as far as it is known. */
export function costWords(systemRuns: number, { simulated }: Pick<Offer, "simulated">): string {
  const runs = runsText(systemRuns);
  return simulated
    ? l10n.t("up to {0} system runs, with the simulated model and at no cost.", runs)
    : l10n.t("up to {0} system runs. What they cost in money is not known.", runs);
}
