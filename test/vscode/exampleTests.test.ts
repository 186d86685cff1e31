import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import type { ExampleResult } from "../../src/extension/examples/exampleRuns.ts";
import { activated, eventually, workspaceFile } from "./openNotebook.ts";

/** Rows whose names say what happens to them. @param k what the answer is multiplied by; 1 gives what rows expect */
function experimentText(k: number): string {
  return `import { component, experiment, options, range, system } from "optimas";
const doer = component({
  name: "doer", description: "Does what it is told.", inputs: ["task", "number"], outputs: ["answer"],
  variable: options({ k: range(1, 9, { integer: true }) }, { k: ${k} }),
  run: async ({ task, number }, { variable, signal }) => {
    if (task === "throw") throw new Error("as it was told");
    if (task === "die") process.exit(3);
    if (task === "wait") await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    return { answer: String(Number(number) * variable.k) };
  },
});
const row = (id, task, number, answer = number) => ({ id, task, number, answer });
export default experiment({
  system: system({ name: "doing", components: [doer], outputs: ["answer"] }),
  data: {
    train: [row("t", "double", "5")],
    validation: [
      row("right", "double", "2"), row("half", "double", "3", "6"), row("wrong", "double", "4", "40"),
      row("throws", "throw", "5"), row("waits", "wait", "6"), row("dies", "die", "7"),
    ],
  },
  reward: ({ answer }, example) => (answer === example.answer ? 1 : Number(answer) === Number(example.answer) / 2 ? 0.5 : 0),
});
`;
}

async function writtenExperiment(name: string, k = 1): Promise<{ file: vscode.Uri; item: vscode.TestItem }> {
  const file = workspaceFile(name, experimentText(k));
  const { index, examples } = await activated();
  await index.ready;
  await index.refresh(file);
  const item = await eventually("the experiment is a test item", () =>
    [...examples.controller.items].map(([, one]) => one).find(({ uri }) => uri?.toString() === file.toString()),
  );
  return { file, item };
}

async function opened(item: vscode.TestItem): Promise<Readonly<Record<string, vscode.TestItem>>> {
  const { examples } = await activated();
  await examples.controller.resolveHandler?.(item);
  assert.equal(item.error, undefined);
  return Object.fromEntries([...item.children].map(([, child]) => [child.label, child]));
}

async function runTests(
  items: readonly (vscode.TestItem | undefined)[],
  given: { readonly token?: vscode.CancellationToken } = {},
): Promise<(item: vscode.TestItem | undefined) => ExampleResult | undefined> {
  const { examples } = await activated();
  const include = items.filter((item) => item !== undefined);
  assert.equal(include.length, items.length);
  const token = given.token ?? new vscode.CancellationTokenSource().token;
  await examples.profile.runHandler(new vscode.TestRunRequest(include), token);
  const { runs } = await examples.explorer();
  return (item) => (item === undefined ? undefined : runs.resultOf(item.id));
}

