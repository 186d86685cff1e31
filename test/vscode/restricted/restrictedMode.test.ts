import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, eventually, outputText, shown, workspaceFile } from "../openNotebook.ts";

const saved = JSON.stringify({
  cells: [
    {
      cell_type: "code",
      execution_count: null,
      id: "read",
      metadata: {},
      outputs: [{ output_type: "stream", name: "stdout", text: ["saved before\n"] }],
      source: ['import { writeFileSync } from "node:fs";\n', 'writeFileSync("ran.txt", "");'],
    },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

suite("in Restricted Mode", () => {
  test("a notebook opens and shows its saved outputs", async () => {
    const notebook = await vscode.workspace.openNotebookDocument(workspaceFile("saved.optnb", saved));
    await vscode.window.showNotebookDocument(notebook);
    assert.equal(outputText(notebook.cellAt(0)), "saved before\n");
  });

  test("a new notebook opens", async () => {
    await activated();
    await vscode.commands.executeCommand("optimas.newNotebook");
    assert.equal(vscode.window.activeNotebookEditor?.notebook.notebookType, "optimas-notebook");
  });

  test("no command runs a cell or starts a process", async () => {
    const { isLive } = await activated();
    const uri = workspaceFile("refused.optnb", saved);
    const notebook = await vscode.workspace.openNotebookDocument(uri);
    await vscode.window.showNotebookDocument(notebook);
    const { commands } = vscode.extensions.getExtension("optimas.optimas")?.packageJSON.contributes ?? {};
    const opening = ["optimas.newNotebook", "optimas.openExample", "optimas.openWalkthrough", "optimas.showLog"];
    const acting = (commands as { command: string }[])
      .map(({ command }) => command)
      .filter((id) => !opening.includes(id));
    assert.ok(acting.length >= 5);
    for (const id of acting) {
      let over = false;
      const cell = notebook.cellAt(0).document.uri.toString();
      void vscode.commands.executeCommand(id, cell).then(() => {
        over = true;
      });
      // What they ask is put away: it acts on nothing yet.
      await eventually(`${id} is over`, async () => {
        await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
        return over;
      });
    }
    await shown();
    assert.equal(isLive(notebook.cellAt(0)), false);
    assert.equal(outputText(notebook.cellAt(0)), "saved before\n");
    assert.throws(() => readFileSync(vscode.Uri.joinPath(uri, "..", "ran.txt").fsPath));
    assert.equal(readFileSync(uri.fsPath, "utf8"), saved);
  });
});
