import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";
import { mayRun } from "../workspaceTrust.ts";

/** Commands that show and clear what runs of the workspace have recorded of the answers of models. */
export function registerRecordCommands(context: vscode.ExtensionContext): vscode.Disposable {
  const on = (id: string, of: "showRecord" | "clearRecord") =>
    vscode.commands.registerCommand(id, async () => {
      if (!mayRun(vscode.l10n.t("Recorded answers are read by a process of the workspace."))) return;
      try {
        await (await import("./recordQuestions.ts"))[of](context);
      } catch (error) {
        void vscode.window.showErrorMessage(errorMessage(error));
      }
    });
  return vscode.Disposable.from(
    on("optimas.showAnswerCache", "showRecord"),
    on("optimas.clearAnswerCache", "clearRecord"),
  );
}
