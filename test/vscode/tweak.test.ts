import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { suite, teardown, test } from "mocha";
import * as vscode from "vscode";
import type { TweakPanel } from "../../src/extension/trials/tweakPanel.ts";
import { activated, eventually, workspaceFile } from "./openNotebook.ts";
import { namedExperimentText } from "./tinyExperiment.ts";

const experiment = namedExperimentText("tweaked", 1);

function tweakTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("optimas.tweak"));
}

/** The panel of a component of a new experiment, as a lens opens it. */
async function openPanel(
  folder: string,
  component: string,
): Promise<{ panel: TweakPanel; file: vscode.Uri; id: string }> {
  const { index, tweaks } = await activated();
  const file = workspaceFile(`${folder}/experiment.ts`, experiment);
  await index.ready;
  await index.refresh(file);
  const { id } = await eventually(`${component} is found`, () =>
    index.inFile(file).find(({ name }) => name === component),
  );
  await vscode.commands.executeCommand("optimas.tweakComponent", { definition: id });
  const panel = await eventually("the panel is open", () => tweaks.panelOf(id));
  return { panel, file, id };
}

/** Waits until the experiment is open; tells why where it cannot be. */
async function ready(panel: TweakPanel): Promise<void> {
  await eventually("the experiment is open", () => {
    const { phase } = panel.told.standing ?? {};
    assert.notEqual(phase?.kind, "failed", JSON.stringify(phase));
    assert.notEqual(phase?.kind, "died", JSON.stringify(phase));
    return phase?.kind === "ready";
  });
}

const done = (panel: TweakPanel) => (panel.told.trial?.kind === "done" ? panel.told.trial : undefined);

