import { dirname } from "node:path";
import * as vscode from "vscode";
import { DESCRIPTIONS_FILE } from "../../models/knownPrice.ts";
import { descriptionsFile } from "../../models/modelDescriptions.ts";
import { modelsNamedIn, newDescriptions } from "../../models/newDescriptions.ts";

/** Opens the file that holds for what the user looks at; a new one lies in the workspace's folder. */
export async function editModels(): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri ?? vscode.window.activeNotebookEditor?.notebook.uri;
  const folder =
    (active && vscode.workspace.getWorkspaceFolder(active)) ?? vscode.workspace.workspaceFolders?.[0] ?? undefined;
  if (folder === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Open a folder first: prices and limits are kept in a file of it."),
    );
    return;
  }
  const from = active?.scheme === "file" ? dirname(active.fsPath) : folder.uri.fsPath;
  const known = folder.uri.scheme === "file" ? descriptionsFile(from) : undefined;
  const file = known === undefined ? vscode.Uri.joinPath(folder.uri, DESCRIPTIONS_FILE) : vscode.Uri.file(known);
  if (known === undefined) await createOnce(file);
  await vscode.window.showTextDocument(file);
}

/** Never overwrites what is there: it may have come in the meantime. */
async function createOnce(file: vscode.Uri): Promise<void> {
  const texts = vscode.workspace.textDocuments.map((document) => document.getText());
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(file, {
    ignoreIfExists: true,
    contents: new TextEncoder().encode(newDescriptions(modelsNamedIn(texts))),
  });
  await vscode.workspace.applyEdit(edit);
}
