import * as vscode from "vscode";

/** `optimas.editModels`: opens `optimas.models.json`, begun with the prices of the models in use where there is none. */
export function registerModelsCommand(): vscode.Disposable {
  return vscode.commands.registerCommand("optimas.editModels", async () => {
    const { editModels } = await import("./editedModels.ts");
    await editModels();
  });
}
