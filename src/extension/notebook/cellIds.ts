import * as vscode from "vscode";
import { NOTEBOOK_TYPE } from "../identity.ts";
import { savedCell } from "./notebookSerializer.ts";

/**
 * Gives new cells their id when the notebook is saved for the first time with them. Without it every save would make the
 * id of such a cell anew, and a cell that was edited would look like another one to whoever compares two versions.
 */
export function registerCellIds(): vscode.Disposable {
  return vscode.workspace.onWillSaveNotebookDocument((event) => {
    if (event.notebook.notebookType !== NOTEBOOK_TYPE) return;
    event.waitUntil(idEdits(event.notebook));
  });
}

async function idEdits(notebook: vscode.NotebookDocument): Promise<vscode.WorkspaceEdit> {
  const { cellId, withIds } = await import("../../notebook/nbformatCell.ts");
  const cells = notebook.getCells().map(({ kind, document, metadata }) => {
    const data = new vscode.NotebookCellData(kind, document.getText(), document.languageId);
    data.metadata = metadata;
    return savedCell(data);
  });
  const edits = withIds(cells).flatMap((cell, index) => {
    const before = cells[index];
    if (before === undefined || cellId(before) === cellId(cell)) return [];
    return [vscode.NotebookEdit.updateCellMetadata(index, { ...cell.metadata })];
  });
  const edit = new vscode.WorkspaceEdit();
  if (edits.length > 0) edit.set(notebook.uri, edits);
  return edit;
}
