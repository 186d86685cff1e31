import * as vscode from "vscode";
import { codeCells } from "../notebook/kernelCommands.ts";
import { type Memory, RememberedRuns } from "../notebook/rememberedRuns.ts";

/**
 * Goes on with a run where it was begun: opens the notebook and runs its cell again.
 * @param folder absolute path of the run's folder
 * @returns false where nothing is known of the cell, or it is another one by now
 */
export async function resumeInNotebook(folder: string, memory: Memory): Promise<boolean> {
  const remembered = new RememberedRuns(memory);
  const uri = remembered.notebookOf(folder);
  if (uri === undefined) return false;
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.parse(uri, true)).then(
    (opened) => opened,
    () => undefined,
  );
  const cell =
    notebook && codeCells(notebook).find(({ document }) => remembered.of(uri, document.getText()).includes(folder));
  if (notebook === undefined || cell === undefined) return false;
  await vscode.window.showNotebookDocument(notebook);
  await vscode.commands.executeCommand("optimas.resumeRun", cell.document.uri.toString());
  return true;
}
