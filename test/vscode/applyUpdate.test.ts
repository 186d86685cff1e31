// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources with substitutions are what is tested.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { UpdateQuestion } from "../../src/extension/updates/updateQuestion.ts";
import { readSaved } from "../../src/run/configurationFile.ts";
import { activated, eventually, openNotebook, workspaceFolder } from "./openNotebook.ts";
import { Person } from "./person.ts";
import { never, onDisk, overwrite, prompts, shownDiff, text, updateBench, updateSource } from "./updateBench.ts";

suite("applying an update", () => {
  const bench = updateBench();
  const { apply, idOf, written } = bench;

  test("writes the values, saves the file, and one undo takes all back", async () => {
    const uri = await written("one");
    const before = onDisk(uri);
    const outcome = await apply(uri, { answerer: "Don't guess.", retriever: { k: 10, rerank: true } });
    assert.deepEqual(outcome.kind, "applied");
    const after = before
      .replace("'Answer the question.'", String.raw`'Don\'t guess.'`)
      .replace("choice([false, true]) })", "choice([false, true]) }, { k: 10, rerank: true })");
    assert.equal(onDisk(uri), after);
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand("undo");
    assert.equal(await text(uri), before);
  });

  test("applied twice changes nothing", async () => {
    const uri = await written("twice");
    assert.equal((await apply(uri, { answerer: "Reply." })).kind, "applied");
    const once = onDisk(uri);
    assert.equal((await apply(uri, { answerer: "Reply." })).kind, "unchanged");
    assert.equal(onDisk(uri), once);
  });

  test("and reverting gives the original bytes, step by step", async () => {
    const uri = await written("back");
    const before = onDisk(uri);
    await apply(uri, { retriever: { k: 5, rerank: false }, answerer: "First." });
    const first = onDisk(uri);
    await apply(uri, { answerer: "Second.\nIn lines.\nThree." });
    assert.match(onDisk(uri), /prompt: `Second\.\nIn lines\.\nThree\.`,/);
    await bench.updates.revert(idOf(uri, "answerer"));
    assert.equal(onDisk(uri), first);
    await bench.updates.revert(idOf(uri, "answerer"));
    await bench.updates.revert(idOf(uri, "retriever"));
    assert.equal(onDisk(uri), before);
    assert.equal((await bench.updates.revert(idOf(uri, "retriever"))).kind, "unchanged");
  });

  test("reverting can be undone, and knows what was undone by hand", async () => {
    const uri = await written("undone");
    const before = onDisk(uri);
    await apply(uri, { answerer: "Other." });
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand("undo");
    assert.equal(await text(uri), before);
    assert.equal((await bench.updates.revert(idOf(uri, "answerer"))).kind, "unchanged");
    await apply(uri, { answerer: "Other." });
    await bench.updates.revert(idOf(uri, "answerer"));
    assert.equal(await text(uri), before);
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand("undo");
    assert.match(await text(uri), /'Other\.'/);
  });

  test("keeps line ends of Windows, in templates too", async () => {
    const uri = await written("windows", updateSource("windows").replaceAll("\n", "\r\n"));
    const before = onDisk(uri);
    await apply(uri, { answerer: "One.\nTwo.\nThree." });
    assert.equal(onDisk(uri), before.replace("'Answer the question.'", "`One.\r\nTwo.\r\nThree.`"));
    await bench.updates.revert(idOf(uri, "answerer"));
    assert.equal(onDisk(uri), before);
  });

  test("keeps a template's substitutions, or refuses and says why", async () => {
    const uri = await written("template");
    const before = onDisk(uri);
    const known = ["Hint in a concise way."];
    await apply(uri, { hinter: "Give one concise hint." }, never, known);
    assert.equal(onDisk(uri), before.replace("Hint in a ${style} way.", "Give one ${style} hint."));
    const asked: UpdateQuestion[] = [];
    const outcome = await apply(
      uri,
      { hinter: "Give a hint." },
      async (question) => void asked.push(question) as undefined,
      ["Give one concise hint."],
    );
    assert.equal(outcome.kind, "refused");
    assert.match(asked[0]?.message ?? "", /\$\{style\}/);
    assert.deepEqual(
      asked[0]?.answers.map(({ answer }) => answer),
      ["state file", "open"],
    );
  });

  test("writes to a constant in another file, after asking where others share it", async () => {
    const uri = await written("constants");
    const before = onDisk(prompts("constants"));
    const asked: UpdateQuestion[] = [];
    const cancelled = await apply(
      uri,
      { shared: "Tell it." },
      async (question) => void asked.push(question) as undefined,
    );
    assert.equal(cancelled.kind, "cancelled");
    assert.equal(onDisk(prompts("constants")), before);
    assert.match(asked[0]?.message ?? "", /constants_shared .*SHARED.* constants_sharing/);
    assert.equal((await apply(uri, { shared: "Tell it." }, async () => "apply")).kind, "applied");
    assert.equal(onDisk(prompts("constants")), 'export const SHARED = "Tell it.";\n');
    // Given the same value, they need no question; another one is refused.
    assert.equal((await apply(uri, { shared: "Both.", sharing: "Both." })).kind, "applied");
    const conflict = await apply(uri, { shared: "One.", sharing: "Other." }, async () => undefined);
    assert.equal(conflict.kind, "refused");
  });

  test("takes a computed value to the file of accepted values, keeping what is there", async () => {
    const uri = await written("computed");
    const file = join(workspaceFolder(), "apply/computedExperiment.optimas.json");
    writeFileSync(file, JSON.stringify({ format: 1, configuration: { computed_retriever: { k: 5, rerank: true } } }));
    const before = onDisk(uri);
    const outcome = await apply(uri, { made: "Now." }, async () => "state file");
    assert.deepEqual(outcome, { kind: "saved", file });
    assert.equal(onDisk(uri), before);
    assert.deepEqual(readSaved(file).configuration, {
      computed_retriever: { k: 5, rerank: true },
      computed_made: "Now.",
    });
  });

  test("leaves a file with unsaved changes unsaved, and works on its text as it is", async () => {
    const uri = await written("unsaved");
    const disk = onDisk(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), "// a line that was never saved\n\n");
    const prompt = document.getText().indexOf("'Answer the question.'");
    const at = document.positionAt(prompt);
    edit.replace(uri, new vscode.Range(at, at.translate(0, "'Answer the question.'".length)), '"Typed."');
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.equal((await apply(uri, { answerer: "New." })).kind, "applied");
    assert.match(document.getText(), /^\/\/ a line that was never saved\n[\s\S]*prompt: "New\.",/);
    assert.ok(document.isDirty);
    assert.equal(onDisk(uri), disk);
    await bench.updates.revert(idOf(uri, "answerer"));
    assert.match(document.getText(), /prompt: "Typed\.",/);
    await document.save();
  });

  test("finds what it wrote after the file was changed around it, and asks where the value was changed", async () => {
    const uri = await written("around");
    await apply(uri, { answerer: "New." });
    overwrite(uri, `// above\n${onDisk(uri)}`);
    await eventually("the editor has read it", async () => (await text(uri)).startsWith("// above"));
    await bench.updates.revert(idOf(uri, "answerer"));
    assert.match(onDisk(uri), /^\/\/ above[\s\S]*'Answer the question\.'/);
    await apply(uri, { answerer: "New." });
    overwrite(uri, onDisk(uri).replace("'New.'", '"Mine."'));
    await eventually("the editor has read it", async () => (await text(uri)).includes("Mine"));
    const { updates: own } = await activated();
    assert.equal((await own.revert(idOf(uri, "answerer"), async () => undefined)).kind, "cancelled");
    assert.match(onDisk(uri), /"Mine\."/);
    assert.equal((await own.revert(idOf(uri, "answerer"), async () => "apply")).kind, "applied");
    assert.match(onDisk(uri), /"Answer the question\."/);
  });

  test("says so where the editor does not save over what another program wrote in that moment", async () => {
    const uri = await written("contended");
    const document = await vscode.workspace.openTextDocument(uri);
    const others = `// by another program\n${onDisk(uri)}`;
    const contending = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document !== document) return;
      contending.dispose();
      overwrite(uri, others);
    });
    await Person.during(async (person) => {
      assert.equal((await apply(uri, { answerer: "New." })).kind, "applied");
      await person.hears(/^The editor did not save apply\/contended\.ts: .* Save it there\.$/);
    });
    assert.match(document.getText(), /'New\.'/);
    assert.ok(document.isDirty);
    assert.equal(onDisk(uri), others);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    assert.equal(document.getText(), others);
  });

  test("says so when the component is gone", async () => {
    const uri = await written("gone");
    const id = idOf(uri, "answerer");
    writeFileSync(uri.fsPath, "export {};\n");
    await bench.index.refresh(uri);
    const asked: UpdateQuestion[] = [];
    const outcome = await bench.updates.applyValues([{ definition: id, value: "x" }], {
      ask: async (question) => void asked.push(question) as undefined,
    });
    assert.equal(outcome.kind, "refused");
    assert.deepEqual(asked[0]?.answers, []);
  });

  test("edits the cell of a notebook", async () => {
    const cell = `import { llm } from "optimas";\nexport const celled = llm({ name: "celled", description: "", inputs: ["a"], outputs: ["b"], prompt: "Cell." });`;
    const notebook = await openNotebook("apply/cells.optnb", ["// first", cell]);
    const document = notebook.cellAt(1).document;
    await bench.index.refresh(document.uri);
    await eventually("it is found", () => bench.index.inDocument(document).length > 0);
    const [definition] = bench.index.inDocument(document);
    assert.ok(definition);
    const change = { definition: definition.id, value: "In a cell." };
    await bench.updates.showDiffOf([change]);
    await eventually("the difference is shown", () => shownDiff() !== undefined);
    assert.equal(shownDiff()?.original.toString(), document.uri.toString());
    assert.equal((await bench.updates.applyValues([change], { ask: never })).kind, "applied");
    assert.equal(document.getText(), cell.replace('"Cell."', '"In a cell."'));
    assert.match(onDisk(notebook.uri), /In a cell\./);
    await bench.updates.revert(definition.id);
    assert.equal(document.getText(), cell);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
});
