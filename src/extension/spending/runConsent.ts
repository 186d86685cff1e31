import * as vscode from "vscode";
import type { Consent, ConsentAnswer } from "../../notebook/kernelProtocol.ts";
import { agreedUpTo, isTrial } from "../../run/views/agreedAmount.ts";
import { consentWords } from "./consentWords.ts";

/** US dollars up to which nobody is asked: the setting `optimas.askAboveUsd`. */
export function askAboveUsd(): number {
  return vscode.workspace.getConfiguration("optimas").get("askAboveUsd", 1);
}

/**
 * Asks the user whether something may cost what it may, above the amount of the setting. An unknown price counts as above.
 * @param signal aborted when the kernel is gone: whatever is answered then counts for nothing
 */
export async function agreeToCost(request: Consent, signal: AbortSignal): Promise<ConsentAnswer> {
  const askAbove = askAboveUsd();
  const { what = "run", mostUsd, spentUsd = 0, budgets } = request;
  if (mostUsd !== null && mostUsd <= askAbove) return { agreed: true };
  const upToUsd = mostUsd === null ? null : agreedUpTo({ mostUsd, spentUsd, askAbove, isTrial: isTrial(what) });
  const { message, detail } = consentWords(request, upToUsd, vscode.l10n);
  const begin = spentUsd > 0 ? vscode.l10n.t("Go On") : vscode.l10n.t("Begin");
  const limit = vscode.l10n.t("Set Budgets…");
  const prices = vscode.l10n.t("Edit Prices");
  const buttons = budgets === undefined ? [begin, prices] : [begin, limit, prices];
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
  if (signal.aborted) return { agreed: false };
  if (chosen === prices) void vscode.commands.executeCommand("optimas.editModels");
  if (chosen === limit && budgets !== undefined) {
    const { askBudgets } = await import("../runs/budgetQuestions.ts");
    const asked = await askBudgets(vscode.l10n.t("Budgets of the run of {0}", request.system), budgets);
    if (asked === undefined || signal.aborted) return { agreed: false };
    return { agreed: true, budgets: asked };
  }
  return { agreed: chosen === begin, upToUsd };
}
