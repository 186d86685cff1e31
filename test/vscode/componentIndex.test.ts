import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, suiteSetup, test } from "mocha";
import * as vscode from "vscode";
import type { ComponentIndex } from "../../src/extension/componentIndex.ts";
import { activated, eventually, notebookText, workspaceFile, workspaceFolder } from "./openNotebook.ts";

const llm = (name: string) =>
  `import { llm } from "optimas";\nexport const ${name} = llm({ name: "${name}", description: "", inputs: ["a"], outputs: ["b"], prompt: "Write." });\n`;

suite("the index of components", () => {
  let index: ComponentIndex;
  const names = () => index.model.components().map(({ name }) => name);
  const known = (name: string) => eventually(`${name} is known`, () => names().includes(name));
  const forgotten = (name: string) => eventually(`${name} is forgotten`, () => !names().includes(name));

  suiteSetup(async () => {
    workspaceFile("index/first.ts", llm("index_first"));
    workspaceFile("index/.gitignore", "ignored\n");
    workspaceFile("index/ignored/a.ts", llm("index_ignored"));
    ({ index } = await activated());
    const began = performance.now();
    await index.ready;
    console.log(`measured  the workspace was searched in ${(performance.now() - began).toFixed(0)} ms`);
  });

  test("holds what the files of the workspace define", () => {
    assert.equal(index.state, "ready");
    assert.ok(names().includes("index_first"));
    assert.ok(!names().includes("index_ignored"));
  });

  test("names places as the editor names them", async () => {
    const uri = workspaceFile("index/a (b)/c!'+ä #1.ts", llm("index_named"));
    await index.refresh(uri);
    const [definition] = index.inFile(uri);
    assert.equal(definition?.at.uri, uri.toString());
    const document = await index.documentAt(definition.at);
    assert.equal(document.uri.toString(), uri.toString());
  });

  test("follows files that other programs write, move and delete", async () => {
    workspaceFile("index/made/deep/a.ts", llm("index_made"));
    await known("index_made");
    const folder = (name: string) => join(workspaceFolder(), "index", name);
    renameSync(folder("made"), folder("moved"));
    await eventually("it moved", () =>
      index.model.components().some(({ name, at }) => name === "index_made" && at.uri.includes("/moved/")),
    );
    writeFileSync(join(folder("moved"), "deep/a.ts"), llm("index_written"));
    await known("index_written");
    await forgotten("index_made");
    rmSync(folder("moved"), { recursive: true });
    await forgotten("index_written");
  });

  test("follows what is renamed in the editor", async () => {
    const from = workspaceFile("index/before.ts", llm("index_renamed"));
    await index.refresh(from);
    const to = vscode.Uri.file(join(workspaceFolder(), "index/after.ts"));
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(from, to);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await eventually("it has its new name", () => index.inFile(to).length === 1 && index.inFile(from).length === 0);
  });

  test("knows unsaved text, and forgets it when it is thrown away", async () => {
    const uri = workspaceFile("index/typed.ts", llm("index_saved"));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), `${llm("index_typed")}\n`);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await index.refresh(uri);
    assert.deepEqual(
      index.inDocument(document).map(({ name }) => name),
      ["index_typed", "index_saved"],
    );
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await forgotten("index_typed");
    assert.deepEqual(
      index.inFile(uri).map(({ name }) => name),
      ["index_saved"],
    );
  });

  test("knows documents that have no file", async () => {
    const document = await vscode.workspace.openTextDocument({
      language: "typescript",
      content: llm("index_untitled"),
    });
    await known("index_untitled");
    assert.equal(index.inDocument(document).length, 1);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await forgotten("index_untitled");
  });

  test("tells the cells of an open notebook apart", async () => {
    const uri = workspaceFile("index/cells.optnb", notebookText([llm("index_cell"), "const x = 1;"]));
    const notebook = await vscode.workspace.openNotebookDocument(uri);
    const insert = new vscode.WorkspaceEdit();
    const fresh = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, llm("index_fresh"), "typescript");
    insert.set(uri, [vscode.NotebookEdit.insertCells(0, [fresh])]);
    assert.ok(await vscode.workspace.applyEdit(insert));
    await index.refresh(uri);
    const found = notebook.getCells().map(({ document }) => index.inDocument(document).map(({ name }) => name));
    assert.deepEqual(found, [["index_fresh"], ["index_cell"], []]);
    for (const definition of index.inFile(uri)) {
      const document = await index.documentAt(definition.at);
      assert.ok(document.getText().includes(definition.name ?? "?"));
    }
    const [cell] = notebook.getCells();
    assert.ok(cell);
    const change = new vscode.WorkspaceEdit();
    change.replace(cell.document.uri, new vscode.Range(0, 0, cell.document.lineCount, 0), llm("index_changed"));
    assert.ok(await vscode.workspace.applyEdit(change));
    await index.refresh(cell.document.uri);
    assert.deepEqual(
      index.inDocument(cell.document).map(({ name }) => name),
      ["index_changed"],
    );
    await notebook.save();
  });

  test("follows the settings that leave files out of searches", async () => {
    const settings = vscode.workspace.getConfiguration("files");
    mkdirSync(join(workspaceFolder(), "index/left"), { recursive: true });
    await index.refresh(workspaceFile("index/left/out.ts", llm("index_left")));
    assert.ok(names().includes("index_left"));
    await settings.update("exclude", { "**/left": true }, vscode.ConfigurationTarget.Workspace);
    await forgotten("index_left");
    await settings.update("exclude", undefined, vscode.ConfigurationTarget.Workspace);
    await known("index_left");
  });

  test("follows ignore files", async () => {
    const file = join(workspaceFolder(), "index/.gitignore");
    writeFileSync(file, "first.ts\n");
    await known("index_ignored");
    await forgotten("index_first");
    writeFileSync(file, "ignored\n");
    await known("index_first");
    await forgotten("index_ignored");
  });
});
