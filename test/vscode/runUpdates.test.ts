import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { Ask, UpdateQuestion } from "../../src/extension/updates/updateQuestion.ts";
import type { BodyOf } from "../../src/run/events.ts";
import { createRun } from "../../src/run/runFolder.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { runStarted, sampleInfo } from "../run/sampleRun.ts";
import { activated, eventually, workspaceFolder } from "./openNotebook.ts";
import { onDisk, shownDiff, updateBench } from "./updateBench.ts";

suite("an update of a run", () => {
  const bench = updateBench();
  const { idOf, written } = bench;

  /** A run of a file's experiment: an update of the prompt accepted in its first iteration, others as given. */
  async function ranOn(
    name: string,
    more: readonly BodyOf<"update">[] = [],
  ): Promise<{ uri: vscode.Uri; run: string }> {
    const uri = await written(name);
    const path = join(workspaceFolder(), `apply/${name}Experiment.ts`);
    const configuration = {
      [`${name}_answerer`]: "Answer the question.",
      [`${name}_retriever`]: { k: 1, rerank: false },
    };
    const folder = createRun({
      out: join(workspaceFolder(), "apply/.optimas/runs"),
      runId: `20261121-150307-${name}-k3f9`,
      info: { ...sampleInfo, system: name, experiment: { path, given: path } },
      clock: () => Date.now(),
    });
    const component = (binding: string, kind: "prompt" | "options") => ({
      name: `${name}_${binding}`,
      description: "",
      kind,
      inputs: ["a"],
      outputs: ["b"],
      share: 0.5,
    });
    const components = [component("answerer", "prompt"), component("retriever", "options")];
    folder.record(
      {
        ...runStarted,
        runId: name,
        experiment: path,
        system: { name, components, outputs: ["answer"] },
        configuration,
      },
      0,
    );
    for (const update of [accepted(1, `${name}_answerer`, "Answer the question.", "Answer briefly."), ...more]) {
      folder.record(update, 1);
    }
    folder.close();
    return { uri, run: folder.folder };
  }

  const accepted = (
    iteration: number,
    component: string,
    before: VariableValue,
    after: VariableValue,
  ): BodyOf<"update"> => ({
    type: "update",
    iteration,
    component,
    decision: "accepted",
    reason: "Better.",
    before,
    after,
    scorer: "local",
    rewardBefore: 0,
    rewardAfter: 1,
    validation: { before: [0.1], after: [0.9], exampleIds: ["a"] },
  });

  test("is applied by its iteration, and everything accepted by the run alone", async () => {
    const { uri, run } = await ranOn("ran", [
      accepted(2, "ran_retriever", { k: 1, rerank: false }, { k: 10, rerank: false }),
    ]);
    const before = onDisk(uri);
    await vscode.commands.executeCommand("optimas.applyUpdate", { run, iteration: 2 });
    const second = before.replace("choice([false, true]) })", "choice([false, true]) }, { k: 10 })");
    assert.equal(onDisk(uri), second);
    await vscode.commands.executeCommand("optimas.applyUpdate", { run });
    assert.equal(onDisk(uri), second.replace("Answer the question.", "Answer briefly."));
    await vscode.commands.executeCommand("optimas.revertUpdate", { definition: idOf(uri, "retriever") });
    await vscode.commands.executeCommand("optimas.revertUpdate", { definition: idOf(uri, "answerer") });
    assert.equal(onDisk(uri), before);
  });

  test("that a component accepted last is compared by the component alone, and said to be simulated", async () => {
    const { uri } = await ranOn("last");
    const { views } = await activated();
    await views.store.refresh();
    await vscode.commands.executeCommand("optimas.showDiff", { definition: idOf(uri, "answerer") });
    const { modified } = await eventually("the difference is shown", shownDiff);
    assert.match((await vscode.workspace.openTextDocument(modified)).getText(), /'Answer briefly\.'/);
    assert.match(
      vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? "",
      /last_answerer.*iteration 1.*simulated model/,
    );
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  test("does not write over what its author wrote since, unasked", async () => {
    const { uri, run } = await ranOn("edited");
    const asked: UpdateQuestion[] = [];
    const ask: Ask = async (question) => void asked.push(question) as undefined;
    writeFileSync(uri.fsPath, onDisk(uri).replace("Answer the question.", "Mine."));
    await bench.index.refresh(uri);
    const origin = { run, iteration: 1, simulated: true };
    const change = { definition: idOf(uri, "answerer"), value: "New.", origin, known: ["Answer the question."] };
    assert.deepEqual(await bench.updates.applyValues([change], { ask }), { kind: "cancelled" });
    assert.match(asked[0]?.message ?? "", /edited_answerer was changed/);
    assert.match(onDisk(uri), /'Mine\.'/);
  });
});
