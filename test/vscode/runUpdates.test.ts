import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { Ask, UpdateQuestion } from "../../src/extension/updates/updateQuestion.ts";
import type { BodyOf } from "../../src/run/events.ts";
import { createRun } from "../../src/run/runOpening.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { runStarted, sampleInfo } from "../run/sampleRun.ts";
import { activated, eventually, workspaceFolder } from "./openNotebook.ts";
import { onDisk, shownDiff, updateBench, updateSource } from "./updateBench.ts";

suite("an update of a run", () => {
  const bench = updateBench();
  const { idOf, written } = bench;

  /**
   * A run of a file's experiment: an update of the prompt accepted in its first iteration, others as given.
   * @param answerer name of the component with the prompt
   */
  async function ranOn(
    name: string,
    more: readonly BodyOf<"update">[] = [],
    answerer = `${name}_answerer`,
  ): Promise<{ uri: vscode.Uri; run: string }> {
    const uri = await written(name, updateSource(name).replace(`${name}_answerer`, answerer));
    const path = join(workspaceFolder(), `apply/${name}Experiment.ts`);
    const configuration = {
      [answerer]: "Answer the question.",
      [`${name}_retriever`]: { k: 1, rerank: false },
    };
    const folder = createRun({
      out: join(workspaceFolder(), "apply/.optimas/runs"),
      runId: `20261121-150307-${name}-k3f9`,
      info: { ...sampleInfo, system: name, experiment: { path, given: path } },
      clock: () => Date.now(),
    });
    const component = (called: string, kind: "prompt" | "options") => ({
      name: called,
      description: "",
      kind,
      inputs: ["a"],
      outputs: ["b"],
      share: 0.5,
    });
    const components = [component(answerer, "prompt"), component(`${name}_retriever`, "options")];
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
    for (const update of [accepted(1, answerer, "Answer the question.", "Answer briefly."), ...more]) {
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

  test("is compared in the file of its own system, where other systems have a component of the same name", async () => {
    const twins = [await ranOn("twinOne", [], "twin"), await ranOn("twinTwo", [], "twin")];
    for (const { uri, run } of twins) {
      const [other] = twins.filter((one) => one.uri !== uri);
      assert.ok(other);
      for (const [given, prompt] of [
        [{ run, iteration: 1 }, "Answer briefly."],
        // As a candidate of the run is looked at.
        [{ run, component: "twin", value: "Answer at length." }, "Answer at length."],
      ] as const) {
        await vscode.commands.executeCommand("optimas.showDiff", given);
        const { original, modified } = await eventually("the difference is shown", shownDiff);
        assert.equal(original.toString(), uri.toString());
        const shown = (await vscode.workspace.openTextDocument(modified)).getText();
        assert.equal(shown, onDisk(uri).replace("'Answer the question.'", `'${prompt}'`));
        await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      }
      const before = onDisk(other.uri);
      await vscode.commands.executeCommand("optimas.applyUpdate", { run, iteration: 1 });
      await eventually("its own source has the value", () => onDisk(uri).includes("'Answer briefly.'"));
      assert.equal(onDisk(other.uri), before);
      await bench.updates.revert(idOf(uri, "answerer"));
    }
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
