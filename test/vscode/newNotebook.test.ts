import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, eventually, notebookText, outputText, run, showNotebook, workspaceFile } from "./openNotebook.ts";

suite("a new notebook", () => {
  test("runs its first cell as it is, and optimizes", async () => {
    const { statusOf } = await activated();
    await vscode.commands.executeCommand("optimas.newNotebook");
    const notebook = await eventually("the notebook is shown", () => vscode.window.activeNotebookEditor?.notebook);
    assert.equal(notebook.isUntitled, true);
    await vscode.commands.executeCommand("notebook.selectKernel", { id: "optimas", extension: "optimas.optimas" });
    await run(notebook, 0, notebook.cellCount);
    const code = notebook.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code);
    for (const cell of code) assert.equal(cell.executionSummary?.success, true, outputText(cell));
    const mimes = notebook.cellAt(3).outputs.flatMap(({ items }) => items.map(({ mime }) => mime));
    assert.ok(mimes.includes("application/vnd.optimas.run+json"), mimes.join());
    const status = await statusOf(notebook.cellAt(3));
    assert.ok(status.includes("Simulated model, no cost"), status.join());
    assert.ok(
      status.some((text) => text.startsWith("Score 1.000, before")),
      status.join(),
    );
  });

  test("keeps its variables when it is saved for the first time", async () => {
    const cells = [new vscode.NotebookCellData(vscode.NotebookCellKind.Code, "let kept = 41;", "typescript")];
    cells.push(new vscode.NotebookCellData(vscode.NotebookCellKind.Code, "kept + 1", "typescript"));
    const unsaved = await vscode.workspace.openNotebookDocument("optimas-notebook", new vscode.NotebookData(cells));
    await vscode.window.showNotebookDocument(unsaved);
    await vscode.commands.executeCommand("notebook.selectKernel", { id: "optimas", extension: "optimas.optimas" });
    await run(unsaved, 0, 1);
    // As the editor does it: a document with the same cells takes the place of the tab.
    const file = workspaceFile("firstSave.optnb", notebookText(["let kept = 41;", "kept + 1"]));
    await vscode.workspace.openNotebookDocument(file);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    const saved = await showNotebook(file);
    await run(saved, 1, 2);
    assert.equal(outputText(saved.cellAt(1)), "42");
  });
});
