import type { Consent, ConsentAnswer } from "../notebook/kernelProtocol.ts";
import type { Settings } from "../optimize/settings.ts";
import { BUDGET_NAMES, type Budgets } from "../run/budgets.ts";
import type { RunEstimate } from "../run/events.ts";
import { asksAbove, estimateLines } from "../run/views/estimateWords.ts";
import { moneyText } from "../run/views/numberFormat.ts";
import { UserError } from "../system/userError.ts";
import type { CellModels } from "./cellHost.ts";

/** US dollars that a run may cost unasked where nobody can be asked. */
const UNASKED_USD = 1;
/** Below the rounding of many small sums, money is no money. */
const ROUNDING = 1e-9;

/** Something that may cost money, before it begins. */
export interface Costly {
  /** Name of the system. */
  readonly system: string;
  readonly what: NonNullable<Consent["what"]>;
  readonly estimate: RunEstimate;
  readonly settings: Settings;
  /** US dollars that were spent before by the same run, or in the same trials. */
  readonly spentUsd: number;
  /** It has not begun yet, and may do so with other budgets. */
  readonly takesBudgets?: boolean;
}

/**
 * What a person has agreed to spend on one run, or on one bench of trials: what comes to no more than that is not asked
 * about again. Whoever started the kernel asks the person, above the amount that they set; where nobody can be asked, a
 * budget says what may be spent.
 */
export class SpendingConsent {
  /** US dollars in all; Infinity for whatever it costs. */
  #agreedUsd = 0;

  /**
   * @returns budgets under which it is to begin, where the person chose others
   * @throws UserError where it was declined, or neither a person nor a budget says that it may cost so much
   */
  async agree(costly: Costly, models: CellModels | undefined, signal: AbortSignal): Promise<Budgets | undefined> {
    const { estimate, settings, spentUsd } = costly;
    const most = estimate.usd === null ? null : spentUsd + estimate.usd.high;
    const inAll = { simulated: estimate.simulated, usd: estimate.usd && { ...estimate.usd, high: most ?? 0 } };
    if (!asksAbove(inAll, settings, 0)) return undefined;
    if ((most ?? Number.POSITIVE_INFINITY) <= this.#agreedUsd + ROUNDING) return undefined;
    const answer = (await models?.consent?.(requestOf(costly, most), signal)) ?? { agreed: null };
    if (answer.agreed === true) {
      this.#agreedUsd = agreedUsd(answer, most);
      return answer.budgets;
    }
    const isTrial = trials.has(costly.what);
    if (answer.agreed === false) throw new UserError(answer.reason ?? declined(isTrial, spentUsd > 0));
    if (!asksAbove(inAll, settings, UNASKED_USD)) return undefined;
    throw new UserError(unasked(most, isTrial, spentUsd));
  }
}

const trials: ReadonlySet<Costly["what"]> = new Set(["value", "check", "rows"] as const);

function requestOf(
  { system, what, estimate, settings, spentUsd, takesBudgets }: Costly,
  mostUsd: number | null,
): Consent {
  return {
    system,
    what,
    mostUsd,
    ...(spentUsd > 0 && { spentUsd }),
    figures: estimateLines(estimate).map(([name, figure]) => ({ what: name, figure })),
    sentences: [...estimate.sentences],
    ...(takesBudgets === true && { budgets: Object.fromEntries(BUDGET_NAMES.map((name) => [name, settings[name]])) }),
  };
}

function agreedUsd({ upToUsd }: ConsentAnswer, most: number | null): number {
  return (upToUsd === undefined ? most : upToUsd) ?? Number.POSITIVE_INFINITY;
}

function declined(isTrial: boolean, hasSpent: boolean): string {
  if (isTrial) return "Nothing was tried, and nothing was spent on it.";
  return hasSpent
    ? "The step was not begun, and nothing more was spent."
    : "The run was not begun, and nothing was spent.";
}

function unasked(most: number | null, isTrial: boolean, spentUsd: number): string {
  const what = isTrial ? "Trying this" : spentUsd > 0 ? "Going on with this run" : "This run";
  const spent = spentUsd > 0 ? "Nothing more was spent." : "Nothing was spent.";
  const [cost, remedy] =
    most === null
      ? [
          "an unknown amount",
          "settings: { budgetTokens: 500_000 }, or write the price of every model into optimas.models.json",
        ]
      : [`up to ${moneyText(most)}${spentUsd > 0 ? " in all" : ""}`, "settings: { budgetUsd: 5 }"];
  return `${what} may cost ${cost}, and nobody can be asked here. ${spent} Say what it may cost: ${remedy}.`;
}
