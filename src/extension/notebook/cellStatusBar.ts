import * as vscode from "vscode";
import { JUPYTER_TYPE, NOTEBOOK_TYPE, RUN_MIME } from "../identity.ts";
import { runsOf } from "./cellRuns.ts";
import type { CellStatus } from "./cellStatus.ts";
import type { InterruptedRuns } from "./interruptedRuns.ts";
import type { NotebookKernels } from "./notebookKernels.ts";

/** How long figures below a cell may lag behind the run in it. */
const REFRESH_MS = 500;

/** What stands below cells: score, runs and cost of the run in it, whether it is stale, and what can be done about it. */
export function registerCellStatusBar(kernels: NotebookKernels, interrupted: InterruptedRuns): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let waiting: NodeJS.Timeout | undefined;
  const soon = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      changed.fire();
    }, REFRESH_MS);
  };
  const provider: vscode.NotebookCellStatusBarItemProvider = {
    onDidChangeCellStatusBarItems: changed.event,
    async provideCellStatusBarItems(cell) {
      const statuses = await statusOf(cell, kernels, interrupted);
      return statuses.map((status) => item(status));
    },
  };
  return vscode.Disposable.from(
    changed,
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, provider),
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(JUPYTER_TYPE, provider),
    kernels.onDidChange(() => changed.fire()),
    // The editor does not ask anew when the outputs of a cell change.
    kernels.onOutputs(({ outputs }) => {
      if (outputs.some((output) => "data" in output && RUN_MIME in output.data)) soon();
    }),
    new vscode.Disposable(() => clearTimeout(waiting)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
  );
}

/** All that is to be said below a cell, the most urgent first. */
export async function statusOf(
  cell: vscode.NotebookCell,
  kernels: NotebookKernels,
  interrupted: InterruptedRuns,
): Promise<CellStatus[]> {
  if (cell.kind !== vscode.NotebookCellKind.Code) return [];
  const kernel = kernels.of(cell.notebook);
  const [runs, unfinished] = await Promise.all([runsOf(cell), interrupted.of(cell)]);
  const death = kernel?.deathOf(cell);
  const { cellStatus } = await import("./cellStatus.ts");
  return cellStatus({ runs, unfinished, death, staleness: kernel?.stalenessOf(cell) }, vscode.l10n);
}

function item({ icon, text, tooltip, does }: CellStatus): vscode.NotebookCellStatusBarItem {
  const shown = new vscode.NotebookCellStatusBarItem(`$(${icon}) ${text}`, vscode.NotebookCellStatusBarAlignment.Left);
  shown.tooltip = tooltip;
  shown.accessibilityInformation = { label: `${text}. ${tooltip}`, role: does === undefined ? "status" : "button" };
  // Given the cell by the editor: arguments of ours would be forgotten while this is still to be seen.
  if (does === "resume") shown.command = { command: "optimas.resumeRun", title: text };
  if (does === "show log") shown.command = { command: "optimas.showLog", title: text };
  return shown;
}
