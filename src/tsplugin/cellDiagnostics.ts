import type ts from "typescript-services";
import type { Cell, NotebookCells } from "./notebookCells.ts";

/** "Cannot assign to 'x' because it is an import." */
const ASSIGNED_IMPORT = 2632;
/** "Cannot assign to 'x' because it is a constant." */
const ASSIGNED_CONSTANT = 2588;

/** "Cannot find name 'x'.", with and without advice. */
const UNKNOWN_NAME: ReadonlySet<number> = new Set([2304, 2552, 2580, 2582, 2583, 2584]);

/** "Unused label." and "Left side of comma operator is unused", which an object's properties look like. */
const OBJECT_AS_BLOCK: ReadonlySet<number> = new Set([7028, 2695]);

/** What of the server's findings about a cell is true for a person who runs cells one after the other. */
export function shownDiagnostics<Found extends ts.Diagnostic>(
  cells: NotebookCells,
  cell: Cell,
  found: readonly Found[],
): Found[] {
  const { text, functions, isObject, syntaxErrors } = cell.source;
  // As a block an object means something else, so nothing that is said about it holds.
  if (isObject && syntaxErrors.length > 0) return [];
  return found.flatMap((diagnostic) => {
    const { start = 0, length = 0, code } = diagnostic;
    if (start >= text.length && start > 0) return [];
    if (isObject && OBJECT_AS_BLOCK.has(code)) return [];
    const name = text.slice(start, start + length);
    const runsLater = functions.some(({ pos, end }) => pos <= start && start < end);
    if (UNKNOWN_NAME.has(code) && runsLater && cells.isDeclaredAfter(cell, name)) return [];
    const shown = cut(cells, cell, diagnostic);
    const declared = code === ASSIGNED_IMPORT ? cells.importedBy(cell, name) : undefined;
    if (declared === undefined) return [shown];
    const messageText = `Cannot assign to '${name}' because it is a constant.`;
    return declared.assignable ? [] : [{ ...shown, code: ASSIGNED_CONSTANT, messageText }];
  });
}

/** A finding, cut to what a person sees of it. */
function cut<Found extends ts.Diagnostic>(cells: NotebookCells, cell: Cell, diagnostic: Found): Found {
  const { start = 0, length = 0, relatedInformation } = diagnostic;
  const shown = { ...diagnostic, length: Math.min(length, cell.source.text.length - start) };
  if (relatedInformation === undefined) return shown;
  return {
    ...shown,
    relatedInformation: relatedInformation.filter(({ file, start: at = 0 }) => {
      const other = file === undefined ? undefined : cells.get(file.fileName);
      return other === undefined || at < other.source.text.length;
    }),
  };
}
