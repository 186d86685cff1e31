import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, teardown, test } from "mocha";
import * as vscode from "vscode";
import type { EditorRun } from "../../src/extension/runs/editorRun.ts";
import type { EditorRunGoal } from "../../src/extension/runs/editorRunRequest.ts";
import type { LoopbackServer } from "../models/loopback/loopbackServer.ts";
import { askingText, whileServed } from "./askingExperiment.ts";
import {
  activated,
  eventually,
  openNotebook,
  outputText,
  run as runCells,
  workspaceFile,
  workspaceFolder,
} from "./openNotebook.ts";
import { Person } from "./person.ts";
import { definitionIn, editorRuns, experimentIn } from "./tinyExperiment.ts";

/** An experiment whose every call may cost a dollar or so, at a server of this machine. */
function dearExperiment({ url }: LoopbackServer, name: string): vscode.Uri {
  const servers = { [name]: { baseUrl: `${url}/v1` } };
  const prices = { [`${name}:toy`]: { inputPerMillion: 1_000, outputPerMillion: 1_000 } };
  workspaceFile(`${name}/optimas.models.json`, JSON.stringify({ version: 1, servers, prices }));
  return workspaceFile(`${name}/experiment.ts`, askingText(`${name}:toy`));
}

async function started(file: vscode.Uri, goal: EditorRunGoal = { kind: "evaluate" }): Promise<EditorRun> {
  const run = await (await editorRuns()).start({ experiment: experimentIn(file), goal, name: "tiny" });
  assert.ok(run, "the run was refused");
  return run;
}

function settingsOf({ folder }: EditorRun): Record<string, unknown> {
  assert.ok(folder, "the run has no folder");
  const info = JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as {
    readonly settings: Record<string, unknown>;
  };
  return info.settings;
}

const asksForMoney = /may cost/;

suite("a run that may cost more than the amount that is asked about", () => {
  test("is not begun where the user declines, and leaves nothing behind", () =>
    whileServed({}, (server) =>
      Person.during(async (person) => {
        const run = await started(dearExperiment(server, "declined"));
        assert.deepEqual(await run.ended, { kind: "cancelled" });
        const question = await person.hears(asksForMoney);
        assert.match(question.text, /^Scoring tiny may cost up to \$\d/);
        assert.ok(question.modal);
        assert.deepEqual(question.offers, ["Begin", "Set Budgets…", "Edit Prices"]);
        assert.match(question.detail, /Calls: .*\nTokens: .*\nMoney: .*\nTime: /s);
        assert.equal(server.ledger.received, 0);
        assert.equal(run.folder, undefined);
      }),
    ));

  test("begins after a yes, and each goal says what it is", () =>
    whileServed({}, (server) =>
      Person.during(async (person) => {
        const file = dearExperiment(server, "agreed");
        person.answer(/^Scoring tiny may cost/, "Begin");
        assert.deepEqual(await (await started(file)).ended, { kind: "finished" });
        assert.ok(server.ledger.answered > 0);
        const goals: readonly [RegExp, EditorRunGoal][] = [
          [/^Learning local rewards of tiny may cost/, { kind: "rewards", components: ["picker"] }],
          [/^The landscape of tiny may cost/, { kind: "landscape", component: "picker", key: "count" }],
          [/^The run of tiny may cost/, { kind: "optimize", components: ["picker"], iterations: 1 }],
        ];
        for (const [question, goal] of goals) {
          assert.deepEqual(await (await started(file, goal)).ended, { kind: "cancelled" });
          await person.hears(question);
        }
      }),
    ));

  test("begins under budgets that are set where it is asked about", () =>
    whileServed({}, (server) =>
      Person.during(async (person) => {
        const file = dearExperiment(server, "budgeted");
        const title = /^Budgets of the run of tiny$/;
        person.answer(asksForMoney, "Set Budgets…");
        person.answer(title, "Calls of models");
        person.answer(/^Calls of models$/, "40");
        person.answer(title, ({ beside }) => {
          assert.equal(beside["Calls of models"], "40 calls");
          assert.equal(beside["System runs"], "2,000 system runs");
          return "$(play) Begin";
        });
        const run = await started(file);
        const end = await run.ended;
        assert.equal(end.kind, "finished", JSON.stringify(end));
        assert.equal(settingsOf(run).budgetCalls, 40);
        assert.ok(server.ledger.received <= 40, `${server.ledger.received} requests`);
        const lists = person.asked.filter(({ kind }) => kind === "list");
        assert.ok(lists.every(({ offers }) => !offers.some((offer) => offer.includes("Record"))));
      }),
    ));

  test("asks from a cell of a notebook as well, and the cell says that it was declined", () =>
    whileServed({}, (server) =>
      Person.during(async (person) => {
        dearExperiment(server, "dear-cell");
        const notebook = await openNotebook("dear-cell/asking.optnb", [
          askingText("dear-cell:toy").replace("export default", "const tuning ="),
          "await tuning.evaluate()",
          "await tuning.evaluate()",
        ]);
        await runCells(notebook, 0, 2);
        const declined = notebook.cellAt(1);
        assert.equal(declined.executionSummary?.success, false);
        assert.match(outputText(declined), /The run was not begun, and nothing was spent/);
        person.answer(/^Scoring tiny may cost/, "Begin");
        await runCells(notebook, 2, 3);
        assert.equal(notebook.cellAt(2).executionSummary?.success, true, outputText(notebook.cellAt(2)));
        assert.equal(person.asked.filter(({ text }) => asksForMoney.test(text)).length, 2);
      }),
    ));
});

