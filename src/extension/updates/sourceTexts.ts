import * as vscode from "vscode";
import type { Definition, SourceLocation } from "../../detection/definition.ts";
import type { EditedText } from "../../detection/valueLiteral.ts";
import { errorMessage } from "../../system/userError.ts";
import { notebookOf } from "../index/cellLocations.ts";
import type { DefinitionSource } from "../index/definitionSource.ts";
import { componentOf } from "../index/workspaceComponent.ts";
import type { TextAt } from "./appliedUpdates.ts";
import type { ComponentChange } from "./componentChange.ts";
import { type PlannedChange, placeKey, placesOf, planUpdate, type UpdatePlan } from "./updatePlan.ts";

/** A plan, and the documents that it was made on. */
export interface DocumentPlan extends UpdatePlan {
  readonly planned: readonly PlannedChange[];
  readonly documents: Documents;
}

/** Documents by the key of their place; a text where one cannot be opened says why. */
export type Documents = ReadonlyMap<string, vscode.TextDocument | string>;

/** Detection may find that a value stands elsewhere than it did; where it never comes to rest, the plan says so. */
const ATTEMPTS = 3;

/**
 * Plans changes on the texts as they are now, unsaved edits included: opens what they touch, lets it be detected anew, and
 * once more where that led to other texts or the text was edited meanwhile.
 */
export async function planOnDocuments(
  definitions: DefinitionSource,
  changes: readonly ComponentChange[],
): Promise<DocumentPlan> {
  await definitions.ready;
  let documents: Documents = new Map();
  for (let attempt = 1; ; attempt++) {
    const planned = plannedChanges(definitions, changes);
    const places = placesOf(planned);
    const known = places.every((place) => documents.has(placeKey(place)));
    if (known || attempt > ATTEMPTS) {
      const plan = planUpdate(planned, (place) => editedTextOf(documents.get(placeKey(place))));
      const moved = plan.refused.some(({ refusal }) => refusal.kind === "moved");
      if (!moved || attempt > ATTEMPTS) return { ...plan, planned, documents };
    }
    documents = await opened(definitions, places);
  }
}

/** The documents of places, with the definitions as their texts are now. */
export async function opened(
  definitions: DefinitionSource,
  places: readonly SourceLocation[],
): Promise<Map<string, vscode.TextDocument | string>> {
  const documents = new Map<string, vscode.TextDocument | string>();
  for (const place of places) documents.set(placeKey(place), await openedAt(definitions, place));
  const texts = [...documents.values()].filter((document) => typeof document !== "string");
  await Promise.all(texts.map(({ uri }) => definitions.refresh(uri)));
  return documents;
}

async function openedAt(definitions: DefinitionSource, place: SourceLocation): Promise<vscode.TextDocument | string> {
  try {
    return await definitions.documentAt(place);
  } catch (error) {
    return errorMessage(error);
  }
}

function plannedChanges({ model }: DefinitionSource, changes: readonly ComponentChange[]): PlannedChange[] {
  return changes.map((change) => ({ change, definition: componentOf(model, change.definition) }));
}

/** The text of a document as edits of values take it; where it cannot be opened, why. */
export function editedTextOf(document: vscode.TextDocument | string | undefined): EditedText | string {
  if (document === undefined || typeof document === "string") return document ?? "";
  const language = document.languageId === "python" ? "python" : "typescript";
  // In other encodings than Unicode's, characters without a place would be saved as question marks.
  return { text: document.getText(), language, asciiOnly: !/^(?:utf|ucs)/i.test(document.encoding) };
}

/** What stands at places now. */
export function textsOf(documents: Documents): TextAt {
  return (place) => {
    const document = documents.get(placeKey(place));
    return document === undefined || typeof document === "string" ? undefined : document.getText();
  };
}

/** The documents that a plan writes to. */
export function documentsOf({ texts, documents }: DocumentPlan): vscode.TextDocument[] {
  return texts.flatMap(({ at }) => {
    const document = documents.get(placeKey(at));
    return document === undefined || typeof document === "string" ? [] : [document];
  });
}

/** What people call a definition. */
export function shownName(definition: Definition | undefined, id: string): string {
  return definition?.name ?? definition?.binding ?? id.slice(id.lastIndexOf("#") + 1);
}

/** How messages name a document: its path in the workspace, and the number of a cell. */
export function documentName({ uri }: vscode.TextDocument): string {
  const notebook = notebookOf(uri);
  const path = vscode.workspace.asRelativePath(notebook?.uri ?? uri);
  const cell = notebook?.getCells().find(({ document }) => document.uri.toString() === uri.toString());
  return cell === undefined ? path : vscode.l10n.t("{0}, cell {1}", path, cell.index + 1);
}
