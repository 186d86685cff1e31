import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, closeNotebook, ended, eventually, openNotebook, run, showNotebook, start } from "./openNotebook.ts";

const declared = `import { experiment, llm, system, tokenF1 } from "optimas";
const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "passage"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 24 }, (_, i) => ({
  question: "Where was Ada" + i + " born?", passage: "Ada" + i + " was born in Town" + i + " in 18" + (10 + i) + ".", answer: "Town" + i,
}));
const e = experiment({
  system: system({ name: "resumed", components: [answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 12), validation: rows.slice(12) },
  reward: async (output, row) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return tokenF1(output.answer, row.answer);
  },
});`;
const optimize = "await e.optimize({ iterations: 10 })";

suite("a run whose process was killed", () => {
  test("is offered for resumption when its notebook is opened again, and goes on", async () => {
    const { statusOf } = await activated();
    const cells = ["process.pid", declared, optimize];
    const notebook = await openNotebook("resume/killed.optnb", cells);
    await run(notebook, 0, 2);
    const pid = Number(new TextDecoder().decode(notebook.cellAt(0).outputs[0]?.items[0]?.data));
    await start(notebook, 2, 3);
    const folder = join(notebook.uri.fsPath, "..", ".optimas", "runs");
    await eventually("an iteration has begun", async () =>
      (await statusOf(notebook.cellAt(2))).some((text) => /system runs/.test(text)),
    );
    process.kill(pid, "SIGKILL");
    await ended([notebook.cellAt(2)]);
    await closeNotebook(notebook);

    const again = await showNotebook(notebook.uri);
    const cell = again.cellAt(2);
    const offered = await eventually("resumption is offered", async () =>
      (await statusOf(cell)).find((text) => text.startsWith("Interrupted")),
    );
    assert.match(offered, /Resume$/);
    assert.equal(readdirSync(folder).length, 1);

    await vscode.commands.executeCommand("optimas.resumeRun", cell.document.uri.toString());
    await ended([cell]);
    assert.equal(cell.executionSummary?.success, true);
    assert.equal(readdirSync(folder).length, 1, "the run went on in its own folder");
    assert.ok(!(await statusOf(cell)).some((text) => text.startsWith("Interrupted")));
    assert.ok((await statusOf(cell)).includes("Simulated model, no cost"));
  });
});