suite("Run with Budgets", () => {
  test("asks for each limit, says what cannot be one, and remembers what was chosen", () =>
    Person.during(async (person) => {
      const file = workspaceFile("limits/experiment.ts", askingText("simulated:text"));
      const definition = await definitionIn(file, "picker");
      const runs = await editorRuns();
      const title = /^Optimize picker of tiny$/;
      person.answer(title, "Tokens, input and output together");
      person.answer(/^Tokens/, "a lot");
      person.answer(title, "Tokens, input and output together");
      person.answer(/^Tokens/, "500,000");
      person.answer(title, "Money in US dollars");
      person.answer(/^Money/, "$2.50");
      person.answer(title, "Minutes at work");
      person.answer(/^Minutes/, "30");
      person.answer(title, "System runs");
      person.answer(/^System runs$/, "400");
      person.answer(title, "$(check) Record of answers");
      person.answer(title, ({ beside }) => {
        assert.equal(beside["Tokens, input and output together"], "500,000 tokens");
        assert.equal(beside["$(circle-slash) Record of answers"], "off");
        return "$(play) Begin";
      });
      await vscode.commands.executeCommand("optimas.runWithBudgets", { definition });
      const run = await eventually("the run is live", () => runs.live.find(({ plan }) => plan.file === file.fsPath));
      assert.deepEqual(person.problems, ["Type a number such as 500, or none for no limit."]);
      assert.deepEqual(await run.ended, { kind: "finished" });
      const { budgetRuns, budgetCalls, budgetTokens, budgetUsd, budgetMinutes, cache, components } = settingsOf(run);
      assert.deepEqual(
        { budgetRuns, budgetCalls, budgetTokens, budgetUsd, budgetMinutes, cache, components },
        {
          budgetRuns: 400,
          budgetCalls: null,
          budgetTokens: 500_000,
          budgetUsd: 2.5,
          budgetMinutes: 30,
          cache: "off",
          components: ["picker"],
        },
      );

      // The next time, what was chosen stands there; Escape begins nothing.
      person.answer(title, ({ beside }) => {
        assert.equal(beside["Money in US dollars"], "$2.50");
        return "Money in US dollars";
      });
      person.answer(/^Money/, ({ value }) => {
        assert.equal(value, "2.5");
        return "";
      });
      person.answer(title, ({ beside }) => {
        assert.equal(beside["Money in US dollars"], "no limit");
        return undefined;
      });
      await vscode.commands.executeCommand("optimas.runWithBudgets", { definition });
      assert.equal(runs.live.length, 0);
    }));
});

