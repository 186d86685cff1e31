import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { Row } from "../../src/extension/components/row.ts";
import type { RowTree } from "../../src/extension/components/rowTree.ts";
import { createRun } from "../../src/run/runOpening.ts";
import { finishedRun } from "../run/exampleEvents.ts";
import { sampleInfo } from "../run/sampleRun.ts";
import { activated, closeNotebook, eventually, openNotebook, workspaceFile, workspaceFolder } from "./openNotebook.ts";
import { shownDiff } from "./updateBench.ts";

/** A copy of the example in the workspace, without what runs of it left behind. */
async function example(folder: string): Promise<vscode.Uri> {
  const extension = vscode.extensions.getExtension("optimas.optimas");
  assert.ok(extension);
  const source = vscode.Uri.joinPath(extension.extensionUri, "examples", "hotpotqa");
  const target = vscode.Uri.file(join(workspaceFolder(), folder, "hotpotqa"));
  for (const [name] of await vscode.workspace.fs.readDirectory(source)) {
    if (!name.endsWith(".ts")) continue;
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(source, name), vscode.Uri.joinPath(target, name));
  }
  return target;
}

async function indexed(uri: vscode.Uri): Promise<void> {
  const { index } = await activated();
  await index.ready;
  await index.refresh(uri);
  await eventually("the definitions are found", () => index.inFile(uri).length > 0);
}

/** The lenses, asked for anew. */
async function drawnLenses(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
  await vscode.workspace.openTextDocument(uri);
  return vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 200);
}

/** Titles of the lenses, line by line. */
async function lensesIn(uri: vscode.Uri): Promise<Map<number, string[]>> {
  const lines = new Map<number, string[]>();
  for (const { range, command } of await drawnLenses(uri)) {
    lines.set(range.start.line, [...(lines.get(range.start.line) ?? []), command?.title ?? ""]);
  }
  return lines;
}

function lineOf(document: vscode.TextDocument, text: string): number {
  return document.positionAt(document.getText().indexOf(text)).line;
}

const rows = (tree: RowTree, parent?: Row) => tree.getChildren(parent);
const labels = (tree: RowTree, parent?: Row) => rows(tree, parent).map(({ label }) => label);

