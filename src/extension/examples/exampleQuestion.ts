import { countText } from "../../run/views/numberFormat.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { L10n } from "../l10n.ts";

/** Rows of one experiment that are to be run. */
export interface AskedRows {
  readonly experiment: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly rows: number;
}

export interface RunQuestion {
  readonly message: string;
  readonly detail: string;
}

/**
 * What to ask before rows are run, each of which is one run of its whole system.
 * @param above system runs up to which nobody is asked
 */
export function exampleQuestion(asked: readonly AskedRows[], above: number, l10n: L10n): RunQuestion | undefined {
  const runs = asked.reduce((sum, { rows }) => sum + rows, 0);
  if (runs <= above) return undefined;
  const lines = asked.map(({ experiment, model, simulated, rows }) => {
    const [name, count] = [visibleLine(experiment), countText(rows)];
    return simulated
      ? l10n.t("{0}: {1} with the simulated model, at no cost.", name, count)
      : l10n.t("{0}: {1} with {2}. What its provider charges for them is not known.", name, count, visibleLine(model));
  });
  return {
    message: l10n.t("Run {0} examples? Each is one run of the whole system.", countText(runs)),
    detail: lines.join("\n"),
  };
}
