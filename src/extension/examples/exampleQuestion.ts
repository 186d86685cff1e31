import { plural } from "../../run/l10n.ts";
import { countText, moneyText } from "../../run/views/numberFormat.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { L10n } from "../l10n.ts";

/** Rows of one experiment that are to be run. */
export interface AskedRows {
  readonly experiment: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly rows: number;
  /** US dollars at most; null where a price is not known. Absent where no model of a provider is asked. */
  readonly usd?: number | null;
}

/** Up to what nobody is asked. */
export interface UnaskedRows {
  /** System runs. */
  readonly rows: number;
  /** US dollars, what was spent before included. */
  readonly usd: number;
  readonly spentUsd: number;
  /** The user has agreed to what it may cost. */
  readonly isAgreed: boolean;
}

/** US dollars that all of it may cost; null where a price is not known. */
export function moneyOf(asked: readonly AskedRows[]): number | null {
  return asked.reduce<number | null>((sum, { usd = 0 }) => (sum === null || usd === null ? null : sum + usd), 0);
}

export interface RunQuestion {
  readonly message: string;
  readonly detail: string;
}

/**
 * What to ask before rows are run, each of which is one run of its whole system.
 */
export function exampleQuestion(
  asked: readonly AskedRows[],
  unasked: UnaskedRows,
  l10n: L10n,
): RunQuestion | undefined {
  const runs = asked.reduce((sum, { rows }) => sum + rows, 0);
  const usd = moneyOf(asked);
  const isDear = !unasked.isAgreed && (usd === null || (usd > 0 && unasked.spentUsd + usd > unasked.usd));
  if (runs <= unasked.rows && !isDear) return undefined;
  const lines = asked.map(({ experiment, model, simulated, rows, usd: own }) => {
    const [name, count] = [visibleLine(experiment), countText(rows)];
    if (simulated) return l10n.t("{0}: {1} with the simulated model, at no cost.", name, count);
    return own === undefined || own === null
      ? l10n.t("{0}: {1} with {2}. What its provider charges for them is not known.", name, count, visibleLine(model))
      : l10n.t("{0}: {1} with {2}, for up to {3}.", name, count, visibleLine(model), moneyText(own));
  });
  return {
    message: plural(
      l10n,
      "{0, plural, one {Run # example? It is one run of the whole system.} other {Run # examples? Each is one run of the whole system.}}",
      runs,
    ),
    detail: lines.join("\n"),
  };
}
