import { join } from "node:path";
import * as vscode from "vscode";

/** Opens the report of a run beside the notebook. It is a page without scripts, and none can run in it. */
export async function openReport(runId: string, folder: string): Promise<void> {
  const uri = vscode.Uri.file(join(folder, "report.html"));
  const page = await vscode.workspace.fs.readFile(uri).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  );
  if (page === undefined) {
    void vscode.window.showErrorMessage(vscode.l10n.t("{0} cannot be read. It may have been deleted.", uri.fsPath));
    return;
  }
  const title = vscode.l10n.t("Report of {0}", runId);
  const options = { enableScripts: false, enableForms: false, localResourceRoots: [] };
  const panel = vscode.window.createWebviewPanel("optimas.report", title, vscode.ViewColumn.Beside, options);
  panel.webview.html = page;
}
