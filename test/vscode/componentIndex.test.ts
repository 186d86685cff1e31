import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, suiteSetup, test } from "mocha";
import * as vscode from "vscode";
import { ComponentIndex } from "../../src/extension/index/componentIndex.ts";
import { answerTo } from "../../src/extension/index/workspaceReading.ts";
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

  test("holds what the files of the workspace define", async () => {
    assert.equal(index.state, "ready");
    // Other suites may have asked for the index before these files were written.
    await known("index_first");
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

  test("follows files that other programs write, change and delete", async () => {
    const { fsPath } = workspaceFile("index/outside.ts", llm("index_made"));
    await known("index_made");
    writeFileSync(fsPath, llm("index_written"));
    await known("index_written");
    await forgotten("index_made");
    rmSync(fsPath);
    await forgotten("index_written");
  });

  test("follows folders that other programs move and delete", async () => {
    workspaceFile("index/made/deep/a.ts", llm("index_moved"));
    await known("index_moved");
    const folder = (name: string) => join(workspaceFolder(), "index", name);
    renameSync(folder("made"), folder("moved"));
    const places = () => index.model.components().flatMap(({ name, at }) => (name === "index_moved" ? [at.uri] : []));
    await eventually("it moved", () => places().length === 1 && places()[0]?.includes("/moved/"));
    rmSync(folder("moved"), { recursive: true });
    await forgotten("index_moved");
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

suite("an index whose thread fails", () => {
  const extension = () => vscode.extensions.getExtension("optimas.optimas")?.extensionUri.fsPath ?? "";
  const log = vscode.window.createOutputChannel("Optimas tests", { log: true });

  /** An index with a thread of its own, which fails the first times that it starts. */
  function failing(times: number): { readonly index: ComponentIndex; readonly starts: () => number } {
    const folder = mkdtempSync(join(tmpdir(), "optimas-failing-"));
    mkdirSync(join(folder, "dist"));
    const count = JSON.stringify(join(folder, "starts"));
    const grammars = JSON.stringify(join(extension(), "dist/grammars"));
    writeFileSync(join(folder, "starts"), "");
    writeFileSync(
      join(folder, "dist/detector.cjs"),
      `const { appendFileSync, readFileSync } = require("node:fs");
appendFileSync(${count}, "x");
if (readFileSync(${count}, "utf8").length <= ${times}) throw new Error("it fails for the test");
require("node:worker_threads").workerData.grammars = ${grammars};
require(${JSON.stringify(join(extension(), "dist/detector.cjs"))});`,
    );
    const index = new ComponentIndex({ extensionUri: vscode.Uri.file(folder) }, log, { restartsMs: [20, 20] });
    return { index, starts: () => readFileSync(join(folder, "starts"), "utf8").length };
  }

  test("starts it again", async () => {
    workspaceFile("index/restarted.ts", llm("index_restarted"));
    const { index, starts } = failing(2);
    await index.ready;
    await eventually("it is known", () => index.model.components().some(({ name }) => name === "index_restarted"));
    assert.equal(index.state, "ready");
    assert.equal(starts(), 3);
    index.dispose();
  });

  test("gives up after a while, keeps nobody waiting, and starts anew when it is told to", async () => {
    const { index, starts } = failing(3);
    await index.ready;
    assert.equal(index.state, "stopped");
    assert.equal(starts(), 3);
    await index.refresh(vscode.Uri.file("/nowhere.ts"));
    await index.searchAgain();
    await eventually("it works", () => index.state === "ready" && index.model.components().length > 0);
    index.dispose();
  });
});

suite("a workspace that is not on the disk", () => {
  test("is read through the editor", async () => {
    const root = vscode.Uri.file(join(workspaceFolder(), "far"));
    workspaceFile("far/a.ts", "0123456789");
    workspaceFile("far/b/c.ts", "");
    const at = (...names: string[]) => vscode.Uri.joinPath(root, ...names).toString();
    const ask = (what: "list" | "kind" | "read", uri: string, limitBytes = 100) =>
      answerTo({ type: "ask", request: 1, what, uri, limitBytes });
    assert.deepEqual(await ask("list", root.toString()), {
      what: "list",
      entries: [
        { name: "a.ts", kind: "file", isLink: false },
        { name: "b", kind: "folder", isLink: false },
      ],
    });
    assert.deepEqual(await ask("kind", at("b")), { what: "kind", kind: "folder" });
    assert.deepEqual(await ask("kind", at("x")), { what: "kind" });
    assert.deepEqual(await ask("list", at("x")), { what: "list", entries: [] });
    const read = await ask("read", at("a.ts"));
    assert.equal(read.what === "read" && new TextDecoder().decode(Buffer.from(read.bytes ?? "")), "0123456789");
    assert.deepEqual(await ask("read", at("a.ts"), 9), { what: "read", bytes: "large" });
    assert.deepEqual(await ask("read", at("x")), { what: "read" });
    assert.deepEqual(await ask("list", "no-such-scheme:/x"), { what: "list", entries: [] });
  });
});
