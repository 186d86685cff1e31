import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { readRun } from "../../src/run/runList.ts";
import { askingText, evaluated } from "./askingExperiment.ts";
import { type BroughtModel, broughtModel, withModels } from "./modelsOfEditor.ts";
import { eventually, openNotebook, outputText, run as runCells, workspaceFile } from "./openNotebook.ts";
import { Person } from "./person.ts";
import { editorRuns } from "./tinyExperiment.ts";

/** Rows that an evaluation scores. */
const ROWS = 8;

/** Within a budget, for nobody knows what such a model costs. */
function textFor({ model }: BroughtModel): string {
  return askingText(`vscode:${model.vendor}/${model.family}`).replace(
    "data: {",
    "settings: { budgetTokens: 200_000 },\n  data: {",
  );
}

/** A run of the first of some models, and what it came to. */
async function ran(brought: BroughtModel) {
  const run = await evaluated(workspaceFile(`brought/${brought.model.family}/experiment.ts`, textFor(brought)));
  return { run, end: await run.ended };
}

function messageOf({ end }: Awaited<ReturnType<typeof ran>>): string {
  assert.ok(end.kind === "failed", JSON.stringify(end));
  return end.error.message;
}

suite("a run whose models the editor has", () => {
  test("asks them, is told by what they came to, and pays for no answer twice", () =>
    Person.during(async () => {
      const brought = broughtModel("willing");
      await withModels(
        () => [brought],
        async () => {
          const { run, end } = await ran(brought);
          assert.deepEqual(end, { kind: "finished" });
          assert.equal(brought.asked.length, ROWS);
          assert.ok(
            brought.asked.every((asked) => /Where was Ada\d+ born\?/.test(asked)),
            brought.asked[0],
          );
          assert.equal(run.output?.models?.calls, ROWS);
          assert.equal(run.output?.models?.usd, null, "what it costs is not known");
          const again = await ran(brought);
          assert.deepEqual(again.end, { kind: "finished" });
          assert.equal(brought.asked.length, ROWS);
        },
      );
    }));

  test("that the user does not allow ends, after one question, with where to allow them", () =>
    Person.during(async () => {
      const brought = broughtModel("forbidden");
      let questions = 0;
      const { sendRequest } = brought.model;
      const model: vscode.LanguageModelChat = {
        ...brought.model,
        sendRequest: (...asked) => {
          questions++;
          return sendRequest(...asked);
        },
      };
      brought.refusal = vscode.LanguageModelError.NoPermissions("The user said no");
      await withModels(
        () => [{ ...brought, model }],
        async () => {
          const message = messageOf(await ran(brought));
          assert.match(message, /not allowed Optimas to ask The forbidden/);
          assert.match(message, /Manage Language Model Access/);
          assert.equal(questions, 1, "the editor was made to ask more than once");
        },
      );
    }));

  test("whose plan is used up ends in its midst, and goes on when it allows more", () =>
    Person.during(async () => {
      const brought = broughtModel("limited");
      const { sendRequest } = brought.model;
      const model: vscode.LanguageModelChat = {
        ...brought.model,
        sendRequest: (...asked) => {
          if (brought.asked.length >= 3 && brought.refusal === undefined) {
            brought.refusal = vscode.LanguageModelError.Blocked("Quota exceeded");
          }
          return sendRequest(...asked);
        },
      };
      await withModels(
        () => [{ ...brought, model }],
        async () => {
          const first = await ran(brought);
          assert.match(messageOf(first), /The limited may not be asked for now \(Quota exceeded\)/);
          assert.equal(brought.asked.length, 3);
          const { folder } = first.run;
          assert.ok(folder, "the run has no folder");
          const left = readRun(folder);
          assert.ok(left.kind === "run" && left.status === "failed", JSON.stringify(left));
        },
      );
      brought.refusal = undefined;
      await withModels(
        () => [brought],
        async () => {
          const again = await ran(brought);
          assert.deepEqual(again.end, { kind: "finished" });
          assert.equal(brought.asked.length, ROWS, "what was answered before was asked again");
        },
      );
    }));

  test("that vanish in its midst ends, and goes on from its folder when they are back", () =>
    Person.during(async () => {
      const brought = broughtModel("fleeting");
      const other = broughtModel("steady");
      const there = () => (brought.asked.length < 3 ? [brought, other] : [other]);
      const folder = await withModels(there, async () => {
        const gone = await ran(brought);
        assert.match(
          messageOf(gone),
          /The editor has no model fleeting\/fleeting now; there are vscode:steady\/steady/,
        );
        return gone.run.folder;
      });
      assert.ok(folder, "the run has no folder");
      const before = brought.asked.length;
      assert.ok(before < ROWS, `all ${before} rows were answered before it was gone`);
      await withModels(
        () => [brought],
        async () => {
          const resumed = await (await editorRuns()).resume(folder);
          assert.deepEqual(await resumed?.ended, { kind: "finished" });
          assert.equal(brought.asked.length, ROWS);
        },
      );
      assert.deepEqual(other.asked, []);
    }));

  test("is the same in a notebook, whose cell says what to do", () =>
    Person.during(async () => {
      const brought = broughtModel("celled");
      brought.refusal = vscode.LanguageModelError.NoPermissions("The user said no");
      await withModels(
        () => [brought],
        async () => {
          const notebook = await openNotebook("brought/cells.optnb", [
            textFor(brought).replace("export default", "const tuning ="),
            "await tuning.evaluate()",
          ]);
          await runCells(notebook, 0, 2);
          const cell = notebook.cellAt(1);
          assert.equal(cell.executionSummary?.success, false);
          assert.match(outputText(cell), /not allowed Optimas to ask The celled/);
          brought.refusal = undefined;
          // A "no" holds for a moment, for those who were on their way when it was said.
          await eventually("the cell is allowed to ask", async () => {
            await runCells(notebook, 1, 2);
            return cell.executionSummary?.success;
          });
          assert.equal(brought.asked.length, ROWS);
        },
      );
    }));
});
