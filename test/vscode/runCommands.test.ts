import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { EditorRun } from "../../src/extension/runs/editorRun.ts";
import {
  ended,
  eventually,
  openNotebook,
  outputText,
  run as runCells,
  workspaceFile,
  workspaceFolder,
} from "./openNotebook.ts";
import { definitionIn, editorRuns, experimentText } from "./tinyExperiment.ts";

suite("a command on a definition", () => {
  const split = {
    "system.ts":
      experimentText()
        .replace(/export default experiment[\s\S]*$/, "")
        .replace("const picker", "export const picker") +
      'export const tiny = system({ name: "tiny", components: [picker, answerer], outputs: ["answer"] });\nexport { rows, tokenF1, experiment };',
    "experiment.ts": `import { experiment, rows, tiny, tokenF1 } from "./system.ts";
export const tuned = experiment({
  system: tiny,
  data: { train: rows.slice(0, 8), validation: rows.slice(8) },
  reward: (output, row) => tokenF1(output.answer, row.answer),
});`,
  };

  async function command(id: string, argument: object): Promise<EditorRun> {
    const runs = await editorRuns();
    const before = new Set(runs.live);
    await vscode.commands.executeCommand(id, argument);
    const run = runs.live.find((live) => !before.has(live));
    assert.ok(run, `${id} started nothing`);
    return run;
  }

  test("optimizes a component through the only experiment that contains it", async () => {
    const file = workspaceFile("command/split/system.ts", split["system.ts"]);
    await definitionIn(workspaceFile("command/split/experiment.ts", split["experiment.ts"]), "tuned");
    const settings = vscode.workspace.getConfiguration("optimas.runs");
    await settings.update("iterations", 1, vscode.ConfigurationTarget.Global);
    try {
      const run = await command("optimas.optimizeComponent", { definition: await definitionIn(file, "picker") });
      assert.deepEqual(run.plan.goal, { kind: "optimize", components: ["picker"], iterations: 1 });
      assert.deepEqual(run.plan.exported, { by: "name", name: "tuned" });
      assert.equal(run.plan.name, "tiny");
      assert.deepEqual(await run.ended, { kind: "finished" });
    } finally {
      await settings.update("iterations", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test("draws a landscape and shows it", async () => {
    const file = workspaceFile("command/landscape.ts", experimentText());
    const run = await command("optimas.showLandscape", { definition: await definitionIn(file, "picker") });
    assert.deepEqual(run.plan.goal, { kind: "landscape", component: "picker", key: "count" });
    assert.deepEqual(await run.ended, { kind: "finished" });
    assert.match(String(run.result?.["text/html"]), /<svg/);
    await eventually("its picture is shown", () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("landscape")),
    );
  });

  test("runs an experiment of a notebook in the notebook, in a cell of its own", async () => {
    const declared = experimentText().replace("export default", "const tuning =");
    const notebook = await openNotebook("command/experiment.optnb", ["const before = 1;", declared, "before + 1"]);
    const id = await definitionIn(notebook.cellAt(1).document.uri, "tuning");
    await vscode.commands.executeCommand("optimas.evaluate", { definition: id });
    await ended(notebook.getCells());
    assert.equal(notebook.cellCount, 4);
    assert.equal(notebook.cellAt(2).document.getText(), "await tuning.evaluate()");
    assert.deepEqual(
      notebook.getCells().map(({ executionSummary }) => executionSummary?.success),
      [true, true, true, undefined],
    );
    await vscode.commands.executeCommand("optimas.evaluate", { definition: id });
    await ended(notebook.getCells());
    assert.equal(notebook.cellCount, 4);
  });

  test("opens the notebook that imports an experiment's file, or makes one that runs", async () => {
    const file = workspaceFile("command/book/experiment.ts", split["experiment.ts"]);
    workspaceFile("command/book/system.ts", split["system.ts"]);
    const definition = await definitionIn(file, "tuned");
    await vscode.commands.executeCommand("optimas.openNotebookFor", { definition });
    const notebook = await eventually("a notebook is shown", () => vscode.window.activeNotebookEditor?.notebook);
    assert.equal(notebook.uri.fsPath, join(workspaceFolder(), "command", "book", "tiny.optnb"));
    await vscode.commands.executeCommand("notebook.selectKernel", { id: "optimas", extension: "optimas.optimas" });
    await runCells(notebook, 0, 2);
    assert.equal(notebook.cellAt(1).executionSummary?.success, true, outputText(notebook.cellAt(1)));
    await notebook.save();
    await vscode.window.showTextDocument(file);
    await vscode.commands.executeCommand("optimas.openNotebookFor", { definition });
    const again = await eventually("it is shown again", () => vscode.window.activeNotebookEditor?.notebook);
    assert.equal(again.uri.toString(), notebook.uri.toString());
  });

  test("asks which experiment where several contain the component, the last chosen first", async () => {
    const runs = await editorRuns();
    const system = workspaceFile("command/several/system.ts", split["system.ts"]);
    for (const name of ["a", "b"]) {
      const text = split["experiment.ts"].replace("tuned", `tuned_${name}`);
      await definitionIn(workspaceFile(`command/several/${name}.ts`, text), `tuned_${name}`);
    }
    const definition = await definitionIn(system, "picker");
    const chosen: string[] = [];
    for (const pick of ["workbench.action.quickOpenSelectNext", undefined]) {
      const asking = vscode.commands.executeCommand("optimas.evaluate", { definition });
      const run = await eventually("a choice was taken", async () => {
        // The list comes a moment later than the question; accepting nothing does nothing.
        if (pick !== undefined) await vscode.commands.executeCommand(pick);
        await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
        return runs.live[0];
      });
      await asking;
      assert.ok(/[ab]\.ts$/.test(run.plan.file), run.plan.file);
      chosen.push(run.plan.file);
      await run.ended;
    }
    assert.equal(chosen[1], chosen[0]);
  });

  test("makes a notebook around a system that has no experiment, whose cells run", async () => {
    const file = workspaceFile("command/alone/system.ts", split["system.ts"]);
    const definition = await definitionIn(file, "picker");
    await vscode.commands.executeCommand("optimas.openNotebookFor", { definition });
    const notebook = await eventually("a notebook is shown", () => {
      const shown = vscode.window.activeNotebookEditor?.notebook;
      return shown?.uri.fsPath === join(workspaceFolder(), "command", "alone", "tiny.optnb") ? shown : undefined;
    });
    assert.match(notebook.cellAt(1).document.getText(), /TODO: Put your own rows here/);
    await vscode.commands.executeCommand("notebook.selectKernel", { id: "optimas", extension: "optimas.optimas" });
    await runCells(notebook, 0, 2);
    assert.equal(notebook.cellAt(1).executionSummary?.success, true, outputText(notebook.cellAt(1)));
    await notebook.save();
  });

  test("opens the notebook itself that declares a component", async () => {
    const declared = `import { llm } from "optimas";
const lonely = llm({ name: "lonely", description: "Answers.", inputs: ["question"], outputs: ["answer"], prompt: "Answer." });`;
    const notebook = await openNotebook("command/lonely.optnb", [declared]);
    const definition = await definitionIn(notebook.cellAt(0).document.uri, "lonely");
    await vscode.commands.executeCommand("optimas.openNotebookFor", { definition });
    assert.equal(vscode.window.activeNotebookEditor?.notebook.uri.toString(), notebook.uri.toString());
  });
});
