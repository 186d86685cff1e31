import * as vscode from "vscode";

/**
 * True where code of the workspace may run. Otherwise the user is told, and can open the editor's page about trust.
 * @param what the sentence that says what would have run
 */
export function mayRun(what: string): boolean {
  if (!vscode.workspace.isTrusted) void tell(what);
  return vscode.workspace.isTrusted;
}

async function tell(what: string): Promise<void> {
  const manage = vscode.l10n.t("Manage Workspace Trust");
  const message = vscode.l10n.t("{0} Nothing runs in Restricted Mode.", what);
  const chosen = await vscode.window.showWarningMessage(message, manage);
  if (chosen === manage) await vscode.commands.executeCommand("workbench.trust.manage");
}
