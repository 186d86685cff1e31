import * as vscode from "vscode";
import { CONTROLLER_IDS, isCellLanguage } from "../identity.ts";
import { mayRun } from "../workspaceTrust.ts";
import type { KernelRestart } from "./kernelRestart.ts";
import type { NotebookKernels } from "./notebookKernels.ts";

/** The commands about a notebook's kernel: of the toolbar they come from, else of the notebook that is being looked at. */
export function registerKernelCommands(
  kernels: NotebookKernels,
  restart: KernelRestart,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const restarted = async (notebook: vscode.NotebookDocument): Promise<boolean> => {
    const kernel = kernels.of(notebook);
    return kernel === undefined || restart.restart(kernel);
  };
  const onKernel = (id: string, action: (notebook: vscode.NotebookDocument) => unknown) =>
    vscode.commands.registerCommand(id, async (from?: unknown) => {
      if (!mayRun(vscode.l10n.t("Kernels run code of this workspace."))) return;
      const notebook = notebookMeant(from);
      if (notebook === undefined || !(notebook.notebookType in CONTROLLER_IDS)) {
        void vscode.window.showInformationMessage(vscode.l10n.t("Open an experiment notebook first."));
        return;
      }
      await action(notebook);
    });
  return vscode.Disposable.from(
    onKernel("optimas.interruptKernel", (notebook) => kernels.of(notebook)?.interrupt()),
    onKernel("optimas.restartKernel", restarted),
    onKernel("optimas.restartAndRunAll", async (notebook) => {
      if (await restarted(notebook)) await kernels.run(notebook, codeCells(notebook));
    }),
    onKernel("optimas.showKernelMenu", (notebook) => showKernelMenu(notebook, kernels)),
    vscode.commands.registerCommand("optimas.showLog", () => log.show(true)),
  );
}

/** The cells that a kernel of ours can run. */
export function codeCells(notebook: vscode.NotebookDocument): vscode.NotebookCell[] {
  return notebook
    .getCells()
    .filter(({ kind, document }) => kind === vscode.NotebookCellKind.Code && isCellLanguage(document.languageId));
}

/** A toolbar hands over the notebook it belongs to; everything else means the one that is being looked at. */
function notebookMeant(from: unknown): vscode.NotebookDocument | undefined {
  const uri = toolbarNotebook(from);
  const found = vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.toString() === uri?.toString());
  return found ?? vscode.window.activeNotebookEditor?.notebook;
}

function toolbarNotebook(from: unknown): unknown {
  if (typeof from !== "object" || from === null || !("notebookEditor" in from)) return undefined;
  const { notebookEditor } = from;
  if (typeof notebookEditor !== "object" || notebookEditor === null || !("notebookUri" in notebookEditor)) {
    return undefined;
  }
  return notebookEditor.notebookUri;
}

async function showKernelMenu(notebook: vscode.NotebookDocument, kernels: NotebookKernels): Promise<void> {
  const state = kernels.of(notebook)?.state.kind ?? "not started";
  const running = state === "busy" || state === "stopping";
  const entries = [
    { label: `$(debug-pause) ${vscode.l10n.t("Interrupt")}`, command: "optimas.interruptKernel", offered: running },
    { label: `$(debug-restart) ${vscode.l10n.t("Restart Kernel")}`, command: "optimas.restartKernel", offered: true },
    {
      label: `$(run-all) ${vscode.l10n.t("Restart Kernel and Run All")}`,
      command: "optimas.restartAndRunAll",
      offered: true,
    },
    { label: `$(output) ${vscode.l10n.t("Show Log")}`, command: "optimas.showLog", offered: true },
  ].filter(({ offered }) => offered);
  const chosen = await vscode.window.showQuickPick(entries, { title: vscode.l10n.t("Kernel of this notebook") });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}
