import { plural } from "../../src/run/l10n.ts";
import { moneyText } from "../../src/run/views/numberFormat.ts";
import { l10n } from "../words.ts";
import type { Offer } from "./draft.ts";

/**
 * What a step costs at worst, and what that means in money, as far as it is known.
 * @param usd US dollars at most; null or undefined where nobody knows
 */
export function costWords(
  systemRuns: number,
  usd: number | null | undefined,
  { simulated }: Pick<Offer, "simulated">,
): string {
  if (!simulated && typeof usd === "number") {
    return plural(
      l10n,
      "up to {0, plural, one {# system run} other {# system runs}}, for up to {1}.",
      systemRuns,
      moneyText(usd),
    );
  }
  return simulated
    ? plural(
        l10n,
        "up to {0, plural, one {# system run} other {# system runs}}, with the simulated model and at no cost.",
        systemRuns,
      )
    : plural(
        l10n,
        "up to {0, plural, one {# system run} other {# system runs}}. What they cost in money is not known.",
        systemRuns,
      );
}
