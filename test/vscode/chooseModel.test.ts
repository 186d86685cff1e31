import assert from "node:assert/strict";
import { suite, teardown, test } from "mocha";
import * as vscode from "vscode";
import { askingText } from "./askingExperiment.ts";
import { activated, eventually, workspaceFile } from "./openNotebook.ts";
import { Person } from "./person.ts";
import { experimentText } from "./tinyExperiment.ts";

/** The experiment that a new file declares, as a lens over it would name it. */
async function experimentOf(name: string, text: string): Promise<{ file: vscode.Uri; definition: string }> {
  const file = workspaceFile(name, text);
  const { index } = await activated();
  await index.ready;
  await index.refresh(file);
  const { id } = await eventually("the experiment is found", () =>
    index.inFile(file).find(({ kind }) => kind === "experiment"),
  );
  return { file, definition: id };
}

const choose = (definition: string): Thenable<void> =>
  vscode.commands.executeCommand("optimas.chooseModel", { definition });

const title = /^Which model should tiny ask\?$/;

suite("Choose Model", () => {
  teardown(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));

  test("writes the model into the source as one edit, which undo takes back", () =>
    Person.during(async (person) => {
      const { file, definition } = await experimentOf("choose/experiment.ts", experimentText());
      person.answer(title, ({ beside, offers }) => {
        assert.equal(beside["$(check) simulated:text"], "asked now");
        assert.match(beside["openai:gpt-4o-mini"] ?? "", /^\$0\.15 in, \$0\.60 out, a million tokens$/);
        assert.deepEqual(offers.slice(-2), ["$(search) Look for Servers on This Machine…", "$(edit) Type a Name…"]);
        return "openai:gpt-4o-mini";
      });
      await choose(definition);
      const document = await vscode.workspace.openTextDocument(file);
      assert.match(document.getText(), /\n {2}model: "openai:gpt-4o-mini",\n\}\);$/);
      // Without a key, it says how one is given.
      await person.hears(/There is no API key of openai yet/);

      person.answer(title, ({ beside }) => {
        assert.match(beside["$(check) openai:gpt-4o-mini"] ?? "", /asked now$/);
        return "$(edit) Type a Name…";
      });
      person.answer(title, "gpt-4o");
      person.answer(title, "$(edit) Type a Name…");
      person.answer(title, " ollama:llama3.2 ");
      await choose(definition);
      assert.match(person.problems[0] ?? "", /Models are named provider:model/);
      assert.match(document.getText(), /model: "ollama:llama3\.2",/);

      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand("undo");
      assert.match(document.getText(), /model: "openai:gpt-4o-mini",/);
      await vscode.commands.executeCommand("undo");
      assert.equal(document.getText(), experimentText());
    }));

  test("is the lens over an experiment, which says what is asked", async () => {
    const { file } = await experimentOf("choose/lens.ts", askingText("anthropic:claude-haiku-4-5"));
    await vscode.window.showTextDocument(file);
    const found = await eventually("the lenses stand there", async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        file,
        100,
      );
      return lenses.find(({ command }) => command?.command.startsWith("optimas.chooseModel.lens"));
    });
    assert.equal(found.command?.title, "anthropic:claude-haiku-4-5");
  });

  test("changes a constant of another file only after a question", () =>
    Person.during(async (person) => {
      const models = workspaceFile("choose/constant/models.ts", 'export const MODEL = "openai:gpt-4o";\n');
      const text = `import { MODEL } from "./models.ts";\n${askingText("X").replace('"X"', "MODEL")}`;
      const { definition } = await experimentOf("choose/constant/experiment.ts", text);
      const { index } = await activated();
      await index.refresh(models);
      person.answer(title, "simulated:text");
      await choose(definition);
      const document = await vscode.workspace.openTextDocument(models);
      assert.match(document.getText(), /openai:gpt-4o/);
      const question = await person.hears(/^The model stands in MODEL of choose\/constant\/models\.ts/);
      assert.ok(question.modal);
      person.answer(title, "simulated:text");
      person.answer(/^The model stands in MODEL/, "Change It");
      await choose(definition);
      assert.equal(document.getText(), 'export const MODEL = "simulated:text";\n');
    }));

  test("hands over the name where code computes the model", () =>
    Person.during(async (person) => {
      const text = askingText("X").replace('"X"', 'process.env.MODEL ?? "simulated:text"');
      const { file, definition } = await experimentOf("choose/computed.ts", text);
      person.answer(title, "anthropic:claude-haiku-4-5");
      person.answer(/^The model of tiny cannot be written to the source: /, "Copy Name");
      await choose(definition);
      assert.equal(await vscode.env.clipboard.readText(), "anthropic:claude-haiku-4-5");
      assert.equal((await vscode.workspace.openTextDocument(file)).getText(), text);
    }));
});
