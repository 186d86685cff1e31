import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, eventually, workspaceFile, workspaceFolder } from "../openNotebook.ts";

suite("examples in Restricted Mode", () => {
  test("are not read and not run, and the experiment says why", async () => {
    const proof = join(workspaceFolder(), "examplesRan.txt");
    const file = workspaceFile(
      "restrictedExamples.ts",
      `import { experiment, llm, system } from "optimas";
import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(proof)}, "ran");
const answerer = llm({ name: "answerer", description: "Answers.", inputs: ["q"], outputs: ["a"], prompt: "Answer." });
export default experiment({
  system: system({ name: "untrusted", components: [answerer], outputs: ["a"] }),
  data: { train: [{ q: "1" }], validation: [{ q: "2" }] },
  reward: () => 1,
});
`,
    );
    const { index, examples } = await activated();
    await index.ready;
    await index.refresh(file);
    const item = await eventually("the experiment is listed", () =>
      [...examples.controller.items].map(([, one]) => one).find(({ label }) => label === "untrusted"),
    );
    await examples.controller.resolveHandler?.(item);
    const { error } = item;
    assert.ok(error instanceof vscode.MarkdownString && error.value.includes("Restricted Mode"), String(error));
    const { token } = new vscode.CancellationTokenSource();
    await examples.profile.runHandler(new vscode.TestRunRequest([item]), token);
    assert.equal(item.children.size, 0);
    assert.equal(existsSync(proof), false);
  });
});
