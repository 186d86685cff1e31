import { basename } from "node:path";
import * as vscode from "vscode";

/** What an experiment may be made of: code, and data beside it. */
const READ_BY_RUNS = /\.(?:[cm]?[jt]sx?|json|jsonl|csv)$/i;

/**
 * Asks what to do with unsaved changes where a run would not see them, as the setting says.
 * @param file the experiment's own
 * @returns false when the user takes the run back
 */
export async function settleUnsaved(file: vscode.Uri): Promise<boolean> {
  const unsaved = unsavedFiles(file);
  if (unsaved.length === 0) return true;
  const setting = vscode.workspace.getConfiguration("optimas.runs", file).get<string>("saveBeforeRun", "ask");
  if (setting === "never") return true;
  if (setting === "save") return saved(unsaved);
  const [save, run] = [vscode.l10n.t("Save and Run"), vscode.l10n.t("Run Saved Version")];
  const [first, ...others] = unsaved.map(({ uri }) => basename(uri.fsPath));
  const message =
    others.length === 0
      ? vscode.l10n.t("{0} has unsaved changes. A run works with what is saved.", first ?? "")
      : vscode.l10n.t(
          "{0} and {1} more have unsaved changes. A run works with what is saved.",
          first ?? "",
          others.length,
        );
  const chosen = await vscode.window.showWarningMessage(message, { modal: true }, save, run);
  if (chosen === save) return saved(unsaved);
  return chosen === run;
}

/** Files with unsaved changes in the experiment's workspace folder; the experiment's own comes first. */
function unsavedFiles(file: vscode.Uri): vscode.TextDocument[] {
  const folder = vscode.workspace.getWorkspaceFolder(file);
  const own = (uri: vscode.Uri) => uri.toString() === file.toString();
  return vscode.workspace.textDocuments
    .filter(({ isDirty, isUntitled, uri }) => isDirty && !isUntitled && uri.scheme === "file")
    .filter(({ uri }) => own(uri) || (inSame(uri, folder) && READ_BY_RUNS.test(uri.path)))
    .sort((a, b) => Number(own(b.uri)) - Number(own(a.uri)));
}

function inSame(uri: vscode.Uri, folder: vscode.WorkspaceFolder | undefined): boolean {
  return folder !== undefined && vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === folder.uri.toString();
}

async function saved(documents: readonly vscode.TextDocument[]): Promise<boolean> {
  const results = await Promise.all(documents.map(async (document) => ({ document, saved: await document.save() })));
  const failed = results.find(({ saved }) => !saved);
  if (failed === undefined) return true;
  void vscode.window.showErrorMessage(
    vscode.l10n.t("{0} could not be saved, so nothing was started.", failed.document.uri.fsPath),
  );
  return false;
}