suite("examples in the Test Explorer", () => {
  test("stand where their experiment is written, and appear when it is opened", async () => {
    const { item } = await writtenExperiment("examples/rows/experiment.ts");
    assert.equal(item.label, "doing");
    assert.equal(
      item.range?.start.line,
      experimentText(1)
        .split("\n")
        .findIndex((line) => line.includes("experiment({")),
    );
    assert.equal(item.children.size, 0);
    const rows = await opened(item);
    assert.deepEqual(Object.keys(rows), ["right", "half", "wrong", "throws", "waits", "dies"]);
    assert.equal(rows.right?.description, "double · 2 · 2");
  });

  test("pass, fail and break off, and lead to what happened", async () => {
    const { item } = await writtenExperiment("examples/verdicts/experiment.ts");
    const { right, half, wrong, throws } = await opened(item);
    const resultOf = await runTests([right, half, wrong, throws]);
    assert.deepEqual(
      [right, half, wrong, throws].map((row) => resultOf(row)?.verdict.kind),
      ["passed", "passed", "failed", "errored"],
    );
    const broken = resultOf(throws);
    assert.ok(broken?.verdict.kind === "errored" && broken.verdict.words.startsWith("doer failed: as it was told"));
    assert.equal(half?.description, "0.500 · double · 3 · 6");
    await vscode.commands.executeCommand("optimas.openTrajectory", wrong);
    const shown = await eventually("the trajectory is shown", () => {
      const { document } = vscode.window.activeTextEditor ?? {};
      return document?.uri.scheme === "optimas-trajectory" ? document : undefined;
    });
    assert.equal(shown.languageId, "optimas-trajectory");
    assert.ok(shown.getText().startsWith("doing, row wrong\nScore: 0.000\n"), shown.getText());
    assert.ok(shown.getText().includes("1. doer\n    Value\n        k = 1\n"), shown.getText());
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  });

  test("fail when they score less than before, until the new score is accepted", async () => {
    const { file, item } = await writtenExperiment("examples/changed/experiment.ts");
    const { right } = await opened(item);
    const resultOf = await runTests([right]);
    assert.equal(resultOf(right)?.verdict.kind, "passed");
    const text = await vscode.workspace.openTextDocument(file);
    const edit = new vscode.WorkspaceEdit();
    const all = new vscode.Range(0, 0, text.lineCount, 0);
    edit.replace(file, all, experimentText(1).replace('"right", "double", "2"', '"right", "double", "2", "4"'));
    await vscode.workspace.applyEdit(edit);
    await text.save();
    // Under the same name stands another row now: there is nothing to hold it against.
    await runTests([right]);
    assert.deepEqual([resultOf(right)?.verdict.kind, resultOf(right)?.known], ["passed", undefined]);
    const doubled = new vscode.WorkspaceEdit();
    const changed = text.getText().replace("{ k: 1 }", "{ k: 2 }");
    doubled.replace(file, new vscode.Range(0, 0, text.lineCount, 0), changed);
    await vscode.workspace.applyEdit(doubled);
    await text.save();
    await runTests([right]);
    assert.equal(right?.description, "0.500 → 1.000 · double · 2 · 4");
    const back = new vscode.WorkspaceEdit();
    back.replace(file, new vscode.Range(0, 0, text.lineCount, 0), changed.replace("{ k: 2 }", "{ k: 1 }"));
    await vscode.workspace.applyEdit(back);
    await text.save();
    await runTests([right]);
    const fallen = resultOf(right)?.verdict;
    assert.ok(
      fallen?.kind === "failed" && fallen.words.startsWith("Score 1.000 → 0.500 (-0.500)"),
      JSON.stringify(fallen),
    );
    await runTests([right]);
    assert.equal(resultOf(right)?.verdict.kind, "failed");
    await vscode.commands.executeCommand("optimas.acceptScore", right);
    await runTests([right]);
    assert.equal(resultOf(right)?.verdict.kind, "passed");
  });

  test("stop when the run is cancelled, and can be run again", async () => {
    const { item } = await writtenExperiment("examples/cancelled/experiment.ts");
    const { right, waits } = await opened(item);
    const source = new vscode.CancellationTokenSource();
    const { examples } = await activated();
    const running = runTests([waits, right], { token: source.token });
    const { runs } = await examples.explorer();
    await eventually("the other row has come to its end", () => runs.resultOf(right?.id ?? ""));
    source.cancel();
    const resultOf = await running;
    assert.equal(resultOf(waits), undefined);
    assert.equal(resultOf(right)?.verdict.kind, "passed");
    await runTests([right]);
  });

  test("of one run go on when another one is cancelled", async () => {
    const { item } = await writtenExperiment("examples/two/experiment.ts");
    const { right, half, waits } = await opened(item);
    const [first, second] = [new vscode.CancellationTokenSource(), new vscode.CancellationTokenSource()];
    const { runs } = await (await activated()).examples.explorer();
    const running = runTests([right, waits], { token: first.token });
    await eventually("the first run is under way", () => runs.resultOf(right?.id ?? ""));
    let firstEnded = false;
    void running.then(() => {
      firstEnded = true;
    });
    const other = runTests([half], { token: second.token });
    second.cancel();
    const resultOf = await other;
    assert.equal(resultOf(half), undefined);
    assert.equal(firstEnded, false);
    first.cancel();
    await running;
    assert.equal(resultOf(waits), undefined);
  });

  test("end with their kernel when it dies, and the next ones have a new one", async () => {
    const { item } = await writtenExperiment("examples/died/experiment.ts");
    const { right, dies } = await opened(item);
    const resultOf = await runTests([dies]);
    assert.equal(resultOf(dies), undefined);
    await runTests([right]);
    assert.equal(resultOf(right)?.verdict.kind, "passed");
  });

  test("are run by the editor's own commands", async () => {
    const { file, item } = await writtenExperiment("examples/own/experiment.ts");
    // Rows that wait, or end the kernel, are for others.
    workspaceFile("examples/own/experiment.ts", experimentText(1).replace(/row\("throws".*\n/, "\n"));
    await (await activated()).index.refresh(file);
    const { right, wrong } = await opened(item);
    assert.equal(item.children.size, 3);
    const { examples } = await activated();
    const { runs } = await examples.explorer();
    const line = item.range?.start.line ?? 0;
    const editor = await vscode.window.showTextDocument(file);
    editor.selection = new vscode.Selection(line, 0, line, 0);
    await vscode.commands.executeCommand("testing.runAtCursor");
    await eventually("all rows were run", () => runs.resultOf(right?.id ?? "") && runs.resultOf(wrong?.id ?? ""));
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  });

  test("say why there are none where the experiment cannot be opened", async () => {
    const { item } = await writtenExperiment("examples/broken/experiment.ts");
    const file = workspaceFile("examples/broken/experiment.ts", `throw new Error("not today");\n${experimentText(1)}`);
    const { examples, index } = await activated();
    await index.refresh(file);
    await examples.controller.resolveHandler?.(item);
    assert.ok(String(item.error).includes("not today"), String(item.error));
    assert.equal(item.children.size, 0);
  });
});
