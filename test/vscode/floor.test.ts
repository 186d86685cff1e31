import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";

suite("the editor", () => {
  test("is the oldest that the extension supports, or newer", () => {
    const [major = 0, minor = 0] = vscode.version.split(".").map(Number);
    assert.ok(major > 1 || (major === 1 && minor >= 100), vscode.version);
  });

  test("trusts the workspace", () => assert.equal(vscode.workspace.isTrusted, true));
});
