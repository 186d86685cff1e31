import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, teardown, test } from "mocha";
import * as vscode from "vscode";
import { plainExamplesQuery } from "../../../src/run/panel/examplesQuery.ts";
import type { ExamplesShown } from "../../../src/run/panel/examplesShown.ts";
import { createRun } from "../../../src/run/runOpening.ts";
import { finishedRun } from "../../run/exampleEvents.ts";
import { sampleInfo } from "../../run/sampleRun.ts";
import { activated, eventually, workspaceFolder } from "../openNotebook.ts";

suite("examples in the panel of a run, in a workspace that is not trusted", () => {
  teardown(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  test("are shown, and run again by nobody", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const { panels } = await activated();
    const out = join(workspaceFolder(), "examples", ".optimas", "runs");
    const run = createRun({ out, runId: "20261121-160000-hotpotqa-ex00", info: sampleInfo, clock: Date.now });
    for (const { seq: _seq, at: _at, systemRuns, ...body } of finishedRun()) run.record(body as never, systemRuns);
    run.close();
    await vscode.commands.executeCommand("optimas.openRun", { run: run.folder });
    const panel = await eventually("the panel is open", () => panels.panelOf(run.folder));
    await eventually("its page was told", () => panel.told);
    const query = { ...plainExamplesQuery, selected: { row: 0, iteration: 0 } };
    await panel.answer({ type: "show", page: "examples", asked: 1000, query });
    const cell = await eventually("the cell was told", () => {
      const told = panel.told;
      return told?.page === "examples" ? ((told.shown as ExamplesShown).selected ?? undefined) : undefined;
    });
    await panel.answer({ type: "rerun", exampleId: cell.exampleId, iteration: 0 });
    const state = panel.rerun;
    assert.ok(state.kind === "refused" && state.remedy === "trust", JSON.stringify(state));
    assert.match(state.message, /Restricted Mode/);
  });
});
