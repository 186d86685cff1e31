import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { listRuns } from "../../src/run/runList.ts";
import { activated, closeNotebook, ended, eventually, openNotebook, outputText, run, start } from "./openNotebook.ts";
import { Person } from "./person.ts";
import { experimentText } from "./tinyExperiment.ts";

const forever = "await new Promise(() => {})";

/** Id of a notebook's kernel process, as its cell 0 prints it. */
async function kernelPid(notebook: vscode.NotebookDocument): Promise<number> {
  await run(notebook, 0, 1);
  return Number(outputText(notebook.cellAt(0)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs a cell until it is under way. */
async function startCell(notebook: vscode.NotebookDocument, index: number): Promise<void> {
  await start(notebook, index, index + 1);
  await eventually("the cell runs", () => outputText(notebook.cellAt(index)).includes("under way"));
}

suite("a kernel", () => {
  test("stops a cell on interrupt and keeps the variables of earlier ones", async () => {
    const notebook = await openNotebook("interrupt.optnb", [
      "let kept = 41;",
      `console.log("under way"); ${forever}`,
      "kept + 1",
    ]);
    await run(notebook, 0, 1);
    await startCell(notebook, 1);
    await vscode.commands.executeCommand("optimas.interruptKernel");
    await ended([notebook.cellAt(1)]);
    assert.notEqual(notebook.cellAt(1).executionSummary?.success, true);
    await run(notebook, 2, 3);
    assert.equal(outputText(notebook.cellAt(2)), "42");
  });

  test("stops a cell on the editor's own stop button, and those that wait", async () => {
    const notebook = await openNotebook("stop.optnb", [`console.log("under way"); ${forever}`, '"never"']);
    await start(notebook);
    await eventually("the cell runs", () => outputText(notebook.cellAt(0)).includes("under way"));
    await vscode.commands.executeCommand("notebook.cancelExecution");
    await ended(notebook.getCells());
    assert.equal(outputText(notebook.cellAt(1)), "");
  });

  test("stops an endless loop, with a second press at once", async () => {
    const notebook = await openNotebook("loop.optnb", ["let before = 1;", 'console.log("under way"); while (true) {}']);
    await run(notebook, 0, 1);
    await startCell(notebook, 1);
    await vscode.commands.executeCommand("optimas.interruptKernel");
    await new Promise((resolve) => setTimeout(resolve, 600));
    await vscode.commands.executeCommand("optimas.interruptKernel");
    await ended([notebook.cellAt(1)]);
    assert.notEqual(notebook.cellAt(1).executionSummary?.success, true);
  });

  test("that holds answers which no disk took is restarted only by who says so twice", async () => {
    const declared = experimentText(200).replace("export default", "const tuning =");
    const cells = ["process.pid", declared, "await tuning.optimize()"];
    const notebook = await openNotebook("held/experiment.optnb", cells);
    const pid = await kernelPid(notebook);
    await run(notebook, 1, 2);
    await start(notebook, 2, 3);
    const out = join(notebook.uri.fsPath, "..", ".optimas", "runs");
    const { folder } = await eventually("the run has begun", () => {
      const found = listRuns(out).at(0);
      return found?.kind === "run" && found.validation.before !== undefined && found;
    });
    // What a run writes whose disk is full.
    const held = { bytes: 5_000, answers: 3 };
    const pause = { code: "ENOSPC", folder, since: Date.now(), held, free: { bytes: 0, files: null } };
    writeFileSync(join(folder, "run.pause"), JSON.stringify(pause));
    await Person.during(async (person) => {
      const lost = /^3 answers that were paid for are not written yet, and will be lost/;
      await vscode.commands.executeCommand("optimas.restartKernel");
      const asked = await person.hears(lost);
      assert.equal(asked.modal, true);
      assert.match(asked.detail, /no room in .*Free some space/);
      assert.ok(isAlive(pid));
      person.answer(lost, "Restart and Lose Them");
      await vscode.commands.executeCommand("optimas.restartKernel");
      await eventually("the kernel is gone", () => !isAlive(pid));
    });
    await ended(notebook.getCells());
    await closeNotebook(notebook);
  });

  test("is a new process without variables after a restart", async () => {
    const notebook = await openNotebook("restart.optnb", ["process.pid", "let gone = 1;", "typeof gone"]);
    const before = await kernelPid(notebook);
    await run(notebook, 1, 2);
    await vscode.commands.executeCommand("optimas.restartKernel");
    await eventually("the old process is gone", () => !isAlive(before));
    await run(notebook, 2, 3);
    assert.match(outputText(notebook.cellAt(2)), /undefined/);
    assert.notEqual(await kernelPid(notebook), before);
  });

  test("runs everything anew on Restart and Run All", async () => {
    const notebook = await openNotebook("restartAll.optnb", ["process.pid", "1 + 1"]);
    const before = await kernelPid(notebook);
    await vscode.commands.executeCommand("optimas.restartAndRunAll");
    await ended(notebook.getCells());
    assert.equal(outputText(notebook.cellAt(1)), "2");
    assert.notEqual(Number(outputText(notebook.cellAt(0))), before);
  });

  test("that is killed says why in the running cell, and the next run starts afresh", async () => {
    const notebook = await openNotebook("killed.optnb", [
      "process.pid",
      `console.error("last words"); console.log("under way"); ${forever}`,
    ]);
    const { statusOf } = await activated();
    const pid = await kernelPid(notebook);
    await startCell(notebook, 1);
    process.kill(pid, "SIGKILL");
    await ended([notebook.cellAt(1)]);
    const cell = notebook.cellAt(1);
    assert.equal(cell.executionSummary?.success, false);
    assert.match(outputText(cell), /SIGKILL/);
    assert.ok((await statusOf(cell)).includes("The kernel ended: Show Log"));
    const after = await kernelPid(notebook);
    assert.ok(after > 0 && after !== pid);
  });

  test("outlives its trainer: the cell says why, and goes on when it runs again", async () => {
    const declared = `import { execFileSync } from "node:child_process";
import { experiment, llm, system } from "optimas";
let runs = 0;
const answerer = llm({ name: "answerer", description: "Answers.", inputs: ["question"], outputs: ["answer"], prompt: "Answer." });
const rows = Array.from({ length: 24 }, (_, i) => ({ question: "Where was Ada" + i + " born?" }));
const e = experiment({
  system: system({ name: "orphaned", components: [answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 12), validation: rows.slice(12) },
  reward: (output) => {
    if (runs++ === 0) {
      const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\\n");
      const [trainer] = lines.filter((line) => /trainer\\.js/.test(line) && Number(line.trim().split(/ +/)[1]) === process.pid);
      process.kill(Number.parseInt(trainer), "SIGKILL");
    }
    return output.answer.length % 2;
  },
});`;
    const notebook = await openNotebook("orphaned.optnb", [declared, "// its line\nawait e.fitRewards()", "runs > 1"]);
    const { statusOf } = await activated();
    await run(notebook, 0, 2);
    const cell = notebook.cellAt(1);
    assert.equal(cell.executionSummary?.success, false);
    assert.match(outputText(cell), /The trainer ended on SIGKILL/);
    assert.match(outputText(cell), /cell \[2\]:2:9/);
    assert.ok((await statusOf(cell)).includes("The trainer ended: Show Log"));
    await run(notebook, 1, 3);
    assert.equal(cell.executionSummary?.success, true);
    assert.ok(!(await statusOf(cell)).includes("The trainer ended: Show Log"));
    assert.equal(outputText(notebook.cellAt(2)), "true");
  });

  test("ends with its notebook", async () => {
    const notebook = await openNotebook("closed.optnb", ["process.pid"]);
    const pid = await kernelPid(notebook);
    await closeNotebook(notebook);
    await eventually("the process is gone", () => !isAlive(pid));
  });

  test("sees no keys and nothing of the editor in its environment", async () => {
    process.env.SOME_API_KEY = "secret";
    try {
      const notebook = await openNotebook("environment.optnb", ['Object.keys(process.env).join(" ")']);
      await run(notebook);
      const names = outputText(notebook.cellAt(0));
      assert.match(names, /PATH/);
      assert.doesNotMatch(names, /KEY|VSCODE|NODE_OPTIONS/);
    } finally {
      delete process.env.SOME_API_KEY;
    }
  });
});

suite("a stale cell", () => {
  test("says so after an edit upstream, and no longer when both ran again", async () => {
    const notebook = await openNotebook("stale.optnb", ["let upstream = 1;", "upstream + 1"]);
    const { statusOf } = await activated();
    await run(notebook);
    assert.deepEqual(await statusOf(notebook.cellAt(1)), []);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(notebook.cellAt(0).document.uri, new vscode.Position(0, 0), "// edited\n");
    await vscode.workspace.applyEdit(edit);
    assert.deepEqual(await statusOf(notebook.cellAt(1)), ["Stale"]);
    await run(notebook);
    assert.deepEqual(await statusOf(notebook.cellAt(1)), []);
  });
});
