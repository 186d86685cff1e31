import * as vscode from "vscode";
import type { Download } from "../../notebook/kernelProtocol.ts";
import { bytesText } from "../../run/views/numberFormat.ts";
import { visibleLine } from "../../run/views/visibleText.ts";

/**
 * Asks the user whether a backbone may be downloaded, with its size.
 * @param signal aborted when nobody wants it any more: whatever is answered then counts for nothing
 * @param unusable why this machine cannot learn on it, where it cannot
 */
export async function agreeToDownload(
  { name, host, bytes, present }: Download,
  signal: AbortSignal,
  unusable?: string,
): Promise<boolean> {
  const begin = vscode.l10n.t("Download");
  const message = vscode.l10n.t("Download the backbone {0} ({1})?", visibleLine(name), bytesText(bytes));
  const detail = [
    ...(unusable === undefined ? [] : [unusableWords(unusable)]),
    vscode.l10n.t(
      "Local rewards are to be learned on this transformer, which is not on this machine. It comes from {0} and is kept for later runs.",
      visibleLine(host),
    ),
    ...(present > 0 ? [vscode.l10n.t("{0} of it are here already.", bytesText(present))] : []),
    vscode.l10n.t(
      'The backbone "lexical" needs no download: the experiment says it, or the setting optimas.rewards.backbone.',
    ),
  ].join("\n\n");
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, begin);
  return !signal.aborted && chosen === begin;
}

/** @param why as the command line says it */
export function unusableWords(why: string): string {
  return vscode.l10n.t("This machine cannot learn on it. {0}", why);
}
