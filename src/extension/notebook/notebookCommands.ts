import * as vscode from "vscode";
import { EXTENSION_ID } from "../identity.ts";

/** The commands that open notebooks and what explains them; they work in every workspace, trusted or not. */
export function registerNotebookCommands(context: vscode.ExtensionContext): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand("optimas.newNotebook", async () => {
      const { openNewNotebook } = await import("./newNotebook.ts");
      return openNewNotebook(context);
    }),
    vscode.commands.registerCommand("optimas.openExample", async () => {
      const { openExample } = await import("./exampleNotebook.ts");
      await openExample(context);
    }),
    vscode.commands.registerCommand("optimas.openWalkthrough", () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", `${EXTENSION_ID}#start`, false),
    ),
  );
}
