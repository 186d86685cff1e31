import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { activated } from "./openNotebook.ts";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

suite("once it is activated, the extension", () => {
  test("has all its commands at work, before anything was searched or read", async () => {
    const { index } = await activated();
    const extension = vscode.extensions.getExtension<unknown>("optimas.optimas");
    assert.ok(extension);
    const { commands, views } = (extension.packageJSON as Manifest).contributes;
    const registered = new Set(await vscode.commands.getCommands(true));
    const wanted = [
      ...commands.map(({ command }) => command),
      ...Object.values(views).flatMap((some) => some.map(({ id }) => `${id}.focus`)),
    ];
    assert.ok(wanted.length > 30);
    assert.deepEqual(
      wanted.filter((id) => !registered.has(id)),
      [],
    );
    await index.ready;
  });
});
