import type { Consent, ConsentAnswer } from "../notebook/kernelProtocol.ts";
import type { Estimate } from "../optimize/estimate.ts";
import { agreedUpTo, isTrial } from "../run/views/agreedAmount.ts";
import { asksAbove, estimateLines } from "../run/views/estimateWords.ts";
import { countText, moneyText } from "../run/views/numberFormat.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import { asksPaidModels, estimateOf } from "../sdk/runEstimate.ts";
import { UserError } from "../system/userError.ts";
import type { PreparedRun } from "./attendedRun.ts";
import type { Attention } from "./attention.ts";
import { type Display, plainDisplay, table, wrapped } from "./display/terminalText.ts";
import type { Terminal } from "./terminal.ts";

/** US dollars above which a run is not begun unasked. */
export const ASK_ABOVE_USD = 1;

/** What a person says of money when a run is started. */
export interface SpendingOptions {
  readonly askAbove?: number;
  readonly yes?: boolean;
}

/** Prints what a run may come to. */
export function printEstimate(run: PreparedRun, out: string, json: boolean, terminal: Terminal): void {
  const made = estimateOf(run, { goal: run.goal, configuration: run.configuration, out });
  if (json) terminal.result(JSON.stringify(made));
  else for (const line of estimateReport(made, terminal.resultDisplay())) terminal.result(line);
}

/**
 * What a run may come to; of one that asks paid models that is shown, and asked about where it is much.
 * @returns the estimate, which the run's log keeps
 * @throws UserError where a person declined, or nobody can be asked; nothing was spent
 */
export async function agreedEstimate(
  run: PreparedRun,
  out: string,
  { askAbove = ASK_ABOVE_USD, yes = false }: SpendingOptions,
  terminal: Terminal,
  attention: Attention,
): Promise<Estimate> {
  const made = estimateOf(run, { goal: run.goal, configuration: run.configuration, out });
  if (!asksPaidModels(run)) return made;
  const display = terminal.noteDisplay();
  for (const line of figures(made, display)) terminal.note(line);
  if (yes || !asksAbove(made, run.settings, askAbove)) return made;
  for (const line of explanations(made, display)) terminal.note(line);
  const most = made.usd === null ? "an unknown amount" : `up to ${moneyText(made.usd.high)}`;
  if (terminal.confirm === undefined) {
    throw new UserError(
      `This run may cost ${most}, and nobody can be asked here (threshold ${moneyText(askAbove)}). Nothing was spent. ${
        made.usd === null
          ? "Give --yes, or a budget such as --budget-tokens 500000, or write the price into optimas.models.json."
          : "Give --yes, or a budget such as --budget-usd 5, or another threshold (--ask-above)."
      }`,
    );
  }
  const agreed = await attention.within(
    terminal.confirm(`This run may cost ${most}. Begin it? [y/N] `, attention.signal),
  );
  if (!agreed) throw new UserError("The run was not begun, and nothing was spent.");
  return made;
}

/** Answers a cell that asks whether something may cost what it may. */
export async function agreedInTerminal(
  { system, what = "run", mostUsd, spentUsd = 0, figures: told }: Consent,
  { askAbove = ASK_ABOVE_USD, yes = false }: SpendingOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ConsentAnswer> {
  if (yes) return { agreed: true, upToUsd: null };
  if (mostUsd !== null && mostUsd <= askAbove) return { agreed: true };
  if (terminal.confirm === undefined) return { agreed: null };
  for (const { what: name, figure } of told) terminal.note(`  ${name}: ${figure}`);
  const upToUsd = mostUsd === null ? null : agreedUpTo({ mostUsd, spentUsd, askAbove, isTrial: isTrial(what) });
  const most = upToUsd === null ? "an unknown amount" : `up to ${moneyText(upToUsd)}${spentUsd > 0 ? " in all" : ""}`;
  const spent = spentUsd > 0 ? ` (${moneyText(spentUsd)} spent so far)` : "";
  const subject = isTrial(what) ? "Trials" : "The run";
  const question = `${subject} of ${visibleLine(system)} may cost ${most}${spent}. ${spentUsd > 0 ? "Go on" : "Begin"}? [y/N] `;
  return { agreed: await terminal.confirm(question, signal), upToUsd };
}

function figures(made: Estimate, display: Display): string[] {
  return [
    display.colors.bold("Estimate before the run"),
    ...table(
      [
        { title: "", align: "left" },
        { title: "", align: "left" },
      ],
      estimateLines(made),
      display,
    ).filter((line) => line.trim() !== ""),
  ];
}

function explanations(made: Estimate, display: Display): string[] {
  return made.sentences.flatMap((sentence) => wrapped(visibleLine(sentence), display.width, "  "));
}

/** An estimate with all that it was computed from. */
export function estimateReport(made: Estimate, display: Display = plainDisplay): string[] {
  const rough = (value: number) => countText(value < 100 ? Math.round(value) : Number(value.toPrecision(2)));
  const rows = made.rows.map(({ who, purpose, models, calls, inputTokens, outputTokens, usd }) => [
    visibleLine(who),
    visibleLine(purpose),
    visibleLine(models.join(", ")),
    rough(calls.expected),
    rough(calls.high),
    rough(inputTokens.expected + outputTokens.expected),
    usd === null ? "not known" : moneyText(usd.expected),
    usd === null ? "not known" : moneyText(usd.high),
  ]);
  return [
    ...figures(made, display),
    "",
    display.colors.bold("By component and purpose"),
    ...table(
      [
        { title: "by", align: "left" },
        { title: "for", align: "left" },
        { title: "model", align: "left" },
        { title: "calls", align: "right" },
        { title: "at most", align: "right" },
        { title: "tokens", align: "right" },
        { title: "money", align: "right" },
        { title: "at most", align: "right" },
      ],
      rows,
      display,
    ),
    "",
    display.colors.bold("How it was computed"),
    ...explanations(made, display),
  ];
}
