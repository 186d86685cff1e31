import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { EditorRun } from "../../src/extension/runs/editorRun.ts";
import type { EditorRunGoal } from "../../src/extension/runs/editorRunRequest.ts";
import { listRuns, readRun } from "../../src/run/runList.ts";
import {
  ended,
  eventually,
  openNotebook,
  outputText,
  run as runCells,
  start as startCells,
  workspaceFile,
  workspaceFolder,
} from "./openNotebook.ts";
import { editorRuns, experimentIn, experimentText, start } from "./tinyExperiment.ts";

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
    assert.deepEqual(output?.status, { state: "finished", stop: "iterations", budget: null });
    assert.deepEqual(new Set(output?.updates.last.map(({ component }) => component)), new Set(["picker"]));
    const folder = folderOf(run);
    assert.ok(folder.startsWith(join(workspaceFolder(), ".optimas", "runs")), folder);
    const kept = readRun(folder);
    assert.ok(kept.kind === "run" && kept.status === "finished" && kept.planned === 2, JSON.stringify(kept));
  });

  test("stops when it is asked to, and goes on later to the same end", async () => {
    const runs = await editorRuns();
    const run = await start("runs/stopped/experiment.ts", { ...optimizePicker, iterations: 3 }, 20);
    await eventually("an iteration has begun", () => (run.output?.iteration?.iteration ?? 0) >= 1);
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
  });

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
  });

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
  });

  test("whose kernel is killed says so, and can go on", async () => {
    const run = await start("runs/killed/experiment.ts", optimizePicker, 20);
    await eventually("it has a folder", () => run.folder !== undefined && existsSync(join(run.folder, "run.lock")));
    await eventually("something was measured", () => (run.output?.rewards.length ?? 0) > 0);
    const owner = JSON.parse(readFileSync(join(folderOf(run), "run.lock"), "utf8")) as { readonly pid: number };
    process.kill(owner.pid, "SIGKILL");
    const end = await run.ended;
    assert.ok(end.kind === "died" && end.end.how === "signal", JSON.stringify(end));
    const left = readRun(folderOf(run));
    assert.ok(left.kind === "run" && left.status === "interrupted", JSON.stringify(left));
  });

  test("of code that throws fails with the error", async () => {
    const file = workspaceFile("runs/throws/experiment.ts", 'throw new Error("rows are missing");');
    const runs = await editorRuns();
    const run = await runs.start({ experiment: experimentIn(file), goal: { kind: "evaluate" } });
    const end = await run?.ended;
    assert.ok(end?.kind === "failed", JSON.stringify(end));
    assert.equal(end.error.message, "rows are missing");
  });

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
  });

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
  });
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
    const folder = await eventually("a checkpoint is kept", () => {
      const run = listRuns(out).at(0);
      return run?.kind === "run" && run.validation.before !== undefined ? run.folder : undefined;
    });
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
  });
});

suite("an interrupted run of a notebook", () => {
  test("goes on in the notebook, in the cell that began it", async () => {
    const declared = experimentText(20).replace("export default", "const tuning =");
    const notebook = await openNotebook("begun/experiment.optnb", [
      declared,
      "await tuning.optimize({ iterations: 1 })",
    ]);
    await notebook.save();
    await runCells(notebook, 0, 1);
    await startCells(notebook, 1, 2);
    const out = join(workspaceFolder(), "begun", ".optimas", "runs");
    const folder = await eventually("the start was measured", () => {
      const run = listRuns(out).at(0);
      return run?.kind === "run" && run.validation.before !== undefined ? run.folder : undefined;
    });
    await vscode.commands.executeCommand("optimas.interruptKernel");
    await ended(notebook.getCells());
    await vscode.window.showTextDocument(workspaceFile("begun/other.ts", "export {};"));
    await vscode.commands.executeCommand("optimas.resumeRunFolder", { run: folder });
    await eventually("the cell runs again", () => vscode.window.activeNotebookEditor?.notebook === notebook);
    await ended(notebook.getCells());
    assert.equal(notebook.cellAt(1).executionSummary?.success, true, outputText(notebook.cellAt(1)));
    // The notebook's variables hold the run still.
    const [run, ...others] = listRuns(out);
    assert.ok(run?.kind === "run" && run.iterations === 1, JSON.stringify(run));
    assert.deepEqual(others, []);
  });
});
