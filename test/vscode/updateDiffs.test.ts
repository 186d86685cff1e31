import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { eventually } from "./openNotebook.ts";
import { never, onDisk, shownDiff, text, updateBench } from "./updateBench.ts";

suite("before an update is applied, the editor", () => {
  const bench = updateBench();
  const { idOf, written } = bench;

  test("shows the difference, which follows the source, and nothing is written", async () => {
    const uri = await written("compared");
    const before = onDisk(uri);
    const changes = [{ definition: idOf(uri, "answerer"), value: "Compared." }];
    await bench.updates.showDiffOf(changes);
    const { original, modified } = await eventually("the difference is shown", shownDiff);
    assert.equal(original.toString(), uri.toString());
    const shown = await vscode.workspace.openTextDocument(modified);
    assert.equal(shown.languageId, "typescript");
    assert.equal(shown.getText(), before.replace("'Answer the question.'", "'Compared.'"));
    assert.equal(onDisk(uri), before);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), "// typed\n");
    await vscode.workspace.applyEdit(edit);
    await eventually("the right side follows", () => shown.getText().startsWith("// typed\n"));
    // The button in the title of the difference gives its document.
    await vscode.commands.executeCommand("optimas.applyUpdate", modified);
    assert.match(await text(uri), /^\/\/ typed\n[\s\S]*'Compared\.'/);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    // Once it is applied, what was there before is on the left.
    await bench.updates.showDiffOf(changes);
    const applied = await eventually("the difference is shown", shownDiff);
    assert.equal(applied.modified.toString(), uri.toString());
    assert.match((await vscode.workspace.openTextDocument(applied.original)).getText(), /'Answer the question\.'/);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  test("writes only what was ticked in the editor's preview", async () => {
    const uri = await written("previewed");
    const before = onDisk(uri);
    const changes = [{ definition: idOf(uri, "answerer"), value: "Previewed." }];
    const discarded = bench.updates.applyValues(changes, { preview: true, ask: never });
    assert.deepEqual(await inPreview(discarded, "refactorPreview.discard"), { kind: "cancelled" });
    assert.equal(await text(uri), before);
    const tick = ["refactorPreview.focus", "list.focusFirst", "refactorPreview.toggleCheckedState"];
    // Before the preview has listed the changes, there is nothing to tick.
    await eventually("the change was ticked and applied", async () => {
      const ticked = bench.updates.applyValues(changes, { preview: true, ask: never });
      return (await inPreview(ticked, ...tick, "refactorPreview.apply")).kind === "applied";
    });
    assert.match(onDisk(uri), /'Previewed\.'/);
    await bench.updates.revert(idOf(uri, "answerer"));
    assert.equal(onDisk(uri), before);
  });

  test("shows several files in one view", async () => {
    const uri = await written("several");
    await bench.updates.showDiffOf(
      [
        { definition: idOf(uri, "answerer"), value: "One." },
        { definition: idOf(uri, "shared"), value: "Two." },
        { definition: idOf(uri, "sharing"), value: "Two." },
      ],
      "Several",
    );
    await eventually("the view is shown", () =>
      vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes("Several"),
    );
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
});

/** Gives commands to the preview until what waits for it has gone on. */
async function inPreview<T>(waiting: Promise<T>, ...commands: readonly string[]): Promise<T> {
  let isOver = false;
  void waiting.finally(() => {
    isOver = true;
  });
  await eventually("the preview is over", async () => {
    for (const command of commands) await vscode.commands.executeCommand(command);
    return isOver;
  });
  return waiting;
}
