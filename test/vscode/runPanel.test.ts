import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, teardown, test } from "mocha";
import * as vscode from "vscode";
import { RUN_VIEW } from "../../src/extension/identity.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { RUN_PANEL_VERSION, type RunPanelState } from "../../src/run/panel/panelMessage.ts";
import type { RunFolder } from "../../src/run/runFolder.ts";
import { createRun } from "../../src/run/runOpening.ts";
import { finishedRun } from "../run/exampleEvents.ts";
import { sampleInfo } from "../run/sampleRun.ts";
import { activated, eventually, workspaceFolder } from "./openNotebook.ts";

function runTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes(RUN_VIEW));
}

let runs = 0;

/** A run that is written by hand, event by event. */
function startedRun(): RunFolder {
  const out = join(workspaceFolder(), "panels", ".optimas", "runs");
  const runId = `20261121-160000-hotpotqa-pa${String(runs++).padStart(2, "0")}`;
  return createRun({ out, runId, info: sampleInfo, clock: Date.now });
}

function record(run: RunFolder, events: readonly RunEvent[]): void {
  for (const { seq: _seq, at: _at, systemRuns, ...body } of events) run.record(body as never, systemRuns);
}

function writtenRun(): string {
  const run = startedRun();
  record(run, finishedRun());
  run.close();
  return run.folder;
}

async function toldOf(folder: string) {
  const { panels } = await activated();
  return panels.panelOf(folder)?.told;
}

const tells = async (folder: string, state: string) =>
  JSON.stringify((await toldOf(folder))?.head ?? null).includes(`"state":"${state}"`);

async function shown(folder: string, page: string): Promise<void> {
  await eventually(`the page "${page}" is shown`, async () => (await toldOf(folder))?.page === page);
}

async function opened(folder: string, page = "overview"): Promise<void> {
  const { panels } = await activated();
  await vscode.commands.executeCommand("optimas.openRun", { run: folder });
  if (page !== "overview") panels.panelOf(folder)?.front(page, undefined);
  await shown(folder, page);
}

suite("panels of runs", () => {
  teardown(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  test("show a run as its log says, live while it is written, one panel for each run", async () => {
    const { panels } = await activated();
    const run = startedRun();
    const events = finishedRun();
    const half = Math.floor(events.length / 2);
    record(run, events.slice(0, half));
    await opened(run.folder);
    await eventually("it is told live", async () => (await toldOf(run.folder))?.live && tells(run.folder, "running"));
    record(run, events.slice(half));
    run.close();
    await eventually("its end is told", () => tells(run.folder, "finished"));
    await vscode.commands.executeCommand("optimas.openRun", { run: run.folder });
    assert.equal(runTabs().length, 1);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await eventually("the panel is forgotten", () => panels.panelOf(run.folder) === undefined);
  });

  test("stand beside each other, each with its own page of its own run", async () => {
    const [first, second] = [writtenRun(), writtenRun()];
    await opened(first, "budget");
    await opened(second, "updates");
    assert.equal(runTabs().length, 2);
    assert.equal((await toldOf(first))?.page, "budget");
    const [one, other] = runTabs().map(({ label }) => label);
    assert.notEqual(one, other);
  });

  test("hear nothing while they are hidden, and go on where they were when they are seen again", async () => {
    const [hidden, seen] = [startedRun(), startedRun()];
    const events = finishedRun();
    const half = Math.floor(events.length / 2);
    for (const run of [hidden, seen]) record(run, events.slice(0, half));
    await opened(hidden.folder, "updates");
    // In the same group, in front of it.
    await opened(seen.folder);
    const before = await toldOf(hidden.folder);
    for (const run of [hidden, seen]) {
      record(run, events.slice(half));
      run.close();
    }
    await eventually("the end of the one in front is told", () => tells(seen.folder, "finished"));
    assert.equal(await toldOf(hidden.folder), before);
    await vscode.commands.executeCommand("optimas.openRun", { run: hidden.folder });
    await eventually("its end is told", () => tells(hidden.folder, "finished"));
    assert.equal((await toldOf(hidden.folder))?.page, "updates");
  });

  test("keep their page when they are moved", async () => {
    const folder = writtenRun();
    await opened(folder, "budget");
    const before = await toldOf(folder);
    await vscode.commands.executeCommand("workbench.action.moveEditorToNextGroup");
    await eventually("the moved page asks anew", async () => (await toldOf(folder)) !== before);
    assert.equal((await toldOf(folder))?.page, "budget");
    assert.equal(runTabs().length, 1);
  });

  test("are told at most ten times a second, however fast a run writes", async () => {
    const { panels } = await activated();
    const run = startedRun();
    const events = finishedRun();
    record(run, events.slice(0, 20));
    await opened(run.folder);
    const told = new Set<unknown>();
    const until = Date.now() + 2000;
    for (let next = 20; Date.now() < until; next++) {
      const [event] = events.slice(20 + (next % 10), 21 + (next % 10));
      if (event !== undefined) record(run, [event]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      told.add(panels.panelOf(run.folder)?.told);
    }
    run.close();
    assert.ok(told.size > 2, `told ${told.size} times`);
    assert.ok(told.size <= 22, `told ${told.size} times`);
  });

  test("come back with the window, one for each run, and only those that can be understood", async () => {
    const { panels } = await activated();
    const folder = writtenRun();
    const kept: RunPanelState = { version: RUN_PANEL_VERSION, folder, page: "updates", pages: {} };
    const empty = () => vscode.window.createWebviewPanel(RUN_VIEW, "", vscode.ViewColumn.Active, {});
    await panels.restore(empty(), kept);
    await eventually("the run is told", () => tells(folder, "finished"));
    assert.equal(runTabs().length, 1);
    // A second one of the same run, and one that kept nothing that is understood, close.
    await panels.restore(empty(), kept);
    await panels.restore(empty(), undefined);
    await panels.restore(empty(), { ...kept, version: 99 });
    await eventually("they are closed", () => runTabs().length === 1);
  });

  test("save the whole run as one file where they are told to", async () => {
    await activated();
    const folder = writtenRun();
    const to = vscode.Uri.file(join(workspaceFolder(), "panels", "run.html"));
    await vscode.commands.executeCommand("optimas.exportRun", { run: folder, to });
    assert.match(readFileSync(to.fsPath, "utf8"), /^<!doctype html>.*<h1>hotpotqa<\/h1>.*<\/html>\n$/s);
  });
});
