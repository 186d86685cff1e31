import * as vscode from "vscode";

/** Lets files of accepted values go with experiment files and notebooks that are renamed or moved in the editor. */
export function registerRenamedExperiments(): vscode.Disposable {
  return vscode.workspace.onWillRenameFiles(({ files, waitUntil }) => waitUntil(renames(files)));
}

async function renames(files: vscode.FileWillRenameEvent["files"]): Promise<vscode.WorkspaceEdit> {
  const { movedStateFiles } = await import("./movedStateFiles.ts");
  const edit = new vscode.WorkspaceEdit();
  for (const { oldUri, newUri } of files) {
    if (oldUri.scheme !== "file" || newUri.scheme !== "file") continue;
    for (const { from, to } of movedStateFiles({ from: oldUri.fsPath, to: newUri.fsPath })) {
      edit.renameFile(vscode.Uri.file(from), vscode.Uri.file(to), { overwrite: false, ignoreIfExists: true });
    }
  }
  return edit;
}
