import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated, workspaceFile } from "../openNotebook.ts";

suite("the index of components in a workspace that is not trusted", () => {
  test("reads, for reading runs nothing", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const text = 'import { llm } from "optimas";\nexport const read = llm({ name: "read", prompt: "Read." });\n';
    const uri = workspaceFile("index/read.ts", text);
    const { index } = await activated();
    await index.ready;
    await index.refresh(uri);
    assert.deepEqual(
      index.inFile(uri).map(({ name }) => name),
      ["read"],
    );
  });
});
