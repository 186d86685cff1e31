import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { askingExperiment, evaluated, whileServed } from "./askingExperiment.ts";
import { workspaceFolder } from "./openNotebook.ts";
import { Person } from "./person.ts";

const key = ["sk", "planted", "cache", "0123456789abcdef"].join("-");
const show = () => vscode.commands.executeCommand("optimas.showAnswerCache");
const clear = () => vscode.commands.executeCommand("optimas.clearAnswerCache");

suite("recorded answers of models", () => {
  test("serve the next run, are listed by model, and go only when that is confirmed", () =>
    whileServed({ key }, (server) =>
      Person.during(async (person) => {
        const file = askingExperiment(server, "recorded");
        person.answer(/^API key of recorded$/, key);
        await vscode.commands.executeCommand("optimas.setApiKey", { provider: "recorded" });
        const first = await evaluated(file);
        assert.deepEqual(await first.ended, { kind: "finished" });
        const asked = server.ledger.answered;
        assert.ok(asked > 0);
        const second = await evaluated(file);
        assert.deepEqual(await second.ended, { kind: "finished" });
        assert.equal(server.ledger.answered, asked, "the second run paid again");
        assert.equal(second.output?.models?.calls, 0);
        assert.equal(second.output?.models?.recorded, asked);

        let offered: readonly string[] = [];
        person.answer(/^Recorded answers of models$/, ({ offers }) => {
          offered = offers;
          return "recorded:toy";
        });
        await show();
        assert.ok(offered.includes("recorded:toy"), offered.join());
        const question = await person.hears(/Remove all recorded answers of recorded:toy/);
        assert.ok(question.modal);
        assert.match(question.detail, /paid for again/);
        assert.ok(!question.detail.includes(workspaceFolder()), "places are named as the workspace names them");
        const third = await evaluated(file);
        await third.ended;
        assert.equal(server.ledger.answered, asked, "nothing was confirmed");

        person.answer(/^Recorded answers of models$/, "recorded:toy");
        person.answer(/Remove all recorded answers of recorded:toy/, "Remove");
        await show();
        await person.hears(/recorded answers are removed/);
        const fourth = await evaluated(file);
        assert.deepEqual(await fourth.ended, { kind: "finished" });
        assert.equal(server.ledger.answered, 2 * asked);

        const limit = () => {
          person.answer(/^Recorded answers of models$/, "Change the size limit…");
          return show();
        };
        person.answer(/may recorded answers in .+ take/, "a lot");
        await limit();
        person.answer(/may recorded answers in .+ take/, "20 MB");
        await limit();
        await person.hears(/may take 20 MB from now on/);
        assert.ok(!person.asked.some(({ text }) => text.includes("a lot")), "a lot was taken for a size");
        person.answer(/^Recorded answers of models$/, () => undefined);
        await show();

        person.answer(/^Remove all recorded answers\?$/, "Remove");
        await clear();
        await clear();
        await person.hears(/No answers of models are recorded/);
      }),
    ));
});
