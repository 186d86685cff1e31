import * as vscode from "vscode";
import type { ComponentIndex } from "../index/componentIndex.ts";
import { nameOf } from "./componentWords.ts";
import { rangeOf } from "./definitionHover.ts";

/** The commands on the list of definitions itself: leading to the source, and searching again. */
export function registerDefinitionCommands(index: ComponentIndex): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand("optimas.goToDefinition", (given?: unknown) => goToDefinition(index, given)),
    vscode.commands.registerCommand("optimas.refreshComponents", () => index.searchAgain()),
  );
}

async function goToDefinition(index: ComponentIndex, given: unknown): Promise<void> {
  const id = idIn(given) ?? (await pickedDefinition(index));
  if (id === undefined) return;
  const definition = index.model.definition(id);
  if (definition === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("This definition is not in the source any more."));
    return;
  }
  const document = await index.documentAt(definition.at);
  const selection = rangeOf(definition.nameSpan);
  const notebook = vscode.workspace.notebookDocuments.find((one) =>
    one.getCells().some((cell) => cell.document === document),
  );
  if (notebook === undefined) {
    await vscode.window.showTextDocument(document, { selection, preview: true });
    return;
  }
  const cell = notebook.getCells().findIndex((one) => one.document === document);
  const selections = [new vscode.NotebookRange(cell, cell + 1)];
  const editor = await vscode.window.showNotebookDocument(notebook, { selections });
  editor.revealRange(
    new vscode.NotebookRange(cell, cell + 1),
    vscode.NotebookEditorRevealType.InCenterIfOutsideViewport,
  );
}

async function pickedDefinition(index: ComponentIndex): Promise<string | undefined> {
  await index.ready;
  const entries = index.model.definitions.map((definition) => ({
    label: nameOf(definition) ?? definition.kind,
    description: definition.kind,
    detail: vscode.workspace.asRelativePath(vscode.Uri.parse(definition.at.uri, true)),
    id: definition.id,
  }));
  if (entries.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No components were found in this workspace."));
    return undefined;
  }
  const title = vscode.l10n.t("Go to which definition?");
  return (await vscode.window.showQuickPick(entries, { title, matchOnDetail: true }))?.id;
}

function idIn(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null || !("definition" in given)) return undefined;
  return typeof given.definition === "string" ? given.definition : undefined;
}
