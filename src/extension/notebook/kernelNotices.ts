import * as vscode from "vscode";
import type { DeadTrainer } from "../../notebook/sessionState.ts";
import { toldEnd } from "../processSentences.ts";
import type { KernelRestart } from "./kernelRestart.ts";
import type { NotebookKernel } from "./notebookKernel.ts";
import type { NotebookKernels } from "./notebookKernels.ts";

/**
 * Tells the user what needs attention: that a kernel or its trainer ended, once; that a cell does not stop, once per
 * interrupt; that a restart dropped variables, in passing.
 */
export function registerKernelNotices(
  kernels: NotebookKernels,
  restart: KernelRestart,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  /** When the cell that a restart was offered for was asked to stop. */
  const offered = new WeakMap<NotebookKernel, number>();
  return vscode.Disposable.from(
    kernels.onNotice(({ kernel, notice }) => {
      switch (notice.kind) {
        case "died":
          log.error(notice.reason, ...notice.end.lastLines);
          void tellOfDeath(kernel, toldEnd(notice.reason, vscode.l10n), notice.givenUp);
          return;
        case "trainer died":
          log.error(notice.reason);
          void tellOfTrainer(notice);
          return;
        case "restarted":
          log.info(`The kernel was restarted after ${notice.executions} cells.`);
          vscode.window.setStatusBarMessage(vscode.l10n.t("The kernel was restarted; its variables are gone."), 5_000);
          return;
      }
    }),
    kernels.onDidChange((kernel) => {
      const { state } = kernel;
      if (state.kind !== "stopping" || state.step !== "restart offered" || offered.get(kernel) === state.since) return;
      offered.set(kernel, state.since);
      void offerRestart(kernel, restart);
    }),
  );
}

async function tellOfDeath(kernel: NotebookKernel, reason: string, givenUp: boolean): Promise<void> {
  const [showLog, restart] = [vscode.l10n.t("Show Log"), vscode.l10n.t("Restart Kernel")];
  const message = givenUp
    ? vscode.l10n.t("{0} It ended several times in a row, so it is not started again by itself.", reason)
    : vscode.l10n.t("{0} The next cell that runs starts a new one.", reason);
  const chosen = await vscode.window.showErrorMessage(message, showLog, ...(givenUp ? [restart] : []));
  if (chosen === showLog) await vscode.commands.executeCommand("optimas.showLog");
  if (chosen === restart) await kernel.restart();
}

async function tellOfTrainer(trainer: DeadTrainer): Promise<void> {
  const reason = toldEnd(trainer.reason, vscode.l10n);
  const showLog = vscode.l10n.t("Show Log");
  const message = vscode.l10n.t("{0} All variables are kept; the next cell that needs it starts a new one.", reason);
  const chosen = await vscode.window.showErrorMessage(message, showLog);
  if (chosen === showLog) await vscode.commands.executeCommand("optimas.showLog");
}

async function offerRestart(kernel: NotebookKernel, restarts: KernelRestart): Promise<void> {
  const [restart, force] = [vscode.l10n.t("Restart Kernel"), vscode.l10n.t("Stop Now")];
  const held = await restarts.whyHeld(kernel);
  // Whoever waits for room on a disk is not to be hurried into losing what was paid for.
  const message =
    held ??
    vscode.l10n.t(
      "The cell has not stopped yet. Wait for its next safe point, stop it now, or restart the kernel and lose its variables.",
    );
  const chosen = await vscode.window.showWarningMessage(message, ...(held === undefined ? [force, restart] : []));
  if (kernel.state.kind !== "stopping") return;
  if (chosen === restart) await restarts.restart(kernel);
  if (chosen === force) kernel.interrupt();
}
