import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { ExperimentDefinition } from "../../src/detection/definition.ts";
import type { EditorRun } from "../../src/extension/runs/editorRun.ts";
import type { EditorRunGoal } from "../../src/extension/runs/editorRunRequest.ts";
import type { EditorRuns } from "../../src/extension/runs/editorRuns.ts";
import { listRuns, readRun } from "../../src/run/runList.ts";
import {
  activated,
  ended,
  eventually,
  openNotebook,
  outputText,
  run as runCells,
  start as startCells,
  workspaceFile,
  workspaceFolder,
} from "./openNotebook.ts";

/** An experiment with two components; `delay` milliseconds per scored row make it last. */
function experimentText(delay = 0): string {
  return `import { choice, component, experiment, llm, options, system, tokenF1 } from "optimas";
const picker = component({
  name: "picker", description: "Keeps some sentences.", inputs: ["question", "passage"], outputs: ["kept"],
  variable: options({ count: choice([1, 2, 3]) }),
  run: async ({ passage }, { variable }) => ({ kept: String(passage).split(". ").slice(0, variable.count).join(". ") }),
});
const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "kept"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 16 }, (_, i) => ({
  question: "Where was Ada" + i + " born?",
  passage: "Many were born then. Ada" + i + " was born in Town" + i + ". It was in 18" + (10 + i) + ".",
  answer: "Town" + i,
}));
export default experiment({
  system: system({ name: "tiny", components: [picker, answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 8), validation: rows.slice(8) },
  reward: async (output, row) => {
    if (${delay} > 0) await new Promise((resolve) => setTimeout(resolve, ${delay}));
    return tokenF1(output.answer, row.answer);
  },
});`;
}

/** What detection says of the experiment above. */
function experimentIn(file: vscode.Uri): ExperimentDefinition {
  const start = { line: 0, character: 0 };
  const span = { from: 0, to: 1, start, end: start };
  return {
    id: `${file.toString()}#experiment`,
    kind: "experiment",
    at: { uri: file.toString() },
    language: "typescript",
    name: undefined,
    binding: undefined,
    exportedAs: ["default"],
    span,
    nameSpan: span,
    system: undefined,
  };
}

async function editorRuns(): Promise<EditorRuns> {
  return (await activated()).runs;
}

/** The id of what a file declares under a name, as soon as it is found. */
async function definitionIn(file: vscode.Uri, name: string): Promise<string> {
  const { index } = await activated();
  await index.ready;
  await index.refresh(file);
  const { id } = await eventually(`${name} is found`, () =>
    index.inFile(file).find((definition) => definition.name === name || definition.binding === name),
  );
  return id;
}

async function start(name: string, goal: EditorRunGoal, delay = 0): Promise<EditorRun> {
  const file = workspaceFile(name, experimentText(delay));
  const run = await (await editorRuns()).start({ experiment: experimentIn(file), goal, name: "tiny" });
  assert.ok(run, "the run was refused");
  return run;
}

const optimizePicker: EditorRunGoal = { kind: "optimize", components: ["picker"], iterations: 2 };

function folderOf(run: EditorRun): string {
  assert.ok(run.folder, "the run has no folder");
  return run.folder;
}

