import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import * as vscode from "vscode";

/**
 * The folder that a notebook's imports, data and runs start in: its own; for one that was never saved, or is not on a
 * disk, the first folder of the workspace, or one that the extension keeps for such notebooks.
 */
export function notebookFolder(notebook: vscode.NotebookDocument, storage: vscode.Uri): string {
  const file = notebookFile(notebook);
  if (file !== undefined) return dirname(file);
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file");
  if (folder !== undefined) return folder.uri.fsPath;
  const unsaved = vscode.Uri.joinPath(storage, "unsaved").fsPath;
  mkdirSync(unsaved, { recursive: true });
  return unsaved;
}

/** Absolute path of a notebook that lies on a disk. */
export function notebookFile(notebook: vscode.NotebookDocument): string | undefined {
  return notebook.uri.scheme === "file" ? notebook.uri.fsPath : undefined;
}
