import type ts from "typescript-services";
import type { Decoration } from "./decoration.ts";
import type { Cell } from "./notebookCells.ts";

/**
 * Changes as they apply to the text that a person sees. New imports that the server would put beside the tail's go behind
 * the cell's own imports.
 * @returns undefined when some change would touch the tail in another way, and the whole must not be offered
 */
export function shownChanges(
  { cells, specifiers }: Decoration,
  changes: readonly ts.FileTextChanges[],
): ts.FileTextChanges[] | undefined {
  const shown: ts.FileTextChanges[] = [];
  for (const change of changes) {
    const cell = cells.get(change.fileName);
    if (cell === undefined) {
      shown.push(change);
      continue;
    }
    const textChanges = change.textChanges.map((edit) =>
      shownEdit(cell, { ...edit, newText: specifiers.inText(cell, edit.newText) }),
    );
    if (!textChanges.every((edit) => edit !== undefined)) return undefined;
    shown.push({ ...change, textChanges });
  }
  return shown;
}

function shownEdit(cell: Cell, edit: ts.TextChange): ts.TextChange | undefined {
  const { text, importsEnd } = cell.source;
  const { start, length } = edit.span;
  const isImport = /^\s*import\b/.test(edit.newText);
  if (start + length <= text.length && !(isImport && start === text.length && length === 0)) return edit;
  if (!isImport || length > 0) return undefined;
  const statement = edit.newText.trim();
  return importsEnd === 0
    ? { span: { start: 0, length: 0 }, newText: `${statement}\n` }
    : { span: { start: importsEnd, length: 0 }, newText: `\n${statement}` };
}

/** The edits of a single file, as formatting gives them, that lie in the text that a person sees. */
export function shownEdits(cell: Cell, edits: readonly ts.TextChange[]): ts.TextChange[] {
  return edits.filter(({ span }) => span.start + span.length <= cell.source.text.length);
}