suite("trials that may cost more than the amount that is asked about", () => {
  teardown(async () => {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));
  });

  test("ask once for a panel, up to the amount of the yes, and not at every edit after a no", () =>
    whileServed({}, (server) =>
      Person.during(async (person) => {
        const file = dearExperiment(server, "dear-trials");
        const definition = await definitionIn(file, "answerer");
        const { tweaks } = await activated();
        const asked = () => person.asked.filter(({ text }) => asksForMoney.test(text));
        await vscode.commands.executeCommand("optimas.tweakComponent", { definition });
        const panel = await eventually("the panel is open", () => tweaks.panelOf(definition));
        const ready = () => eventually("it is ready", () => panel.told.standing?.phase.kind === "ready");
        await ready();
        const [example] = panel.told.offer?.examples ?? [];
        assert.ok(example, "no row is offered");
        assert.ok((panel.told.offer?.components[0]?.tryUsd ?? 0) > 1, JSON.stringify(panel.told.offer?.components[0]));
        const tryValue = async (value: string, pressed = false) => {
          await panel.answer({ type: "try", value, example: example.id, ...(pressed && { pressed: true as const }) });
          const over = () => {
            const { trial } = panel.told;
            const isIt = trial !== undefined && trial.kind !== "none" && trial.asked.value === value;
            return isIt && trial.kind !== "busy" ? trial : undefined;
          };
          return eventually(`${value} was tried`, over);
        };
        const refused = await tryValue("Answer in one word.");
        assert.equal(refused.kind === "failed" && refused.message.startsWith("This was not tried"), true);
        const before = asked().length;
        assert.match(asked()[0]?.text ?? "", /^Trials of tiny may cost up to \$\d/);
        assert.equal((await tryValue("Answer in two words.")).kind, "failed");
        assert.equal(asked().length, before);
        assert.equal(server.ledger.received, 0);

        // Whoever presses the button is asked again.
        person.answer(asksForMoney, "Begin");
        assert.equal((await tryValue("Answer in three words.", true)).kind, "done");
        assert.equal(asked().length, before + 1);
        assert.ok(server.ledger.answered > 0);
      }),
    ));

  test("of the Test Explorer are asked about once, with the rows", () =>
    whileServed({}, (server) =>
      Person.during(async (person) => {
        const file = dearExperiment(server, "dear-rows");
        const { index, examples } = await activated();
        await index.ready;
        await index.refresh(file);
        const item = await eventually("the experiment is a test item", () =>
          [...examples.controller.items].map(([, one]) => one).find(({ uri }) => uri?.toString() === file.toString()),
        );
        await examples.controller.resolveHandler?.(item);
        const [row] = [...item.children].map(([, child]) => child);
        assert.ok(row, "there is no row");
        const runRow = () =>
          examples.profile.runHandler(new vscode.TestRunRequest([row]), new vscode.CancellationTokenSource().token);
        await runRow();
        assert.equal(server.ledger.received, 0);
        const question = await person.hears(/^Run 1 example\?/);
        assert.match(question.detail, /^tiny: 1 with dear-rows:toy, for up to \$\d/);
        person.answer(/^Run 1 example\?/, "Run Examples");
        await runRow();
        assert.equal(server.ledger.answered, 1);
        assert.deepEqual(
          person.asked.filter(({ text }) => asksForMoney.test(text)),
          [],
        );
      }),
    ));
});

suite("a key that a workspace would send elsewhere", () => {
  test("is asked about with the line that says so, and stays where it is after a no", () =>
    Person.during(async (person) => {
      const key = ["sk", "planted", "address", "0123456789abcdef"].join("-");
      const servers = { elsewhere: { baseUrl: "https://models.invalid/v1", keyVariable: "ELSEWHERE_KEY" } };
      const prices = { "elsewhere:toy": { inputPerMillion: 0.01, outputPerMillion: 0.01 } };
      const described = workspaceFile(
        "elsewhere/optimas.models.json",
        JSON.stringify({ version: 1, servers, prices }, null, 2),
      );
      const file = workspaceFile("elsewhere/experiment.ts", askingText("elsewhere:toy"));
      // The key was given for another address, which another workspace named.
      person.answer(/^API key of elsewhere$/, key);
      const own = { elsewhere: { baseUrl: "https://own.invalid/v1", keyVariable: "ELSEWHERE_KEY" } };
      await vscode.workspace.fs.writeFile(described, Buffer.from(JSON.stringify({ version: 1, servers: own })));
      await vscode.commands.executeCommand("optimas.setApiKey", { provider: "elsewhere" });
      await vscode.workspace.fs.writeFile(
        described,
        Buffer.from(JSON.stringify({ version: 1, servers, prices }, null, 2)),
      );
      try {
        person.answer(/^Send the API key of elsewhere/, "Open File");
        const end = await (await started(file)).ended;
        assert.ok(end.kind === "failed", JSON.stringify(end));
        assert.match(
          end.error.message,
          /sends the key of elsewhere to https:\/\/models\.invalid, which you did not agree/,
        );
        const question = await person.hears(/^Send the API key of elsewhere to https:\/\/models\.invalid\?$/);
        assert.match(question.detail, /elsewhere\/optimas\.models\.json says on line 5 that/);
        const shown = await eventually("the file is shown", () => {
          const editor = vscode.window.activeTextEditor;
          return editor?.document.uri.toString() === described.toString() ? editor : undefined;
        });
        assert.equal(shown.selection.active.line, 4);
      } finally {
        await vscode.commands.executeCommand("optimas.forgetApiKey", { provider: "elsewhere" });
      }
      assert.ok(!existsSync(join(workspaceFolder(), "elsewhere", ".optimas", "runs")));
    }));
});
