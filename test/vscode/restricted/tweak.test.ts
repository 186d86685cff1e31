import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, eventually, workspaceFile } from "../openNotebook.ts";

suite("the panel for trying values in a workspace that is not trusted", () => {
  test("is not opened, and no process is started for it", async () => {
    const { index, tweaks } = await activated();
    const text = `import { llm } from "optimas";
export const writer = llm({ name: "writer", inputs: ["a"], outputs: ["b"], prompt: "Write." });
throw new Error("this ran");`;
    const file = workspaceFile("tweakRestricted.ts", text);
    await index.refresh(file);
    const { id } = await eventually("it is found", () => index.inFile(file).find(({ name }) => name === "writer"));
    await vscode.commands.executeCommand("optimas.tweakComponent", { definition: id });
    assert.equal(tweaks.panelOf(id), undefined);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.equal(
      tabs.some(({ input }) => input instanceof vscode.TabInputWebview),
      false,
    );
  });
});
