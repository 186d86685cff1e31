import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, teardown, test } from "mocha";
import * as vscode from "vscode";
import { createRun } from "../../src/run/runFolder.ts";
import { finishedRun } from "../run/exampleEvents.ts";
import { sampleInfo } from "../run/sampleRun.ts";
import { activated, eventually, workspaceFolder } from "./openNotebook.ts";

function runTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("optimas.run"));
}

suite("panels of runs", () => {
  teardown(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  test("show a run as its log says, live while it is written, one panel for each run", async () => {
    const { panels } = await activated();
    const out = join(workspaceFolder(), "panels", ".optimas", "runs");
    const run = createRun({ out, runId: "20261121-160000-hotpotqa-pa01", info: sampleInfo, clock: Date.now });
    const bodies = finishedRun().map(({ seq: _seq, at: _at, systemRuns, ...body }) => ({ body, systemRuns }));
    const half = Math.floor(bodies.length / 2);
    for (const { body, systemRuns } of bodies.slice(0, half)) run.record(body as never, systemRuns);
    await vscode.commands.executeCommand("optimas.openRun", { run: run.folder });
    const told = () => panels.panelOf(run.folder)?.told;
    const tells = (state: string) => JSON.stringify(told()?.head ?? null).includes(`"state":"${state}"`);
    await eventually("the page asked for the run and was told", () => told()?.live && tells("running"));
    for (const { body, systemRuns } of bodies.slice(half)) run.record(body as never, systemRuns);
    run.close();
    await eventually("its end is told", () => tells("finished"));
    await vscode.commands.executeCommand("optimas.openRun", { run: run.folder });
    assert.equal(runTabs().length, 1);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await eventually("the panel is forgotten", () => panels.panelOf(run.folder) === undefined);
  }).timeout(60_000);

  test("show runs side by side that were selected in the tree, and refuse more than six", async () => {
    const { panels } = await activated();
    const out = join(workspaceFolder(), "compared", ".optimas", "runs");
    const folders = Array.from({ length: 7 }, (_, index) => {
      const runId = `20261121-17000${index}-hotpotqa-co0${index}`;
      const run = createRun({ out, runId, info: sampleInfo, clock: Date.now });
      for (const { seq: _seq, at: _at, systemRuns, ...body } of finishedRun({ seed: index })) {
        run.record(body as never, systemRuns);
      }
      run.close();
      return run.folder;
    });
    const rows = folders.map((run) => ({ run }));
    await vscode.commands.executeCommand("optimas.compareRuns", rows[0], rows);
    assert.equal(runTabs().length, 0);
    await vscode.commands.executeCommand("optimas.compareRuns", rows[1], rows.slice(0, 3));
    const told = () => JSON.stringify(panels.panelOf(folders[1] ?? "")?.told ?? null);
    await eventually("its panel compares all three", () =>
      ['"page":"compare"', ...[0, 1, 2].map((index) => `"seed":${index}`)].every((part) => told().includes(part)),
    );
    assert.equal(runTabs().length, 1);
  }).timeout(60_000);
});
