import * as vscode from "vscode";
import { mayRun } from "../workspaceTrust.ts";
import { cellId } from "./cellExecution.ts";
import type { InterruptedRuns } from "./interruptedRuns.ts";
import { codeCells } from "./kernelCommands.ts";
import type { NotebookKernels } from "./notebookKernels.ts";
import type { UnfinishedRun } from "./unfinishedRun.ts";

/** `optimas.resumeRun`: for a cell, given itself or by its URI, else for the interrupted run of the notebook that is looked at. */
export function registerResume(kernels: NotebookKernels, interrupted: InterruptedRuns): vscode.Disposable {
  return vscode.commands.registerCommand("optimas.resumeRun", async (given?: unknown) => {
    if (!mayRun(vscode.l10n.t("A resumed run executes code of this workspace."))) return;
    const uri = typeof given === "string" ? given : uriOfCell(given);
    const cells = uri === undefined ? activeCells() : cellsAt(uri);
    const found = await unfinishedIn(cells, interrupted);
    const [only, ...others] = found;
    const chosen = others.length > 0 ? await chosenFrom(found) : only;
    if (chosen !== undefined) {
      await resume(kernels, chosen.cell, chosen.run.folder);
    } else if (only === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No interrupted run can be resumed here."));
    }
  });
}

/** Runs the cells above that have not run in the present kernel, then the cell, whose experiment goes on with the run. */
export async function resume(kernels: NotebookKernels, cell: vscode.NotebookCell, folder: string): Promise<void> {
  const { notebook } = cell;
  const kernel = kernels.of(notebook);
  const above = codeCells(notebook).filter((other) => other.index < cell.index && !kernel?.hasRun(other));
  await kernels.run(notebook, [...above, cell], folder);
}

interface Resumable {
  readonly cell: vscode.NotebookCell;
  readonly run: UnfinishedRun;
}

async function unfinishedIn(cells: readonly vscode.NotebookCell[], interrupted: InterruptedRuns): Promise<Resumable[]> {
  const runs = await Promise.all(cells.map(async (cell) => ({ cell, run: await interrupted.of(cell) })));
  return runs.flatMap(({ cell, run }) => (run === undefined ? [] : [{ cell, run }]));
}

/** Below a cell, the editor gives it; in the toolbar of a notebook, something else. */
function uriOfCell(given: unknown): string | undefined {
  const isCell = typeof given === "object" && given !== null && "document" in given && "metadata" in given;
  return isCell ? cellId(given as vscode.NotebookCell) : undefined;
}

function cellsAt(uri: string): vscode.NotebookCell[] {
  const cells = vscode.workspace.notebookDocuments.flatMap((notebook) => notebook.getCells());
  return cells.filter((cell) => cellId(cell) === uri);
}

function activeCells(): vscode.NotebookCell[] {
  return vscode.window.activeNotebookEditor?.notebook.getCells() ?? [];
}

async function chosenFrom(found: readonly Resumable[]): Promise<Resumable | undefined> {
  const entries = found.map((resumable) => ({
    label: vscode.l10n.t("Cell {0}", resumable.cell.index + 1),
    description: vscode.l10n.t("after iteration {0}", resumable.run.iteration),
    detail: resumable.run.folder,
    resumable,
  }));
  const chosen = await vscode.window.showQuickPick(entries, { title: vscode.l10n.t("Which run should go on?") });
  return chosen?.resumable;
}
