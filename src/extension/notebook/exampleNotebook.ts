import * as vscode from "vscode";
import { NOTEBOOK_TYPE } from "../identity.ts";

/** The example's folder and notebook inside `examples`, as the package carries them. */
const EXAMPLE = "hotpotqa";
const FILE = "experiment.optnb";

/**
 * Opens the example: the one of the workspace where there is one, else a copy in a folder that the user chooses. The copy
 * is the user's own, so that its runs and edits outlive an update of the extension.
 */
export async function openExample(context: vscode.ExtensionContext): Promise<void> {
  const [inWorkspace] = await vscode.workspace.findFiles(`**/${EXAMPLE}/${FILE}`, "**/node_modules/**", 1);
  const uri = inWorkspace ?? (await copiedExample(context));
  if (uri === undefined) return;
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  if (notebook.notebookType === NOTEBOOK_TYPE) await vscode.window.showNotebookDocument(notebook);
}

async function copiedExample(context: vscode.ExtensionContext): Promise<vscode.Uri | undefined> {
  const source = vscode.Uri.joinPath(context.extensionUri, "examples", EXAMPLE);
  const copyHere = vscode.l10n.t("Copy the Example Here");
  const home = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: copyHere,
      title: vscode.l10n.t("Folder for a copy of the example"),
      ...(home && { defaultUri: home }),
    })) ?? [];
  if (folder === undefined) return undefined;
  const target = vscode.Uri.joinPath(folder, EXAMPLE);
  const file = vscode.Uri.joinPath(target, FILE);
  // A copy that is there already may have been worked on.
  if (!(await exists(target))) await vscode.workspace.fs.copy(source, target, { overwrite: false });
  if (await exists(file)) return file;
  void vscode.window.showErrorMessage(
    vscode.l10n.t("{0} is there already and holds no example. Choose another folder.", target.fsPath),
  );
  return undefined;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
