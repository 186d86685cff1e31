import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, workspaceFile, workspaceFolder } from "../openNotebook.ts";

suite("runs from the editor in Restricted Mode", () => {
  test("are not started, whatever way is tried", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const { runs } = await activated();
    const file = workspaceFile("experiment.ts", 'throw new Error("this code must not run");');
    const start = { line: 0, character: 0 };
    const span = { from: 0, to: 1, start, end: start };
    const run = await runs.start({
      experiment: {
        id: "experiment",
        kind: "experiment",
        at: { uri: file.toString() },
        language: "typescript",
        name: "experiment",
        binding: undefined,
        exportedAs: ["default"],
        span,
        nameSpan: span,
        system: undefined,
      },
      goal: { kind: "evaluate" },
    });
    assert.equal(run, undefined);
    assert.equal(await runs.resume(workspaceFolder()), undefined);
    for (const command of ["optimizeComponent", "evaluate", "runExperiment", "showLandscape"]) {
      await vscode.commands.executeCommand(`optimas.${command}`);
    }
    await vscode.commands.executeCommand("optimas.resumeRunFolder", { run: workspaceFolder() });
    assert.deepEqual(runs.live, []);
    assert.equal(existsSync(join(workspaceFolder(), ".optimas")), false);
  });
});
