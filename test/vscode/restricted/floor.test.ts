import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";

suite("the editor in Restricted Mode", () => {
  test("does not trust the workspace", () => assert.equal(vscode.workspace.isTrusted, false));
});