suite("components in the editor", () => {
  test("have lenses over each, and over their system", async () => {
    const uri = vscode.Uri.joinPath(await example("lenses"), "system.ts");
    await indexed(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const lenses = await lensesIn(uri);
    const above = (text: string) => lenses.get(lineOf(document, text));
    for (const name of ["questionRewriter", "infoExtractor", "retriever", "hintGenerator", "answerGenerator"]) {
      assert.deepEqual(above(`export const ${name}`), ["Optimize", "Evaluate", "Tweak", "never fitted"], name);
    }
    const system = ["Run 10 iterations", "Evaluate", "Landscape", "Open notebook"];
    assert.deepEqual(above("export const questionAnswering"), system);
    const experiment = vscode.Uri.joinPath(uri, "..", "experiment.ts");
    const asking = ["Run 10 iterations", "Evaluate", "Landscape", "simulated model", "Open notebook"];
    assert.deepEqual([...(await lensesIn(experiment)).values()], [asking]);
    assert.equal(lenses.size, 6);
  });

  test("keep their lenses over their lines while somebody types, and lose them by the setting", async () => {
    const uri = vscode.Uri.joinPath(await example("typing"), "system.ts");
    await indexed(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await lensesIn(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), "// First.\n// Second.\n");
    const end = document.positionAt(document.getText().indexOf('"retriever"'));
    edit.insert(uri, end, "((( ");
    await vscode.workspace.applyEdit(edit);
    const lenses = await lensesIn(uri);
    assert.equal(lenses.get(lineOf(document, "export const retriever"))?.[0], "Optimize");
    assert.equal(lenses.get(lineOf(document, "export const answerGenerator"))?.[0], "Optimize");
    const settings = vscode.workspace.getConfiguration("optimas", document);
    await settings.update("codeLens.enabled", false, vscode.ConfigurationTarget.Workspace);
    try {
      assert.equal((await lensesIn(uri)).size, 0);
    } finally {
      await settings.update("codeLens.enabled", undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.commands.executeCommand("workbench.action.files.revert");
    }
  });

  test("have lenses in cells of notebooks, too", async () => {
    const cells = [
      'import { llm } from "optimas";',
      'const writer = llm({ name: "writer", inputs: ["a"], outputs: ["b"], prompt: "Write." });',
    ];
    const notebook = await openNotebook("lenses/cells.optnb", cells);
    await indexed(notebook.uri);
    const lenses = await lensesIn(notebook.cellAt(1).document.uri);
    assert.deepEqual([...lenses], [[0, ["Optimize", "Evaluate", "Tweak", "never fitted"]]]);
    assert.equal((await lensesIn(notebook.cellAt(0).document.uri)).size, 0);
    const { components } = (await activated()).views.trees;
    const [leaf] = rows(
      components,
      rows(components).find(({ label }) => label === "lenses/cells.optnb"),
    );
    await vscode.commands.executeCommand("optimas.goToDefinition", leaf);
    assert.equal(vscode.window.activeNotebookEditor?.selection.start, 1);
    await closeNotebook(notebook);
  });

  test("tell their variable and search space in a hover", async () => {
    const uri = vscode.Uri.joinPath(await example("hover"), "system.ts");
    await indexed(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const position = document.positionAt(document.getText().indexOf('"retriever"') + 2);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, position);
    const texts = hovers.flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value));
    const text = texts.find((one) => one.includes("Optimize")) ?? "";
    assert.ok(text.replaceAll("&nbsp;", "").includes("| k | 1&#44; 5&#44; 10&#44; 25 | 1 |"), texts.join("\n---\n"));
    assert.ok(text.includes("command:optimas.optimizeComponent"));
  });

  test("stand in the tree by their system, and those of none by their file", async () => {
    const uri = vscode.Uri.joinPath(await example("tree"), "system.ts");
    const alone = workspaceFile(
      "tree/alone.ts",
      'import { llm } from "optimas";\nexport const alone = llm({ name: "alone", inputs: ["a"], outputs: ["b"], prompt: "x" });\n',
    );
    await indexed(uri);
    await indexed(alone);
    const { components } = (await activated()).views.trees;
    const system = rows(components).find(({ description }) => description === "tree/hotpotqa/system.ts");
    assert.deepEqual(labels(components, system), [
      "question_rewriter",
      "info_extractor",
      "retriever",
      "hint_generator",
      "answer_generator",
    ]);
    const file = rows(components).find(({ label }) => label === "tree/alone.ts");
    assert.deepEqual(labels(components, file), ["alone"]);
    const [leaf] = rows(components, file);
    assert.ok(leaf);
    // The editor forgets arguments whenever a row reads otherwise, and a press would fail.
    assert.equal(components.getTreeItem(leaf).command?.arguments, undefined);
    await vscode.commands.executeCommand("optimas.goToDefinition", leaf);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), alone.toString());
    assert.equal(editor?.document.getText(editor.selection).includes("alone"), true);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  });

  test("show what a run found out, wherever the run was made", async () => {
    const folder = await example("runs");
    const uri = vscode.Uri.joinPath(folder, "system.ts");
    await indexed(uri);
    await indexed(vscode.Uri.joinPath(folder, "experiment.ts"));
    const { views } = await activated();
    await views.store.ready;
    const path = vscode.Uri.joinPath(folder, "experiment.ts").fsPath;
    const out = join(workspaceFolder(), "runs", ".optimas", "runs");
    const info = { ...sampleInfo, experiment: { path, given: path } };
    const run = createRun({ out, runId: "20261121-150307-hotpotqa-he01", info, clock: Date.now });
    for (const { seq: _seq, at: _at, systemRuns, ...body } of finishedRun()) run.record(body as never, systemRuns);
    run.close();
    const row = await eventually("the run is listed", () =>
      rows(views.trees.runs).find(({ id, context }) => id === run.folder && context === "run.finished"),
    );
    assert.match(row.description ?? "", /^0\.\d+ → 0\.\d+, 12 of 12 iterations, .*, simulated model$/);
    const updates = rows(views.trees.updates).find((one) => one.run === run.folder);
    assert.equal(rows(views.trees.updates, updates).length, 9);
    const document = await vscode.workspace.openTextDocument(uri);
    const lenses = await eventually("the lenses say so", async () => {
      const over = (await lensesIn(uri)).get(lineOf(document, "export const retriever"));
      return over?.includes("Diff") ? over : undefined;
    });
    assert.match(
      lenses.join(" | "),
      /local reward \d\.\d\d, aligned 0\.74, simulated model \| 1 accepted, 1 rejected \| Diff/,
    );

    // The editor forgets arguments when it asks for lenses anew, and a press on those still to be seen would be lost.
    const before = (await drawnLenses(uri)).flatMap(({ command }) => command ?? []);
    assert.deepEqual(
      before.map((command) => command.arguments ?? []),
      before.map(() => []),
    );
    const anew = (await drawnLenses(uri)).flatMap(({ command }) => command ?? []);
    assert.deepEqual(anew, before);
    await vscode.commands.executeCommand(before.find(({ title }) => title === "Diff")?.command ?? "");
    await eventually("the difference is shown", () => shownDiff() !== undefined);

    assert.equal(existsSync(join(run.folder, "report.html")), false);
    await vscode.commands.executeCommand("optimas.openReport", row);
    assert.equal(existsSync(join(run.folder, "report.html")), true);
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await eventually("the report is shown", () => tabs().some(({ label }) => label.includes("he01")));
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");

    await vscode.workspace.fs.delete(vscode.Uri.file(run.folder), { recursive: true });
    await eventually("the run is gone", () => !rows(views.trees.runs).some(({ id }) => id === run.folder));
  });

  test("show a run that came with all folders around it, and what it finds out later", async () => {
    const { views } = await activated();
    // Everything that is there was found.
    await views.store.refresh();
    const out = join(workspaceFolder(), "came", "all", "at", "once", ".optimas", "runs");
    const run = createRun({ out, runId: "20261121-170000-hotpotqa-he03", info: sampleInfo, clock: Date.now });
    const events = finishedRun();
    const record = (from: number, to?: number) => {
      for (const { seq: _seq, at: _at, systemRuns, ...body } of events.slice(from, to))
        run.record(body as never, systemRuns);
    };
    record(0, 20);
    const row = () => rows(views.trees.runs).find(({ id }) => id === run.folder);
    await eventually("the run is listed", () => row()?.context?.startsWith("run.running"));
    record(20);
    await eventually("its end is shown", () => /12 of 12 iterations/.test(row()?.description ?? ""));
    run.close();
    const next = createRun({ out, runId: "20261121-170001-hotpotqa-he04", info: sampleInfo, clock: Date.now });
    next.record(events[0] as never, 0);
    await eventually("the next run is listed", () => rows(views.trees.runs).some(({ id }) => id === next.folder));
    next.close();
    await vscode.workspace.fs.delete(vscode.Uri.file(join(workspaceFolder(), "came")), { recursive: true });
    await eventually("both are gone", () => !rows(views.trees.runs).some(({ id }) => id?.startsWith(out)));
  });

  test("tell that their code changed since they were fitted, and not when only their value did", async () => {
    const folder = await example("stale");
    const uri = vscode.Uri.joinPath(folder, "system.ts");
    await indexed(uri);
    await indexed(vscode.Uri.joinPath(folder, "experiment.ts"));
    const { index, views } = await activated();
    await views.store.ready;
    const path = vscode.Uri.joinPath(folder, "experiment.ts").fsPath;
    const out = join(workspaceFolder(), ".optimas", "runs");
    const info = { ...sampleInfo, experiment: { path, given: path } };
    const run = createRun({ out, runId: "20261121-160000-hotpotqa-he02", info, clock: Date.now });
    for (const { seq: _seq, at: _at, systemRuns, ...body } of finishedRun()) run.record(body as never, systemRuns);
    const facts = (name: string) => {
      const found = index.inFile(uri).find((definition) => definition.name === name);
      assert.ok(found && found.kind !== "system" && found.kind !== "experiment");
      return views.facts.of(found);
    };
    await eventually("the run is known", () => facts("hint_generator").standing?.runFolder === run.folder);
    await views.facts.settled();
    run.close();
    const document = await vscode.workspace.openTextDocument(uri);
    const replace = async (before: string, after: string) => {
      const from = document.getText().indexOf(before);
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(document.positionAt(from), document.positionAt(from + before.length)), after);
      await vscode.workspace.applyEdit(edit);
      await index.refresh(uri);
    };
    await replace('"Write hints."', '"Write short hints."');
    await replace("Answers the question with the help of the hints.", "Answers otherwise.");
    await eventually("the changed one is stale", () => facts("answer_generator").freshness === "changed");
    assert.equal(facts("hint_generator").freshness, "same");
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
});
