import * as vscode from "vscode";
import { mayRun } from "../workspaceTrust.ts";

/** The command that looks for servers of models on this machine. */
export function registerLocalModelCommand(): vscode.Disposable {
  return vscode.commands.registerCommand("optimas.findLocalModels", async () => {
    if (!mayRun(vscode.l10n.t("Servers of models are looked for on this machine."))) return;
    const { findLocalModels } = await import("./localModels.ts");
    await findLocalModels();
  });
}
