import type { Consent } from "../../notebook/kernelProtocol.ts";
import { isTrial } from "../../run/views/agreedAmount.ts";
import { moneyText } from "../../run/views/numberFormat.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { L10n } from "../l10n.ts";

/**
 * What a person is asked before something may cost so much.
 * @param upToUsd US dollars in all that a yes holds for; null where a price is not known
 */
export function consentWords(
  { system, what = "run", spentUsd = 0, figures, sentences, budgets }: Consent,
  upToUsd: number | null,
  l10n: L10n,
): { readonly message: string; readonly detail: string } {
  const name = visibleLine(system);
  const detail = [
    ...(spentUsd > 0 ? [l10n.t("Spent so far: {0}", moneyText(spentUsd)), ""] : []),
    ...figures.map(({ what: of, figure }) => `${figureWords(of, l10n)}: ${visibleLine(figure)}`),
    "",
    ...sentences.map(visibleLine),
    ...(isTrial(what) && upToUsd !== null
      ? ["", l10n.t("You are asked again where trials would come to more than {0} together.", moneyText(upToUsd))]
      : []),
    ...(budgets === undefined
      ? []
      : [
          "",
          l10n.t("A run with a budget of money is held to it, and not asked about: set one here or in the experiment."),
        ]),
  ].join("\n");
  return { message: question(name, what, spentUsd > 0, upToUsd, l10n), detail };
}

function question(
  name: string,
  what: NonNullable<Consent["what"]>,
  goesOn: boolean,
  upToUsd: number | null,
  l10n: L10n,
): string {
  if (isTrial(what)) {
    if (upToUsd === null) return l10n.t("Trials of {0} may cost an unknown amount. Begin?", name);
    return goesOn
      ? l10n.t("Trials of {0} may cost up to {1} in all. Go on?", name, moneyText(upToUsd))
      : l10n.t("Trials of {0} may cost up to {1}. Begin?", name, moneyText(upToUsd));
  }
  if (upToUsd === null) return l10n.t("The run of {0} may cost an unknown amount. Begin it?", name);
  const money = moneyText(upToUsd);
  if (goesOn) return l10n.t("The run of {0} may cost up to {1} in all. Go on?", name, money);
  switch (what) {
    case "evaluation":
      return l10n.t("Scoring {0} may cost up to {1}. Begin?", name, money);
    case "rewards":
      return l10n.t("Learning local rewards of {0} may cost up to {1}. Begin?", name, money);
    case "landscape":
      return l10n.t("The landscape of {0} may cost up to {1}. Begin it?", name, money);
    default:
      return l10n.t("The run of {0} may cost up to {1}. Begin it?", name, money);
  }
}

function figureWords(what: string, l10n: L10n): string {
  switch (what) {
    case "calls":
      return l10n.t("Calls");
    case "tokens":
      return l10n.t("Tokens");
    case "money":
      return l10n.t("Money");
    case "time":
      return l10n.t("Time");
    default:
      return visibleLine(what);
  }
}
