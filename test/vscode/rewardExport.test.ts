import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { writeModel } from "../../src/onnx/modelFile.ts";
import { seededRandom } from "../../src/system/random.ts";
import { randomBert } from "../reward/transformer/randomBert.ts";
import { vocabularySize, wordTokenizerJson } from "../reward/transformer/wordTokenizer.ts";
import { workspaceFile, workspaceFolder } from "./openNotebook.ts";
import { Person } from "./person.ts";
import { editorRuns, experimentIn, experimentText } from "./tinyExperiment.ts";

const words = ["where", "was", "born", "many", "were", "then", "it", "gives", "question", "passage", "kept"];

/** A transformer of chance in a folder of the workspace. */
function backboneIn(name: string): string {
  const folder = join(workspaceFolder(), name);
  mkdirSync(folder, { recursive: true });
  const size = { layers: 1, width: 8, heads: 2, feedForward: 8, places: 128, vocabulary: vocabularySize(words) };
  writeModel(randomBert({ ...size, random: seededRandom("export") }), join(folder, "model.onnx"));
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(wordTokenizerJson(words)));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ max_position_embeddings: size.places }));
  return folder;
}

/** The folder of a run that learned the local reward of a component. */
async function learntRun(name: string, backbone: string): Promise<string> {
  const settings = vscode.workspace.getConfiguration("optimas.rewards");
  await settings.update("backbone", backbone, vscode.ConfigurationTarget.Workspace);
  try {
    const file = workspaceFile(`${name}/experiment.ts`, experimentText());
    const goal = { kind: "rewards" as const, components: ["picker"] };
    const run = await (await editorRuns()).start({ experiment: experimentIn(file), goal, name });
    assert.ok(run, "the run was refused");
    const end = await run.ended;
    assert.equal(end.kind, "finished", JSON.stringify(end));
    const { folder } = run;
    assert.ok(folder !== undefined);
    return folder;
  } finally {
    await settings.update("backbone", undefined, vscode.ConfigurationTarget.Workspace);
  }
}

suite("exporting local rewards", () => {
  test("writes those on a transformer into a folder, and says why there are no others", () =>
    Person.during(async (person) => {
      const learnt = await learntRun("export-transformer", backboneIn("export-backbone"));
      const to = vscode.Uri.file(join(workspaceFolder(), "exported-rewards"));
      await vscode.commands.executeCommand("optimas.exportRewards", { run: learnt, to });
      await person.hears(/^The local rewards of .* are in exported-rewards\.$/);
      assert.ok(readdirSync(to.fsPath).includes("model.onnx"));
      const { components } = JSON.parse(readFileSync(join(to.fsPath, "rewards.json"), "utf8"));
      assert.deepEqual(
        components.map(({ name, description }: Record<string, unknown>) => [name, description]),
        [["picker", "Keeps some sentences."]],
      );

      const words = await learntRun("export-words", "lexical");
      await vscode.commands.executeCommand("optimas.exportRewards", { run: words, to });
      await person.hears(/could not be exported: .*learned on features of words/s);
    }));
});
