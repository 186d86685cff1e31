import * as vscode from "vscode";
import type { SourceLocation } from "../../detection/definition.ts";

/** Scheme of the documents that the editor shows cells in. */
export const CELL_SCHEME = "vscode-notebook-cell";

/**
 * Where the cells of an open notebook are, by the URI of their document. Cells are named by the id that the file keeps; one
 * that was not saved yet, or has the same id as an earlier one because it was copied, by what the editor calls it while the
 * notebook is open.
 */
export function cellLocations(notebook: vscode.NotebookDocument): Map<string, SourceLocation> {
  const uri = notebook.uri.toString();
  const taken = new Set<string>();
  return new Map(
    notebook.getCells().map(({ document, metadata }) => {
      const saved: unknown = metadata.id;
      const cell =
        typeof saved === "string" && saved !== "" && !taken.has(saved) ? saved : `open ${document.uri.fragment}`;
      taken.add(cell);
      return [document.uri.toString(), { uri, cell }];
    }),
  );
}

/** The open notebook that a cell's document belongs to. */
export function notebookOf(cell: vscode.Uri): vscode.NotebookDocument | undefined {
  if (cell.scheme !== CELL_SCHEME) return undefined;
  const document = cell.toString();
  const isOwn = ({ document: own }: vscode.NotebookCell) => own.uri.toString() === document;
  return vscode.workspace.notebookDocuments.find(
    (notebook) => notebook.uri.path === cell.path && notebook.getCells().some(isOwn),
  );
}

/** Where definitions in a document say they are: the document's own URI, or the place of a cell in its notebook. */
export function locationOf(uri: vscode.Uri): SourceLocation {
  const notebook = notebookOf(uri);
  const location = notebook === undefined ? undefined : cellLocations(notebook).get(uri.toString());
  return location ?? { uri: uri.toString() };
}

/** The document at a location, opened where it is not. @throws Error when it is gone */
export async function documentAt({ uri, cell }: SourceLocation): Promise<vscode.TextDocument> {
  const place = vscode.Uri.parse(uri, true);
  if (cell === undefined) return vscode.workspace.openTextDocument(place);
  const notebook = await vscode.workspace.openNotebookDocument(place);
  const locations = cellLocations(notebook);
  const found = notebook.getCells().find(({ document }) => locations.get(document.uri.toString())?.cell === cell);
  if (found === undefined) throw new Error(vscode.l10n.t("The cell is no longer in {0}.", place.path));
  return found.document;
}
