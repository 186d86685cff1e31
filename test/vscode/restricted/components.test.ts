import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, eventually, workspaceFile } from "../openNotebook.ts";

const source = `import { llm } from "optimas";
export const writer = llm({ name: "writer", inputs: ["a"], outputs: ["b"], prompt: "Write." });
`;

suite("components in Restricted Mode", () => {
  test("are listed, and offer nothing that runs", async () => {
    const uri = workspaceFile("restricted.ts", source);
    const { index, views } = await activated();
    await index.ready;
    await index.refresh(uri);
    await eventually("the component is found", () => index.inFile(uri).length > 0);
    const file = views.trees.components.getChildren().find(({ label }) => label === "restricted.ts");
    assert.deepEqual(
      views.trees.components.getChildren(file).map(({ label, description }) => [label, description]),
      [["writer", "never fitted"]],
    );
    await vscode.workspace.openTextDocument(uri);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 10);
    assert.deepEqual(lenses, []);
    const position = new vscode.Position(1, 15);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, position);
    const texts = hovers.flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value));
    const text = texts.find((one) => one.includes("writer")) ?? "";
    assert.ok(text.includes("Variable"), texts.join("\n---\n"));
    assert.equal(text.includes("command:"), false);
  });
});
