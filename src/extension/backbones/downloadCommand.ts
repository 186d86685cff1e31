import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";

/** `optimas.downloadBackbone`: brings a transformer of the hub to this machine, for local rewards to be learned on. */
export function registerDownloadBackbone(context: vscode.ExtensionContext): vscode.Disposable {
  return vscode.commands.registerCommand("optimas.downloadBackbone", async () => {
    try {
      await (await import("./namedDownload.ts")).downloadNamed(context);
    } catch (error) {
      void vscode.window.showErrorMessage(errorMessage(error));
    }
  });
}
