import * as vscode from "vscode";
import type { SourceLocation, TextSpan } from "../../detection/definition.ts";
import type { TextEdit } from "../../detection/textEdit.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { notebookOf } from "../index/cellLocations.ts";
import type { UpdateOrigin } from "./componentChange.ts";
import { type Documents, shownName } from "./sourceTexts.ts";
import { placeKey, type UpdatePlan } from "./updatePlan.ts";

/** Edits of the text at one place. */
export interface PlaceEdits {
  readonly at: SourceLocation;
  /** What previews say of an edit: whose value it writes, and where that comes from. */
  readonly edits: readonly (TextEdit & { readonly label?: string; readonly description?: string })[];
}

export function editsOf({ texts }: UpdatePlan, model: WorkspaceModel): PlaceEdits[] {
  return texts.map(({ at, edits }) => ({
    at,
    edits: edits.map(({ edit, changes }) => {
      const names = changes.map(({ definition }) => shownName(model.definition(definition), definition));
      const [{ origin } = {}] = changes;
      return { ...edit, label: names.join(", "), ...(origin && { description: originWords(origin) }) };
    }),
  }));
}

function originWords({ iteration, simulated }: UpdateOrigin): string {
  const words = vscode.l10n.t("update of iteration {0}", iteration);
  return simulated ? vscode.l10n.t("{0} (simulated model)", words) : words;
}

/**
 * Makes all edits as one that a single undo takes back. In a preview, the editor asks for each to be ticked. Files without
 * unsaved changes are saved, for runs read what is on the disk, and the user is told where one could not be; others are left
 * unsaved, for only their author knows whether the rest is finished.
 * @returns false where nothing was changed: the user left it all out of the preview, or a text was edited meanwhile
 */
export async function makeEdits(
  places: readonly PlaceEdits[],
  documents: Documents,
  preview: boolean,
): Promise<boolean> {
  const whole = new vscode.WorkspaceEdit();
  const touched = new Set<vscode.TextDocument>();
  for (const { at, edits } of places) {
    const document = documents.get(placeKey(at));
    if (document === undefined || typeof document === "string") throw new Error(`no document at ${placeKey(at)}`);
    touched.add(document);
    for (const { from, to, text, label = "", description } of edits) {
      const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
      const said = description === undefined ? { label } : { label, description };
      whole.replace(document.uri, range, text, { needsConfirmation: preview, ...said });
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
  const unsaved: string[] = [];
  for (const file of files) if (!(await file.save())) unsaved.push(vscode.workspace.asRelativePath(file.uri));
  if (unsaved.length === 0) return;
  const message = vscode.l10n.t(
    "The editor did not save {0}: the change stands in the editor alone, and runs read what is on the disk. Save it there.",
    unsaved.join(", "),
  );
  void vscode.window.showWarningMessage(message);
}