suite("a run that is started from the editor", () => {
  test("optimizes one component, tells how far it is, and leaves a run in the workspace", async () => {
    const runs = await editorRuns();
    const told: string[] = [];
    const listening = runs.onDidChange(({ state, output }) => {
      const phase = output?.status.state === "running" ? (output.status.phase ?? "") : "";
      const now = `${state.kind} ${phase}`.trim();
      if (told.at(-1) !== now) told.push(now);
    });
    const run = await start("runs/one/experiment.ts", optimizePicker);
    assert.deepEqual(
      runs.live.map(({ id }) => id),
      [run.id],
    );
    assert.deepEqual(await run.ended, { kind: "finished" });
    listening.dispose();
    assert.equal(runs.live.length, 0);
    assert.ok(told[0] === "starting" && told.includes("running iterating") && told.at(-1) === "ended", told.join());
    const { output } = run;
    assert.equal(output?.simulated, true);
    assert.deepEqual(output?.status, { state: "finished", stop: "iterations" });
    assert.deepEqual(new Set(output?.updates.last.map(({ component }) => component)), new Set(["picker"]));
    const folder = folderOf(run);
    assert.ok(folder.startsWith(join(workspaceFolder(), ".optimas", "runs")), folder);
    const kept = readRun(folder);
    assert.ok(kept.kind === "run" && kept.status === "finished" && kept.planned === 2, JSON.stringify(kept));
  }).timeout(60_000);

  test("stops when it is asked to, and goes on later to the same end", async () => {
    const runs = await editorRuns();
    const run = await start("runs/stopped/experiment.ts", { ...optimizePicker, iterations: 3 }, 20);
    await eventually("an iteration has begun", () => (run.output?.iteration?.iteration ?? 0) >= 1, 60_000);
    await vscode.commands.executeCommand("optimas.stopRun", { run: folderOf(run) });
    assert.deepEqual(await run.ended, { kind: "interrupted" });
    const folder = folderOf(run);
    const stopped = readRun(folder);
    assert.ok(stopped.kind === "run" && stopped.status === "interrupted", JSON.stringify(stopped));

    writeFileSync(run.plan.file, experimentText());
    await vscode.commands.executeCommand("optimas.resumeRunFolder", { run: folder });
    const resumed = await eventually("it goes on", () => runs.ofFolder(folder));
    assert.deepEqual(await resumed.ended, { kind: "finished" });
    const finished = readRun(folder);
    assert.ok(
      finished.kind === "run" && finished.status === "finished" && finished.iterations >= stopped.iterations,
      JSON.stringify(finished),
    );
  }).timeout(120_000);

  test("waits for the one before it, and can be taken back meanwhile", async () => {
    const runs = await editorRuns();
    const first = await start("runs/queue/a.ts", { kind: "evaluate" }, 30);
    const second = await start("runs/queue/b.ts", { kind: "evaluate" });
    const third = await start("runs/queue/c.ts", { kind: "evaluate" });
    assert.deepEqual(
      [second, third].map(({ state }) => state.kind),
      ["queued", "queued"],
    );
    await vscode.commands.executeCommand("optimas.stopRun", { editorRun: third.id });
    assert.deepEqual(await third.ended, { kind: "cancelled" });
    assert.deepEqual(await first.ended, { kind: "finished" });
    assert.deepEqual(await second.ended, { kind: "finished" });
    assert.equal(third.output, undefined);
    assert.equal(runs.live.length, 0);
  }).timeout(60_000);

  test("goes on beside others where the setting allows it", async () => {
    const settings = vscode.workspace.getConfiguration("optimas.runs");
    await settings.update("parallel", 2, vscode.ConfigurationTarget.Global);
    try {
      const first = await start("runs/beside/a.ts", { kind: "evaluate" }, 30);
      const second = await start("runs/beside/b.ts", { kind: "evaluate" }, 30);
      assert.notEqual(second.state.kind, "queued");
      assert.deepEqual(await Promise.all([first.ended, second.ended]), [{ kind: "finished" }, { kind: "finished" }]);
    } finally {
      await settings.update("parallel", undefined, vscode.ConfigurationTarget.Global);
    }
  }).timeout(60_000);

  test("whose kernel is killed says so, and can go on", async () => {
    const run = await start("runs/killed/experiment.ts", optimizePicker, 20);
    await eventually(
      "it has a folder",
      () => run.folder !== undefined && existsSync(join(run.folder, "run.lock")),
      60_000,
    );
    await eventually("something was measured", () => (run.output?.rewards.length ?? 0) > 0, 60_000);
    const owner = JSON.parse(readFileSync(join(folderOf(run), "run.lock"), "utf8")) as { readonly pid: number };
    process.kill(owner.pid, "SIGKILL");
    const end = await run.ended;
    assert.ok(end.kind === "died" && end.end.how === "signal", JSON.stringify(end));
    const left = readRun(folderOf(run));
    assert.ok(left.kind === "run" && left.status === "interrupted", JSON.stringify(left));
  }).timeout(90_000);

  test("of code that throws fails with the error", async () => {
    const file = workspaceFile("runs/throws/experiment.ts", 'throw new Error("rows are missing");');
    const runs = await editorRuns();
    const run = await runs.start({ experiment: experimentIn(file), goal: { kind: "evaluate" } });
    const end = await run?.ended;
    assert.ok(end?.kind === "failed", JSON.stringify(end));
    assert.equal(end.error.message, "rows are missing");
  }).timeout(30_000);

  test("is refused for an experiment that its file does not export", async () => {
    const file = workspaceFile("runs/hidden/experiment.ts", experimentText());
    const runs = await editorRuns();
    const started = await runs.start({
      experiment: { ...experimentIn(file), exportedAs: [] },
      goal: { kind: "evaluate" },
    });
    assert.equal(started, undefined);
    assert.equal(runs.live.length, 0);
  });
});

