import * as vscode from "vscode";

/** Lets files of accepted values go with experiment files and notebooks that are renamed or moved in the editor. */
export function registerRenamedExperiments(): vscode.Disposable {
  return vscode.workspace.onWillRenameFiles((event) => event.waitUntil(renames(event.files)));
}

/** @returns undefined for none: the editor asks its user about edits in the names of all who gave one, an empty one too */
async function renames(files: vscode.FileWillRenameEvent["files"]): Promise<vscode.WorkspaceEdit | undefined> {
  const { movedStateFiles } = await import("./movedStateFiles.ts");
  const moved = files.flatMap(({ oldUri, newUri }) =>
    oldUri.scheme === "file" && newUri.scheme === "file"
      ? movedStateFiles({ from: oldUri.fsPath, to: newUri.fsPath })
      : [],
  );
  if (moved.length === 0) return undefined;
  const edit = new vscode.WorkspaceEdit();
  for (const { from, to } of moved) {
    edit.renameFile(vscode.Uri.file(from), vscode.Uri.file(to), { overwrite: false, ignoreIfExists: true });
  }
  return edit;
}
