import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, eventually, outputText, run } from "./openNotebook.ts";

suite("a new notebook", () => {
  test("runs its first cell as it is, and optimizes", async () => {
    const { statusOf } = await activated();
    await vscode.commands.executeCommand("optimas.newNotebook");
    const notebook = await eventually("the notebook is shown", () => vscode.window.activeNotebookEditor?.notebook);
    assert.equal(notebook.isUntitled, true);
    await vscode.commands.executeCommand("notebook.selectKernel", { id: "optimas", extension: "optimas.optimas" });
    await run(notebook, 0, notebook.cellCount, 60_000);
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
  }).timeout(90_000);
});