suite("before a run", () => {
  test("unsaved changes are saved where the setting says so, and it sees them", async () => {
    const settings = vscode.workspace.getConfiguration("optimas.runs");
    await settings.update("saveBeforeRun", "save", vscode.ConfigurationTarget.Global);
    try {
      const file = workspaceFile("runs/unsaved/experiment.ts", experimentText());
      const document = await vscode.workspace.openTextDocument(file);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(file, new vscode.Position(0, 0), 'throw new Error("as it is now");\n');
      await vscode.workspace.applyEdit(edit);
      assert.equal(document.isDirty, true);
      const run = await (await editorRuns()).start({ experiment: experimentIn(file), goal: { kind: "evaluate" } });
      assert.equal(document.isDirty, false);
      const end = await run?.ended;
      assert.equal(end?.kind === "failed" && end.error.message, "as it is now");
    } finally {
      await settings.update("saveBeforeRun", undefined, vscode.ConfigurationTarget.Global);
    }
  }).timeout(60_000);

  test("the same one that is live already is not started twice", async () => {
    const first = await start("runs/twice/experiment.ts", { kind: "evaluate" }, 30);
    const runs = await editorRuns();
    const again = await runs.start({
      experiment: experimentIn(vscode.Uri.file(first.plan.file)),
      goal: { kind: "evaluate" },
      name: "tiny",
    });
    assert.equal(again, first);
    assert.equal(runs.live.length, 1);
    assert.deepEqual(await first.ended, { kind: "finished" });
  }).timeout(60_000);
});

suite("an interrupted run of the command line", () => {
  test("goes on in a terminal, with the command line of the extension", async () => {
    const extension = vscode.extensions.getExtension("optimas.optimas");
    assert.ok(extension);
    const file = workspaceFile("terminal/experiment.ts", experimentText(20));
    const cli = join(extension.extensionPath, "dist", "cli.js");
    const out = join(workspaceFolder(), "terminal", "runs");
    const child = spawn(process.execPath, [cli, "run", file.fsPath, "--out", out, "--iterations", "1"], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: "ignore",
    });
    const gone = once(child, "exit");
    const folder = await eventually(
      "a checkpoint is kept",
      () => {
        const run = listRuns(out).at(0);
        return run?.kind === "run" && run.validation.before !== undefined ? run.folder : undefined;
      },
      60_000,
    );
    child.kill("SIGKILL");
    await gone;
    writeFileSync(file.fsPath, experimentText());
    const over = new Promise<number | undefined>((resolve) => {
      const listening = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
        listening.dispose();
        resolve(exitCode);
      });
    });
    await vscode.commands.executeCommand("optimas.resumeRunFolder", { run: folder });
    assert.equal(await over, 0);
    const run = readRun(folder);
    assert.ok(run.kind === "run" && run.status === "finished", JSON.stringify(run));
  }).timeout(120_000);
});

