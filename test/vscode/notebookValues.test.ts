import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import { readSaved } from "../../src/run/configurationFile.ts";
import {
  activated,
  closeNotebook,
  eventually,
  notebookText,
  openNotebook,
  workspaceFile,
  workspaceFolder,
} from "./openNotebook.ts";

const path = (name: string) => join(workspaceFolder(), "values", name);
const read = (file: string) => readFileSync(file, "utf8");
const uriOf = (name: string) => vscode.Uri.file(path(name));

/** A cell with a component whose prompt is computed, and an experiment of it under a name. */
const cell = (name: string) => `import { experiment, llm, rows, system } from "optimas";
const made = llm({ name: "${name}_made", description: "", inputs: ["q"], outputs: ["a"], prompt: String(Date.now()) });
const tuning = experiment({
  system: system({ name: "${name}", components: [made], outputs: ["a"] }),
  data: { train: rows([]), validation: rows([]) },
  reward: () => 0,
});`;

/** Values as a run of an experiment in a notebook keeps them. */
function keep(notebook: string, experiment: string, configuration: Readonly<Record<string, string>>): string {
  mkdirSync(path(""), { recursive: true });
  const file = path(`${notebook.replace(/\.\w+$/, "")}.${experiment}.optimas.json`);
  writeFileSync(file, JSON.stringify({ format: 1, configuration, experiment: { notebook, name: experiment } }));
  return file;
}

/** Renames or moves a file as the explorer does. */
async function rename(from: string, to: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(uriOf(from), uriOf(to));
  assert.ok(await vscode.workspace.applyEdit(edit), `${from} was not renamed`);
}

suite("values that experiments of notebooks keep", () => {
  suiteTeardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    rmSync(path(""), { recursive: true, force: true });
  });

  test("go with a notebook that is renamed, those of each of its experiments", async () => {
    await activated();
    workspaceFile("values/old.optnb", notebookText(["1"]));
    const tuning = read(keep("old.optnb", "tuning", { answerer: "Reply." }));
    const other = read(keep("old.optnb", "other", { answerer: "Say." }));
    // Of another notebook, though its name begins alike.
    keep("old.more.optnb", "tuning", {});
    await rename("old.optnb", "new.optnb");
    assert.deepEqual(readdirSync(path("")).toSorted(), [
      "new.optnb",
      "new.other.optimas.json",
      "new.tuning.optimas.json",
      "old.more.tuning.optimas.json",
    ]);
    assert.equal(read(path("new.tuning.optimas.json")), tuning);
    assert.equal(read(path("new.other.optimas.json")), other);
  });

  test("go with it into another folder, and never take another file's place", async () => {
    workspaceFile("values/moved.optnb", notebookText(["1"]));
    keep("moved.optnb", "tuning", { answerer: "Mine." });
    const stays = keep("moved.optnb", "kept", { answerer: "Here." });
    mkdirSync(path("deep"), { recursive: true });
    writeFileSync(path("deep/moved.kept.optimas.json"), "somebody's own");
    await rename("moved.optnb", "deep/moved.optnb");
    assert.deepEqual(readSaved(path("deep/moved.tuning.optimas.json")).configuration, { answerer: "Mine." });
    assert.equal(existsSync(path("moved.tuning.optimas.json")), false);
    assert.equal(read(path("deep/moved.kept.optimas.json")), "somebody's own");
    assert.deepEqual(readSaved(stays).configuration, { answerer: "Here." });
  });

  test("are written beside the notebook, named after its experiment, where its source cannot take one", async () => {
    const notebook = await openNotebook("values/bench.optnb", [cell("bench")]);
    const { index, updates } = await activated();
    await index.ready;
    await index.refresh(notebook.uri);
    const { id } = await eventually("the component is found", () =>
      index.inFile(notebook.uri).find((definition) => definition.name === "bench_made"),
    );
    const before = keep("bench.optnb", "tuning", { bench_other: "Stays." });
    const source = notebook.cellAt(0).document.getText();
    const outcome = await updates.applyValues([{ definition: id, value: "Now.", known: [] }], {
      ask: async () => "state file",
    });
    assert.deepEqual(outcome, { kind: "saved", file: before });
    assert.equal(notebook.cellAt(0).document.getText(), source);
    const saved = readSaved(before);
    assert.deepEqual(saved.configuration, { bench_other: "Stays.", bench_made: "Now." });
    assert.deepEqual(saved.experiment, { notebook: "bench.optnb", name: "tuning" });
    await closeNotebook(notebook);
  });
});