suite("the panel for trying values", () => {
  teardown(async () => {
    await vscode.window.tabGroups.close([...tweakTabs()]);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.workspace.getConfiguration("optimas.runs").update("saveBeforeRun", undefined, true);
  });

  test("opens beside, and its page tries the value in force by itself", async () => {
    const began = Date.now();
    const { panel, id } = await openPanel("tweakOpen", "picker");
    await ready(panel);
    console.log(`measured  from the command to the open experiment: ${Date.now() - began} ms`);
    // Nobody but the page asks for it.
    const opened = Date.now();
    const trial = await eventually("the page has asked for a trial", () => done(panel));
    console.log(`measured  from the open experiment to the first output: ${Date.now() - opened} ms`);
    assert.deepEqual(trial.asked, { value: { count: 1 }, example: "row8" });
    const given = trial.output.tried.map(({ role, value, output }) => [role, value, output]);
    assert.deepEqual(given[0], ["asked", { count: 1 }, { kept: "Many were born then" }]);
    assert.equal(trial.output.tried.filter(({ role }) => role === "neighbour").length, 2);
    const [offered] = panel.told.offer?.components ?? [];
    assert.equal(offered?.rewarded, false);
    assert.equal(panel.told.offer?.simulated, true);
    await vscode.commands.executeCommand("optimas.tweakComponent", { definition: id });
    assert.equal(tweakTabs().length, 1);
  });

  test("puts a value to the gate, saves it beside the experiment, and starts from there", async () => {
    const { panel, file } = await openPanel("tweakSave", "picker");
    await ready(panel);
    await panel.answer({ type: "check", value: { count: 2 } });
    const { check } = panel.told;
    assert.equal(check?.kind, "done", JSON.stringify(check));
    assert.equal(check?.kind === "done" && check.output.before.length, 8);
    await panel.answer({ type: "save", value: { count: 2 } });
    assert.deepEqual(panel.told.outcome, { kind: "saved", value: { count: 2 }, file: "experiment.optimas.json" });
    const state = file.fsPath.replace(/\.ts$/, ".optimas.json");
    const saved = JSON.parse(readFileSync(state, "utf8")) as Record<string, unknown>;
    assert.deepEqual([saved.configuration, saved.replaces], [{ picker: { count: 2 } }, { picker: { count: 1 } }]);
    assert.deepEqual(panel.told.offer?.components[0]?.current, { count: 2 });
    await panel.answer({ type: "start" });
    await ready(panel);
    assert.deepEqual(panel.told.offer?.components[0]?.current, { count: 2 });
    assert.deepEqual(panel.told.offer?.components[0]?.source, { count: 1 });
    writeFileSync(state, "{ broken");
    await panel.answer({ type: "save", value: { count: 3 } });
    assert.equal(panel.told.outcome?.kind, "refused");
    assert.match(JSON.stringify(panel.told.outcome), /is not valid JSON/);
    assert.equal(readFileSync(state, "utf8"), "{ broken");
  });

  test("writes a value into the source, and tells when the source is another than it was", async () => {
    const { panel, file } = await openPanel("tweakApply", "answerer");
    await ready(panel);
    const document = await vscode.workspace.openTextDocument(file);
    await panel.answer({ type: "apply", value: "Answer in one word." });
    assert.deepEqual(panel.told.outcome, { kind: "applied", value: "Answer in one word." });
    assert.match(document.getText(), /prompt: "Answer in one word\."/);
    // The panel knows what was written for it.
    assert.equal(panel.told.standing?.sourceChanged, false);
    assert.equal(panel.told.offer?.components[0]?.source, "Answer in one word.");
    assert.equal(panel.told.offer?.components[0]?.current, "Answer in one word.");
    const edit = new vscode.WorkspaceEdit();
    edit.insert(file, new vscode.Position(0, 0), "// another line\n");
    await vscode.workspace.applyEdit(edit);
    await eventually("the change is told", () => panel.told.standing?.sourceChanged === true);
    await vscode.workspace.getConfiguration("optimas.runs").update("saveBeforeRun", "save", true);
    await panel.answer({ type: "start" });
    await ready(panel);
    assert.equal(panel.told.standing?.sourceChanged, false);
    assert.equal(panel.told.offer?.components[0]?.source, "Answer in one word.");
    assert.equal(existsSync(file.fsPath.replace(/\.ts$/, ".optimas.json")), false);
  });

  test("learns local rewards in a run of its own, and shows them when it is done", async () => {
    const { runs } = await activated();
    const { panel } = await openPanel("tweakLearn", "picker");
    await ready(panel);
    await panel.answer({ type: "learn" });
    assert.equal(panel.told.standing?.learning, true);
    const [run] = runs.live;
    assert.deepEqual(run?.plan.goal, { kind: "rewards", components: ["picker"] });
    await run?.ended;
    await eventually("local rewards are there", () => panel.told.offer?.components[0]?.rewarded === true);
    await eventually("the trial has a local reward", () =>
      done(panel)?.output.tried.every(({ localReward }) => localReward !== null && localReward > 0),
    );
    assert.equal(panel.told.standing?.learning, false);
  });

  test("says why an experiment cannot be opened, and opens it when it is mended", async () => {
    const { index, tweaks } = await activated();
    const broken = experiment.replace("const rows =", 'throw new Error("the rows are gone");\nconst rows =');
    const file = workspaceFile("tweakBroken/experiment.ts", broken);
    await index.refresh(file);
    const { id } = await eventually("it is found", () => index.inFile(file).find(({ name }) => name === "picker"));
    await vscode.commands.executeCommand("optimas.tweakComponent", { definition: id });
    const panel = await eventually("the panel is open", () => tweaks.panelOf(id));
    const phase = await eventually("the failure is told", () =>
      panel.told.standing?.phase.kind === "failed" ? panel.told.standing.phase : undefined,
    );
    assert.deepEqual(phase, { kind: "failed", message: "the rows are gone", placed: true });
    await panel.answer({ type: "openFailure" });
    const editor = await eventually("the place is shown", () => vscode.window.activeTextEditor);
    assert.equal(editor.document.uri.toString(), file.toString());
    writeFileSync(file.fsPath, experiment);
    await eventually("the change is told", () => panel.told.standing?.sourceChanged === true);
    await panel.answer({ type: "start" });
    await ready(panel);
  });

  test("ignores what no page would ask for", async () => {
    const { panel } = await openPanel("tweakOdd", "picker");
    await ready(panel);
    await panel.answer({ type: "save", value: [1, 2] });
    await panel.answer("try");
    assert.deepEqual(panel.told.outcome, { kind: "none" });
  });
});
