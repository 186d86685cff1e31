import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { filesWithPlantedKeys } from "../../scripts/leftKeys.mjs";
import { sha256 } from "../models/loopback/ledger.ts";
import { askingExperiment, askingText, evaluated, whileServed } from "./askingExperiment.ts";
import { openNotebook, outputText, run as runCells, workspaceFolder } from "./openNotebook.ts";
import { Person } from "./person.ts";

/** Keys that nobody has. Whatever the suites leave is searched for how they begin. */
const key = ["sk", "planted", "editor", "0123456789abcdef"].join("-");
const wrongKey = ["sk", "planted", "editor", "mistaken", "4711"].join("-");

const command = (id: string, provider?: string): Thenable<void> =>
  vscode.commands.executeCommand(id, provider === undefined ? undefined : { provider });

/** What everything is told that a person sees, as far as the extension says it. */
function keysSaid({ asked }: Person): string[] {
  return asked
    .flatMap(({ text, detail }) => [text, detail])
    .filter((said) => said.includes(key) || said.includes(wrongKey));
}

suite("the API key of a provider", () => {
  test("is asked for where a run lacks it, tested with the server, and used from then on", () =>
    whileServed({ key, models: ["toy"] }, (server) =>
      Person.during(async (person) => {
        const file = askingExperiment(server, "keyed");
        person.answer(/failed: .*keyed:toy needs a key/, "Set API Key");
        person.answer(/^API key of keyed$/, ` ${key}\n`);
        person.answer(/API key of keyed is set/, "Test");
        const { ended } = await evaluated(file);
        const end = await ended;
        assert.ok(end.kind === "failed", JSON.stringify(end));
        assert.match(end.error.message, /keyed:toy needs a key/);
        assert.equal((await person.hears(/accepts the API key/)).kind, "information");
        assert.equal(person.asked.filter(({ kind }) => kind === "error").length, 1, "it is said once");
        const input = person.asked.find(({ kind }) => kind === "input");
        assert.ok(input?.hidden, "what is typed is shown");
        assert.match(input.detail, /secret storage and sent to 127\.0\.0\.1:\d+ alone/);
        assert.ok(!person.asked.some(({ kind }) => kind === "list"), "it is known whose key is missing");
        assert.equal(server.ledger.received, 0, "without a key, no model is asked");

        const again = await evaluated(file);
        assert.deepEqual(await again.ended, { kind: "finished" });
        assert.ok(server.ledger.answered > 0);
        assert.deepEqual(Object.keys(server.ledger.keys), [`authorization ${sha256(key)}`]);
        assert.equal(server.ledger.keysElsewhere, 0);
        assert.deepEqual(keysSaid(person), []);
      }),
    ));

  test("is asked for where a cell lacks it, and stands neither in the notebook nor in settings", () =>
    whileServed({ key }, (server) =>
      Person.during(async (person) => {
        askingExperiment(server, "celled");
        const notebook = await openNotebook("celled/keys.optnb", [
          askingText("celled:toy").replace("export default", "const tuning ="),
          "await tuning.evaluate()",
        ]);
        person.answer(/no API key of celled/, "Set API Key");
        person.answer(/^API key of celled$/, key);
        await runCells(notebook, 0, 2);
        const cell = notebook.cellAt(1);
        assert.equal(cell.executionSummary?.success, false);
        assert.match(outputText(cell), /celled:toy needs a key/);
        await person.hears(/API key of celled is set/);

        await runCells(notebook, 1, 2);
        assert.equal(cell.executionSummary?.success, true, outputText(cell));
        await notebook.save();
        assert.ok(!readFileSync(notebook.uri.fsPath, "utf8").includes("sk-planted"));
        assert.ok(!JSON.stringify(vscode.workspace.getConfiguration("optimas")).includes("sk-planted"));
        assert.deepEqual(keysSaid(person), []);
      }),
    ));

  test("that the server refuses ends the run with what to do, and is set anew after a test", () =>
    whileServed({ key }, (server) =>
      Person.during(async (person) => {
        const file = askingExperiment(server, "refusing");
        person.answer(/^API key of refusing$/, wrongKey);
        await command("optimas.setApiKey", "refusing");
        const { ended } = await evaluated(file);
        const end = await ended;
        assert.ok(end.kind === "failed", JSON.stringify(end));
        assert.match(end.error.message, /refusing:toy .*key/);
        assert.equal(server.ledger.answered, 0);

        person.answer(/refuses the API key/, "Set API Key");
        person.answer(/^API key of refusing$/, key);
        await command("optimas.testApiKey", "refusing");
        assert.equal((await person.hears(/refuses the API key/)).kind, "error");
        await command("optimas.testApiKey", "refusing");
        await person.hears(/accepts the API key/);
        const again = await evaluated(file);
        assert.deepEqual(await again.ended, { kind: "finished" });
        assert.deepEqual(keysSaid(person), []);
      }),
    ));

  test("is forgotten when it is told to be, and then lacking again", () =>
    whileServed({ key }, (server) =>
      Person.during(async (person) => {
        const file = askingExperiment(server, "forgotten");
        person.answer(/^API key of forgotten$/, key);
        await command("optimas.setApiKey", "forgotten");
        person.answer(/should be forgotten/, ({ offers }) => {
          assert.ok(!offers.includes("anthropic"), `${offers.join()} are offered, and anthropic has no key`);
          return "forgotten";
        });
        await command("optimas.forgetApiKey");
        await person.hears(/^The API key of forgotten is forgotten\.$/);
        await command("optimas.testApiKey", "forgotten");
        await person.hears(/^There is no API key of forgotten\.$/);
        const { ended } = await evaluated(file);
        assert.equal((await ended).kind, "failed");
        assert.equal(server.ledger.received, 0);
      }),
    ));

  test("is neither good nor bad where the server does not say", () =>
    whileServed({ key }, async (server) => {
      await Person.during(async (person) => {
        askingExperiment(server, "silent");
        person.answer(/^API key of silent$/, key);
        await command("optimas.setApiKey", "silent");
        await server.close();
        await command("optimas.testApiKey", "silent");
        const { kind, text } = await person.hears(/did not say whether it accepts the API key/);
        assert.equal(kind, "warning");
        assert.ok(!text.includes(key));
      });
    }));

  test("leaves no trace in the workspace", () => {
    assert.deepEqual(filesWithPlantedKeys([workspaceFolder()]), []);
  });
});
