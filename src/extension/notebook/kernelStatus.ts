import * as vscode from "vscode";
import { kernelWords } from "./kernelWords.ts";
import type { NotebookKernels } from "./notebookKernels.ts";

/** Health of the kernel of the notebook that is being looked at, in the status bar; a click opens the kernel's menu. */
export function registerKernelStatus(kernels: NotebookKernels): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("optimas.kernel", vscode.StatusBarAlignment.Right, 100);
  item.name = vscode.l10n.t("Optimas Kernel");
  item.command = "optimas.showKernelMenu";
  const show = () => {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    if (notebook === undefined || !kernels.isChosen(notebook)) {
      item.hide();
      return;
    }
    const words = kernelWords(kernels.of(notebook)?.state ?? { kind: "not started" }, vscode.l10n);
    item.text = words.text;
    item.tooltip = words.tooltip;
    item.accessibilityInformation = { label: words.spoken, role: "button" };
    item.backgroundColor =
      words.stress === "none" ? undefined : new vscode.ThemeColor(`statusBarItem.${words.stress}Background`);
    item.show();
  };
  show();
  return vscode.Disposable.from(
    item,
    kernels.onDidChange(show),
    kernels.onDidChoose(show),
    vscode.window.onDidChangeActiveNotebookEditor(show),
  );
}
