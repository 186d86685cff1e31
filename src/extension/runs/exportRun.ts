import { stat } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";
import { writeReportAnew } from "./reportProcess.ts";
import { openReport } from "./runReport.ts";

/**
 * Saves the whole run as one file that needs nothing else, and offers to look at it.
 * @param to where; asked for without it
 */
export async function exportRun(
  id: string,
  folder: string,
  context: vscode.ExtensionContext,
  to?: vscode.Uri,
): Promise<void> {
  const target = to ?? (await askWhere(id));
  if (target === undefined) return;
  try {
    await writeReportAnew(folder, context);
    const report = vscode.Uri.file(join(folder, "report.html"));
    if (!(await isThere(report.fsPath))) {
      const words = vscode.workspace.isTrusted
        ? vscode.l10n.t("The run {0} has nothing to export yet.", id)
        : vscode.l10n.t("The run {0} has no report yet, and none is written in Restricted Mode.", id);
      void vscode.window.showWarningMessage(words);
      return;
    }
    await vscode.workspace.fs.writeFile(target, await vscode.workspace.fs.readFile(report));
  } catch (error) {
    void vscode.window.showErrorMessage(vscode.l10n.t("{0} could not be exported: {1}", id, errorMessage(error)));
    return;
  }
  // Not waited for: what was asked for is done.
  void offerToLook(id, folder, target);
}

async function askWhere(id: string): Promise<vscode.Uri | undefined> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  const name = `${id}.html`;
  const defaultUri = workspace === undefined ? vscode.Uri.file(name) : vscode.Uri.joinPath(workspace.uri, name);
  const title = vscode.l10n.t("Export the run {0} as one HTML file", id);
  return vscode.window.showSaveDialog({ defaultUri, title, filters: { HTML: ["html"] } });
}

async function offerToLook(id: string, folder: string, target: vscode.Uri): Promise<void> {
  const far = vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
  const open = far ? vscode.l10n.t("Open") : vscode.l10n.t("Open in Browser");
  const reveal = far ? vscode.l10n.t("Reveal in Explorer") : vscode.l10n.t("Reveal in Folder");
  const saved = vscode.l10n.t("The run {0} is saved in {1}.", id, vscode.workspace.asRelativePath(target));
  const wanted = await vscode.window.showInformationMessage(saved, open, reveal);
  if (wanted === reveal) {
    await vscode.commands.executeCommand(far ? "revealInExplorer" : "revealFileInOS", target);
  } else if (wanted === open) {
    // A browser on another machine does not reach the file.
    if (far) await openReport(id, folder);
    else await vscode.env.openExternal(target);
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
