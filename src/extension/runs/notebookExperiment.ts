import * as vscode from "vscode";
import type { ExperimentDefinition, SourceLocation } from "../../detection/definition.ts";
import { plural } from "../../run/l10n.ts";
import { documentAt } from "../index/cellLocations.ts";
import { codeCells } from "../notebook/kernelCommands.ts";
import type { NotebookKernels } from "../notebook/notebookKernels.ts";
import { mayRun } from "../workspaceTrust.ts";
import type { EditorRunGoal } from "./editorRunRequest.ts";
import { stepCell } from "./experimentCells.ts";

/**
 * Does a step of an experiment that a notebook declares, in the notebook: in a new cell below the declaration, after the
 * cells above that have not run yet.
 * @param settings that were chosen for it
 * @returns false where it cannot; the user has been told why
 */
export async function runInNotebook(
  experiment: ExperimentDefinition,
  goal: EditorRunGoal,
  kernels: NotebookKernels,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<boolean> {
  if (!mayRun(vscode.l10n.t("Cells run code of this workspace."))) return false;
  const declaring = await showDeclaringCell(experiment.at);
  const code = stepCell(experiment, goal, settings);
  if (declaring === undefined || code === undefined) {
    void vscode.window.showWarningMessage(
      code === undefined
        ? vscode.l10n.t("Give the experiment a name in its cell: const tuning = experiment({ ... })")
        : vscode.l10n.t("The cell that declares the experiment is not there any more."),
    );
    return false;
  }
  const { notebook } = declaring;
  const cell = await cellBelow(declaring, code);
  const kernel = kernels.of(notebook);
  const above = codeCells(notebook).filter(({ index }) => index < cell.index);
  const before = above.filter((other) => !kernel?.hasRun(other));
  if (before.length > 0) {
    const message = plural(
      vscode.l10n,
      "Optimas runs {0, plural, one {# cell} other {# cells}} above first, which this one builds on.",
      before.length,
    );
    vscode.window.setStatusBarMessage(message, 8_000);
  }
  await kernels.run(notebook, [...before, cell]);
  return true;
}

/** Opens a notebook at one of its cells; undefined where the cell is gone. */
export async function showDeclaringCell(at: SourceLocation): Promise<vscode.NotebookCell | undefined> {
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.parse(at.uri, true));
  const editor = await vscode.window.showNotebookDocument(notebook);
  const document = await documentAt(at).then(
    (found) => found,
    () => undefined,
  );
  const cell = notebook.getCells().find((candidate) => candidate.document.uri.toString() === document?.uri.toString());
  if (cell !== undefined) reveal(editor, cell);
  return cell;
}

/** The cell below with this code, or a new one. */
export async function cellBelow(declaring: vscode.NotebookCell, code: string): Promise<vscode.NotebookCell> {
  const { notebook, index } = declaring;
  const same = notebook.getCells().find((cell) => cell.index > index && cell.document.getText().trim() === code);
  if (same !== undefined) return same;
  await insertCells(notebook, index + 1, [
    new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code, "typescript"),
  ]);
  const cell = notebook.cellAt(index + 1);
  const editor = vscode.window.visibleNotebookEditors.find((shown) => shown.notebook === notebook);
  if (editor !== undefined) reveal(editor, cell);
  return cell;
}

/** Puts cells into a notebook, as one step that can be undone. */
export async function insertCells(
  notebook: vscode.NotebookDocument,
  index: number,
  cells: vscode.NotebookCellData[],
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(index, cells)]);
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error(`no cells could be put into ${notebook.uri.toString()}`);
}

function reveal(editor: vscode.NotebookEditor, { index }: vscode.NotebookCell): void {
  const range = new vscode.NotebookRange(index, index + 1);
  editor.selection = range;
  editor.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
}
