// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources with substitutions are what is tested.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import type { ComponentIndex } from "../../src/extension/index/componentIndex.ts";
import type { ApplyOutcome } from "../../src/extension/updates/applyUpdate.ts";
import type { ComponentChange } from "../../src/extension/updates/componentChange.ts";
import type { Updates } from "../../src/extension/updates/updateCommands.ts";
import type { Ask, UpdateQuestion } from "../../src/extension/updates/updateQuestion.ts";
import { readSaved } from "../../src/run/configurationFile.ts";
import type { BodyOf } from "../../src/run/events.ts";
import { createRun } from "../../src/run/runFolder.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { runStarted, sampleInfo } from "../run/sampleRun.ts";
import { activated, eventually, openNotebook, workspaceFile, workspaceFolder } from "./openNotebook.ts";

/** A source with a prompt, options that are not written down, and a template. */
const source = (name: string) => `import { choice, component, llm, options, system } from "optimas";
import { SHARED } from "./${name}Prompts";

const style = "concise";

export const answerer = llm({
  name: "${name}_answerer",
  description: "Answers.",
  inputs: ["passages"],
  outputs: ["answer"],
  prompt: 'Answer the question.',
});

export const retriever = component({
  name: "${name}_retriever",
  description: "Finds.",
  inputs: ["question"],
  outputs: ["passages"],
  variable: options({ k: choice([1, 5, 10]), rerank: choice([false, true]) }),
  run: () => ({ passages: "" }),
});

export const hinter = llm({ name: "${name}_hinter", description: "", inputs: ["passages"], outputs: ["hints"], prompt: \`Hint in a \${style} way.\` });
export const shared = llm({ name: "${name}_shared", description: "", inputs: ["hints"], outputs: ["a"], prompt: SHARED });
export const sharing = llm({ name: "${name}_sharing", description: "", inputs: ["hints"], outputs: ["b"], prompt: SHARED });
export const made = llm({ name: "${name}_made", description: "", inputs: ["hints"], outputs: ["c"], prompt: String(Date.now()) });
export const ${name} = system({ name: "${name}", components: [answerer, retriever, hinter, shared, sharing, made], outputs: ["answer"] });
`;

const never: Ask = (question: UpdateQuestion) => Promise.reject(new Error(`asked: ${question.message}`));

