import * as vscode from "vscode";
import { RUN_MIME } from "./identity.ts";
import type { NotebookKernels } from "./notebook/notebookKernels.ts";

/** Says what the user has seen already, which completes steps of the walkthrough. */
export function registerWalkthroughContext(kernels: NotebookKernels): vscode.Disposable {
  const say = (key: string) => void vscode.commands.executeCommand("setContext", key, true);
  const succeeded = kernels.onDidEnd(({ result }) => {
    if (result.status !== "succeeded") return;
    say("optimas.cellSucceeded");
    succeeded.dispose();
  });
  const shown = kernels.onOutputs(({ outputs }) => {
    if (!outputs.some((output) => output.type === "display" && RUN_MIME in output.data)) return;
    say("optimas.runShown");
    shown.dispose();
  });
  return vscode.Disposable.from(succeeded, shown);
}
