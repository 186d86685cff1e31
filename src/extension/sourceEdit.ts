import * as vscode from "vscode";
import type { SourceLocation, TextSpan } from "../detection/definition.ts";
import type { TextEdit } from "../detection/textEdit.ts";
import { notebookOf } from "./cellLocations.ts";
import type { Documents } from "./sourceTexts.ts";
import { placeKey, type UpdatePlan } from "./updatePlan.ts";

/** Edits of the text at one place. */
export interface PlaceEdits {
  readonly at: SourceLocation;
  readonly edits: readonly TextEdit[];
}

export function editsOf({ texts }: UpdatePlan): PlaceEdits[] {
  return texts.map(({ at, edits }) => ({ at, edits: edits.map(({ edit }) => edit) }));
}

/**
 * Makes all edits as one that a single undo takes back. Files without unsaved changes are saved, for runs read what is on
 * the disk; others are left unsaved, for only their author knows whether the rest is finished.
 * @param label what previews call the edit
 * @returns false where nothing was changed: the user left it all out of the preview, or a text was edited meanwhile
 */
export async function makeEdits(
  places: readonly PlaceEdits[],
  documents: Documents,
  { preview, label }: { readonly preview: boolean; readonly label: string },
): Promise<boolean> {
  const whole = new vscode.WorkspaceEdit();
  const touched = new Set<vscode.TextDocument>();
  for (const { at, edits } of places) {
    const document = documents.get(placeKey(at));
    if (document === undefined || typeof document === "string") throw new Error(`no document at ${placeKey(at)}`);
    touched.add(document);
    for (const { from, to, text } of edits) {
      const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
      whole.replace(document.uri, range, text, { needsConfirmation: preview, label });
    }
  }
  const clean = [...touched].filter((document) => !hasUnsavedChanges(document));
  if (!(await vscode.workspace.applyEdit(whole))) {
    const message = vscode.l10n.t("The editor did not make the change: the text was edited meanwhile. Try again.");
    if (!preview) void vscode.window.showWarningMessage(message);
    return false;
  }
  await saveAll(clean);
  return true;
}

/** Leads the user to a stretch of a text. */
export async function showPlace(document: vscode.TextDocument, span: TextSpan | undefined): Promise<void> {
  const notebook = notebookOf(document.uri);
  const cell = notebook?.getCells().find((one) => one.document.uri.toString() === document.uri.toString());
  if (notebook !== undefined && cell !== undefined) {
    const selections = [new vscode.NotebookRange(cell.index, cell.index + 1)];
    await vscode.window.showNotebookDocument(notebook, { selections });
    return;
  }
  const selection =
    span === undefined
      ? undefined
      : new vscode.Range(span.start.line, span.start.character, span.end.line, span.end.character);
  await vscode.window.showTextDocument(document, selection === undefined ? {} : { selection });
}

function hasUnsavedChanges(document: vscode.TextDocument): boolean {
  const notebook = notebookOf(document.uri);
  return document.isUntitled || document.isDirty || notebook?.isDirty === true || notebook?.isUntitled === true;
}

/** The editor's own setting for files that a refactoring changed says whether. */
async function saveAll(documents: readonly vscode.TextDocument[]): Promise<void> {
  if (!vscode.workspace.getConfiguration("files").get("refactoring.autoSave", true)) return;
  const files = new Set(documents.map((document) => notebookOf(document.uri) ?? document));
  for (const file of files) await file.save();
}
