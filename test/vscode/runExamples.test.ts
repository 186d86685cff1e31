import assert from "node:assert/strict";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, teardown, test } from "mocha";
import * as vscode from "vscode";
import { plainExamplesQuery } from "../../src/run/panel/examplesQuery.ts";
import type { ExamplesShown } from "../../src/run/panel/examplesShown.ts";
import { activated, eventually, workspaceFile } from "./openNotebook.ts";
import { namedExperimentText } from "./tinyExperiment.ts";

const experiment = namedExperimentText("looked at", 2);

suite("examples in the panel of a run", () => {
  teardown(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  test("run again in a process of their own, and are refused where the experiment is gone", async () => {
    const { index, runs, panels } = await activated();
    const file = workspaceFile("rerun/experiment.ts", experiment);
    await index.ready;
    await index.refresh(file);
    const definition = await eventually("the experiment is found", () =>
      index.inFile(file).find((one) => one.kind === "experiment"),
    );
    assert.ok(definition.kind === "experiment");
    const run = await runs.start({ experiment: definition, goal: { kind: "evaluate" } });
    assert.ok(run);
    const end = await run.ended;
    assert.equal(end.kind, "finished", JSON.stringify(end));
    const { folder } = run;
    assert.ok(folder !== undefined && existsSync(join(folder, "trajectories.jsonl")));
    await vscode.commands.executeCommand("optimas.openRun", { run: folder });
    const panel = await eventually("the panel is open", () => panels.panelOf(folder));
    await eventually("its page was told", () => panel.told);
    // What the page asks for when a cell is opened.
    const query = { ...plainExamplesQuery, selected: { row: 0, iteration: 0 } };
    await panel.answer({ type: "show", page: "examples", asked: 1000, query });
    const cell = await eventually("the cell was told", () => {
      const told = panel.told;
      return told?.page === "examples" ? ((told.shown as ExamplesShown).selected ?? undefined) : undefined;
    });
    assert.match(cell.text, /^Where was Ada/);
    const rerun = { type: "rerun", exampleId: cell.exampleId, iteration: 0 };
    await panel.answer(rerun);
    const done = await eventually("the row was run again", () => {
      const state = panel.rerun;
      assert.ok(state.kind !== "failed" && state.kind !== "refused", JSON.stringify(state));
      return state.kind === "done" ? state : undefined;
    });
    // The same values on the same row, with components that do the same twice.
    assert.equal(done.result.score, cell.reward);
    assert.deepEqual(
      done.result.steps.map(({ component, ms }) => [component, typeof ms]),
      [
        ["picker", "number"],
        ["answerer", "number"],
      ],
    );
    assert.equal(done.simulated, true);
    rmSync(file.fsPath);
    await panel.answer(rerun);
    const refused = panel.rerun;
    assert.ok(refused.kind === "refused" && refused.message.includes("no longer in"), JSON.stringify(refused));
    // Other rows under the same name are no longer those of the run.
    writeFileSync(file.fsPath, experiment);
    await panel.answer({ type: "rerun", exampleId: "no such row", iteration: 0 });
    assert.deepEqual(panel.rerun, refused);
  });
});