suite("an interrupted run of a notebook", () => {
  test("goes on in the notebook, in the cell that began it", async () => {
    const declared = experimentText(20).replace("export default", "const tuning =");
    const notebook = await openNotebook("begun/experiment.optnb", [
      declared,
      "await tuning.optimize({ iterations: 1 })",
    ]);
    await notebook.save();
    await runCells(notebook, 0, 1, 60_000);
    await startCells(notebook, 1, 2);
    const out = join(workspaceFolder(), "begun", ".optimas", "runs");
    const folder = await eventually("the start was measured", () => {
      const run = listRuns(out).at(0);
      return run?.kind === "run" && run.validation.before !== undefined ? run.folder : undefined;
    });
    await vscode.commands.executeCommand("optimas.interruptKernel");
    await ended(notebook.getCells(), 30_000);
    await vscode.window.showTextDocument(workspaceFile("begun/other.ts", "export {};"));
    await vscode.commands.executeCommand("optimas.resumeRunFolder", { run: folder });
    await eventually("the cell runs again", () => vscode.window.activeNotebookEditor?.notebook === notebook);
    await ended(notebook.getCells(), 60_000);
    assert.equal(notebook.cellAt(1).executionSummary?.success, true, outputText(notebook.cellAt(1)));
    // The notebook's variables hold the run still.
    const [run, ...others] = listRuns(out);
    assert.ok(run?.kind === "run" && run.iterations === 1, JSON.stringify(run));
    assert.deepEqual(others, []);
  }).timeout(120_000);
});

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
  }).timeout(60_000);

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
  }).timeout(60_000);

  test("runs an experiment of a notebook in the notebook, in a cell of its own", async () => {
    const declared = experimentText().replace("export default", "const tuning =");
    const notebook = await openNotebook("command/experiment.optnb", ["const before = 1;", declared, "before + 1"]);
    const id = await definitionIn(notebook.cellAt(1).document.uri, "tuning");
    await vscode.commands.executeCommand("optimas.evaluate", { definition: id });
    await ended(notebook.getCells(), 60_000);
    assert.equal(notebook.cellCount, 4);
    assert.equal(notebook.cellAt(2).document.getText(), "await tuning.evaluate()");
    assert.deepEqual(
      notebook.getCells().map(({ executionSummary }) => executionSummary?.success),
      [true, true, true, undefined],
    );
    await vscode.commands.executeCommand("optimas.evaluate", { definition: id });
    await ended(notebook.getCells(), 60_000);
    assert.equal(notebook.cellCount, 4);
  }).timeout(90_000);

  test("opens the notebook that imports an experiment's file, or makes one that runs", async () => {
    const file = workspaceFile("command/book/experiment.ts", split["experiment.ts"]);
    workspaceFile("command/book/system.ts", split["system.ts"]);
    const definition = await definitionIn(file, "tuned");
    await vscode.commands.executeCommand("optimas.openNotebookFor", { definition });
    const notebook = await eventually("a notebook is shown", () => vscode.window.activeNotebookEditor?.notebook);
    assert.equal(notebook.uri.fsPath, join(workspaceFolder(), "command", "book", "tiny.optnb"));
    await vscode.commands.executeCommand("notebook.selectKernel", { id: "optimas", extension: "optimas.optimas" });
    await runCells(notebook, 0, 2, 60_000);
    assert.equal(notebook.cellAt(1).executionSummary?.success, true, outputText(notebook.cellAt(1)));
    await notebook.save();
    await vscode.window.showTextDocument(file);
    await vscode.commands.executeCommand("optimas.openNotebookFor", { definition });
    const again = await eventually("it is shown again", () => vscode.window.activeNotebookEditor?.notebook);
    assert.equal(again.uri.toString(), notebook.uri.toString());
  }).timeout(90_000);

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
  }).timeout(90_000);

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
    await runCells(notebook, 0, 2, 60_000);
    assert.equal(notebook.cellAt(1).executionSummary?.success, true, outputText(notebook.cellAt(1)));
    await notebook.save();
  }).timeout(90_000);

  test("opens the notebook itself that declares a component", async () => {
    const declared = `import { llm } from "optimas";
const lonely = llm({ name: "lonely", description: "Answers.", inputs: ["question"], outputs: ["answer"], prompt: "Answer." });`;
    const notebook = await openNotebook("command/lonely.optnb", [declared]);
    const definition = await definitionIn(notebook.cellAt(0).document.uri, "lonely");
    await vscode.commands.executeCommand("optimas.openNotebookFor", { definition });
    assert.equal(vscode.window.activeNotebookEditor?.notebook.uri.toString(), notebook.uri.toString());
  }).timeout(60_000);
});
