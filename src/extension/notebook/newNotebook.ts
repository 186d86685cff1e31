import * as vscode from "vscode";
import { NOTEBOOK_TYPE } from "../identity.ts";
import { notebookData } from "./notebookSerializer.ts";

/** Opens a new notebook, never saved, whose cells run as they are. */
export async function openNewNotebook(context: vscode.ExtensionContext): Promise<vscode.NotebookDocument> {
  const template = vscode.Uri.joinPath(context.extensionUri, "media", "newNotebook.optnb");
  const data = await notebookData(await vscode.workspace.fs.readFile(template));
  // Notebooks made from the same template are not the same cells.
  for (const cell of data.cells) cell.metadata = {};
  const notebook = await vscode.workspace.openNotebookDocument(NOTEBOOK_TYPE, data);
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}