suite("applying an update", () => {
  let index: ComponentIndex;
  let updates: Updates;

  suiteSetup(async () => {
    ({ index, updates } = await activated());
    await index.ready;
  });

  // Other suites look at the same workspace: at its unsaved files, at its runs.
  suiteTeardown(async () => {
    await vscode.workspace.saveAll();
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("notifications.clearAll");
    rmSync(join(workspaceFolder(), "apply"), { recursive: true, force: true });
    const { views } = await activated();
    await views.store.refresh();
  });

  /** Writes a file of its own for a test, with the constants that it imports. */
  async function written(name: string, text = source(name)): Promise<vscode.Uri> {
    workspaceFile(`apply/${name}Prompts.ts`, `export const SHARED = "Say it.";\n`);
    const uri = workspaceFile(`apply/${name}.ts`, text);
    workspaceFile(
      `apply/${name}Experiment.ts`,
      `import { experiment, rows } from "optimas";\nimport { ${name} } from "./${name}";\n` +
        `export default experiment({ system: ${name}, data: { train: rows([]), validation: rows([]) }, reward: () => 0 });\n`,
    );
    for (const file of [uri, prompts(name), vscode.Uri.file(join(workspaceFolder(), `apply/${name}Experiment.ts`))]) {
      await index.refresh(file);
    }
    await eventually(`${name} is found`, () => index.inFile(uri).length > 0);
    return uri;
  }

  const prompts = (name: string) => vscode.Uri.file(join(workspaceFolder(), `apply/${name}Prompts.ts`));
  const onDisk = (uri: vscode.Uri) => readFileSync(uri.fsPath, "utf8");
  const text = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();

  function idOf(uri: vscode.Uri, binding: string): string {
    const found = index.inFile(uri).find((definition) => definition.binding === binding);
    assert.ok(found, `${binding} is not found`);
    return found.id;
  }

  async function apply(
    uri: vscode.Uri,
    values: Readonly<Record<string, VariableValue>>,
    ask: Ask = never,
    known: readonly VariableValue[] = [],
  ): Promise<ApplyOutcome> {
    const changes = Object.entries(values).map(
      ([binding, value]): ComponentChange => ({ definition: idOf(uri, binding), value, known }),
    );
    return updates.applyValues(changes, { ask });
  }

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
    await updates.revert(idOf(uri, "answerer"));
    assert.equal(onDisk(uri), first);
    await updates.revert(idOf(uri, "answerer"));
    await updates.revert(idOf(uri, "retriever"));
    assert.equal(onDisk(uri), before);
    assert.equal((await updates.revert(idOf(uri, "retriever"))).kind, "unchanged");
  });

  test("reverting can be undone, and knows what was undone by hand", async () => {
    const uri = await written("undone");
    const before = onDisk(uri);
    await apply(uri, { answerer: "Other." });
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand("undo");
    assert.equal(await text(uri), before);
    assert.equal((await updates.revert(idOf(uri, "answerer"))).kind, "unchanged");
    await apply(uri, { answerer: "Other." });
    await updates.revert(idOf(uri, "answerer"));
    assert.equal(await text(uri), before);
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand("undo");
    assert.match(await text(uri), /'Other\.'/);
  });

  test("keeps line ends of Windows, in templates too", async () => {
    const uri = await written("windows", source("windows").replaceAll("\n", "\r\n"));
    const before = onDisk(uri);
    await apply(uri, { answerer: "One.\nTwo.\nThree." });
    assert.equal(onDisk(uri), before.replace("'Answer the question.'", "`One.\r\nTwo.\r\nThree.`"));
    await updates.revert(idOf(uri, "answerer"));
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
    await updates.revert(idOf(uri, "answerer"));
    assert.match(document.getText(), /prompt: "Typed\.",/);
    await document.save();
  });

  test("finds what it wrote after the file was changed around it, and asks where the value was changed", async () => {
    const uri = await written("around");
    await apply(uri, { answerer: "New." });
    writeFileSync(uri.fsPath, `// above\n${onDisk(uri)}`);
    await eventually("the editor has read it", async () => (await text(uri)).startsWith("// above"));
    await updates.revert(idOf(uri, "answerer"));
    assert.match(onDisk(uri), /^\/\/ above[\s\S]*'Answer the question\.'/);
    await apply(uri, { answerer: "New." });
    writeFileSync(uri.fsPath, onDisk(uri).replace("'New.'", '"Mine."'));
    await eventually("the editor has read it", async () => (await text(uri)).includes("Mine"));
    const { updates: own } = await activated();
    assert.equal((await own.revert(idOf(uri, "answerer"), async () => undefined)).kind, "cancelled");
    assert.match(onDisk(uri), /"Mine\."/);
    assert.equal((await own.revert(idOf(uri, "answerer"), async () => "apply")).kind, "applied");
    assert.match(onDisk(uri), /"Answer the question\."/);
  });

  test("says so when the component is gone", async () => {
    const uri = await written("gone");
    const id = idOf(uri, "answerer");
    writeFileSync(uri.fsPath, "export {};\n");
    await index.refresh(uri);
    const asked: UpdateQuestion[] = [];
    const outcome = await updates.applyValues([{ definition: id, value: "x" }], {
      ask: async (question) => void asked.push(question) as undefined,
    });
    assert.equal(outcome.kind, "refused");
    assert.deepEqual(asked[0]?.answers, []);
  });

  test("edits the cell of a notebook", async () => {
    const cell = `import { llm } from "optimas";\nexport const celled = llm({ name: "celled", description: "", inputs: ["a"], outputs: ["b"], prompt: "Cell." });`;
    const notebook = await openNotebook("apply/cells.optnb", ["// first", cell]);
    const document = notebook.cellAt(1).document;
    await index.refresh(document.uri);
    await eventually("it is found", () => index.inDocument(document).length > 0);
    const [definition] = index.inDocument(document);
    assert.ok(definition);
    const change = { definition: definition.id, value: "In a cell." };
    await updates.showDiffOf([change]);
    await eventually("the difference is shown", () => shownDiff() !== undefined);
    assert.equal(shownDiff()?.original.toString(), document.uri.toString());
    assert.equal((await updates.applyValues([change], { ask: never })).kind, "applied");
    assert.equal(document.getText(), cell.replace('"Cell."', '"In a cell."'));
    assert.match(onDisk(notebook.uri), /In a cell\./);
    await updates.revert(definition.id);
    assert.equal(document.getText(), cell);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  test("shows the difference, which follows the source, and nothing is written", async () => {
    const uri = await written("compared");
    const before = onDisk(uri);
    const changes = [{ definition: idOf(uri, "answerer"), value: "Compared." }];
    await updates.showDiffOf(changes);
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
    await updates.showDiffOf(changes);
    const applied = await eventually("the difference is shown", shownDiff);
    assert.equal(applied.modified.toString(), uri.toString());
    assert.match((await vscode.workspace.openTextDocument(applied.original)).getText(), /'Answer the question\.'/);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  test("writes only what was ticked in the editor's preview", async () => {
    const uri = await written("previewed");
    const before = onDisk(uri);
    const changes = [{ definition: idOf(uri, "answerer"), value: "Previewed." }];
    const discarded = updates.applyValues(changes, { preview: true, ask: never });
    assert.deepEqual(await inPreview(discarded, "refactorPreview.discard"), { kind: "cancelled" });
    assert.equal(await text(uri), before);
    const tick = ["refactorPreview.focus", "list.focusFirst", "refactorPreview.toggleCheckedState"];
    // Before the preview has listed the changes, there is nothing to tick.
    await eventually("the change was ticked and applied", async () => {
      const ticked = updates.applyValues(changes, { preview: true, ask: never });
      return (await inPreview(ticked, ...tick, "refactorPreview.apply")).kind === "applied";
    });
    assert.match(onDisk(uri), /'Previewed\.'/);
    await updates.revert(idOf(uri, "answerer"));
    assert.equal(onDisk(uri), before);
  });

  suite("from a run", () => {
    /** A run of a file's experiment: an update of the prompt accepted in its first iteration, others as given. */
    async function ranOn(
      name: string,
      more: readonly BodyOf<"update">[] = [],
    ): Promise<{ uri: vscode.Uri; run: string }> {
      const uri = await written(name);
      const path = join(workspaceFolder(), `apply/${name}Experiment.ts`);
      const configuration = {
        [`${name}_answerer`]: "Answer the question.",
        [`${name}_retriever`]: { k: 1, rerank: false },
      };
      const folder = createRun({
        out: join(workspaceFolder(), "apply/.optimas/runs"),
        runId: `20261121-150307-${name}-k3f9`,
        info: { ...sampleInfo, system: name, experiment: { path, given: path } },
        clock: () => Date.now(),
      });
      const component = (binding: string, kind: "prompt" | "options") => ({
        name: `${name}_${binding}`,
        description: "",
        kind,
        inputs: ["a"],
        outputs: ["b"],
        share: 0.5,
      });
      const components = [component("answerer", "prompt"), component("retriever", "options")];
      folder.record(
        {
          ...runStarted,
          runId: name,
          experiment: path,
          system: { name, components, outputs: ["answer"] },
          configuration,
        },
        0,
      );
      for (const update of [accepted(1, `${name}_answerer`, "Answer the question.", "Answer briefly."), ...more]) {
        folder.record(update, 1);
      }
      folder.close();
      return { uri, run: folder.folder };
    }

    const accepted = (
      iteration: number,
      component: string,
      before: VariableValue,
      after: VariableValue,
    ): BodyOf<"update"> => ({
      type: "update",
      iteration,
      component,
      decision: "accepted",
      reason: "Better.",
      before,
      after,
      scorer: "local",
      rewardBefore: 0,
      rewardAfter: 1,
      validation: { before: [0.1], after: [0.9], exampleIds: ["a"] },
    });

    test("an update is applied by its iteration, and everything accepted by the run alone", async () => {
      const { uri, run } = await ranOn("ran", [
        accepted(2, "ran_retriever", { k: 1, rerank: false }, { k: 10, rerank: false }),
      ]);
      const before = onDisk(uri);
      await vscode.commands.executeCommand("optimas.applyUpdate", { run, iteration: 2 });
      const second = before.replace("choice([false, true]) })", "choice([false, true]) }, { k: 10 })");
      assert.equal(onDisk(uri), second);
      await vscode.commands.executeCommand("optimas.applyUpdate", { run });
      assert.equal(onDisk(uri), second.replace("Answer the question.", "Answer briefly."));
      await vscode.commands.executeCommand("optimas.revertUpdate", { definition: idOf(uri, "retriever") });
      await vscode.commands.executeCommand("optimas.revertUpdate", { definition: idOf(uri, "answerer") });
      assert.equal(onDisk(uri), before);
    });

    test("the last accepted update of a component is compared by the component alone, and said to be simulated", async () => {
      const { uri } = await ranOn("last");
      const { views } = await activated();
      await views.store.refresh();
      await vscode.commands.executeCommand("optimas.showDiff", { definition: idOf(uri, "answerer") });
      const { modified } = await eventually("the difference is shown", shownDiff);
      assert.match((await vscode.workspace.openTextDocument(modified)).getText(), /'Answer briefly\.'/);
      assert.match(
        vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? "",
        /last_answerer.*iteration 1.*simulated model/,
      );
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    });

    test("what its author wrote since is not written over unasked", async () => {
      const { uri, run } = await ranOn("edited");
      const asked: UpdateQuestion[] = [];
      const ask: Ask = async (question) => void asked.push(question) as undefined;
      writeFileSync(uri.fsPath, onDisk(uri).replace("Answer the question.", "Mine."));
      await index.refresh(uri);
      const origin = { run, iteration: 1, simulated: true };
      const change = { definition: idOf(uri, "answerer"), value: "New.", origin, known: ["Answer the question."] };
      assert.deepEqual(await updates.applyValues([change], { ask }), { kind: "cancelled" });
      assert.match(asked[0]?.message ?? "", /edited_answerer was changed/);
      assert.match(onDisk(uri), /'Mine\.'/);
    });
  });

  test("shows several files in one view", async () => {
    const uri = await written("several");
    await updates.showDiffOf(
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

function shownDiff(): { original: vscode.Uri; modified: vscode.Uri } | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff ? input : undefined;
}

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
