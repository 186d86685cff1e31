import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { suite, teardown, test } from "mocha";
import * as vscode from "vscode";
import { closeNotebook, eventually, openNotebook, workspaceFile, workspaceFolder } from "./openNotebook.ts";

suite("names of cells", () => {
  let notebook: vscode.NotebookDocument | undefined;

  teardown(async () => {
    if (notebook !== undefined) await closeNotebook(notebook);
    notebook = undefined;
  });

  const document = (cell: number): vscode.TextDocument => {
    assert.ok(notebook);
    return notebook.cellAt(cell).document;
  };

  const underlined = (cell: number): string[] =>
    vscode.languages
      .getDiagnostics(document(cell).uri)
      .filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning)
      .map(({ message }) => message);

  const end = (cell: number): vscode.Position => {
    const text = document(cell);
    return text.positionAt(text.getText().length);
  };

  const offered = async (cell: number): Promise<string[]> => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document(cell).uri,
      end(cell),
    );
    return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
  };

  test("complete, check and lead from cell to cell", async () => {
    workspaceFile("local.ts", "export const local = 1;\n");
    notebook = await openNotebook("names.optnb", [
      'import { tokenF1 } from "optimas";\nimport { local } from "./local.ts";\nconst first = await Promise.resolve({ alpha: local });',
      "const first2 = tokenF1(String(first.alpha), display.name);\nconst third = first2;",
      "third.toFixed(process.pid);\nnowhere",
      "first2.",
    ]);
    await eventually("the last cell completes", async () => (await offered(3)).includes("toFixed"));
    // A server that was at work on other files already hears a moment later where declarations lie.
    const only = (messages: readonly string[]) =>
      messages.length === 1 && messages[0] === "Cannot find name 'nowhere'.";
    await eventually("the wrong name alone is underlined", () => only(underlined(2)));
    assert.deepEqual([...underlined(0), ...underlined(1)], []);

    const [definition] = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      "vscode.executeDefinitionProvider",
      document(3).uri,
      new vscode.Position(0, 2),
    );
    assert.ok(definition);
    const target = "targetUri" in definition ? definition.targetUri : definition.uri;
    assert.equal(target.toString(), document(1).uri.toString());
  });

  test("follow cells that change places", async () => {
    notebook = await openNotebook("places.optnb", ["moved.toFixed();", "const moved = 1;"]);
    await eventually("the name comes too late", () => underlined(0).includes("Cannot find name 'moved'."));
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, "const moved = 2;", "typescript");
    const edit = new vscode.WorkspaceEdit();
    edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(0, [cell])]);
    await vscode.workspace.applyEdit(edit);
    await eventually("the name is known", () => underlined(1).length === 0);
  });
});

suite("the SDK in ordinary files", () => {
  const underlined = ({ uri }: vscode.TextDocument): string[] =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning)
      .map(({ message }) => message);

  const edit = async (document: vscode.TextDocument, text: string): Promise<void> => {
    const change = new vscode.WorkspaceEdit();
    const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
    change.replace(document.uri, all, text);
    await vscode.workspace.applyEdit(change);
  };

  const projects = {
    "without a configuration": undefined,
    "of a project":
      '{ "compilerOptions": { "strict": true, "module": "nodenext", "allowImportingTsExtensions": true } }',
  };
  for (const [kind, configuration] of Object.entries(projects)) {
    test(`is found from the example's system ${kind}, where nobody installed it`, async () => {
      const folder = `sdk ${kind}`;
      const extension = vscode.extensions.getExtension("optimas.optimas");
      assert.ok(extension);
      cpSync(join(extension.extensionPath, "examples/hotpotqa"), join(workspaceFolder(), folder), { recursive: true });
      if (configuration !== undefined) workspaceFile(`${folder}/tsconfig.json`, configuration);
      const uri = vscode.Uri.file(join(workspaceFolder(), folder, "system.ts"));
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);

      // Only declarations that were found can tell that no step gives this field.
      const sound = document.getText();
      await edit(document, sound.replace('outputs: ["answer"],\n});', 'outputs: ["reply"],\n});'));
      assert.notEqual(document.getText(), sound);
      await eventually("the missing field is underlined", () => underlined(document).length > 0);
      assert.deepEqual(
        underlined(document).filter((message) => !/answer|reply/.test(message)),
        [],
      );
      await edit(document, sound);
      await eventually("nothing is underlined", () => underlined(document).length === 0);

      await edit(document, `import { tok } from "optimas";\n${sound}`);
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        uri,
        new vscode.Position(0, "import { tok".length),
      );
      const offered = list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
      assert.ok(offered.includes("tokenF1"), offered.join());
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    });
  }
});
