import type ts from "typescript-services";
import type { Cell, NotebookCells } from "./notebookCells.ts";

/** "Cannot assign to 'x' because it is an import." */
const ASSIGNED_IMPORT = 2632;

/** "Import declaration conflicts with local declaration of 'x'." */
const IMPORT_CONFLICT = 2440;

/** A name that is read before this cell declares it anew: block-scoped variable, class, enum, variable not yet assigned. */
const USED_BEFORE: ReadonlySet<number> = new Set([2448, 2449, 2450, 2454]);

/** "'x' implicitly has type 'any' because it is referenced in its own initializer", and its like. */
const CIRCULAR: ReadonlySet<number> = new Set([7022, 7023]);

/** What of the server's findings about a cell is true for a person who runs cells one after the other. */
export function shownDiagnostics<Found extends ts.Diagnostic>(
  cells: NotebookCells,
  cell: Cell,
  found: readonly Found[],
): Found[] {
  const { text } = cell.source;
  return found.flatMap((diagnostic) => {
    const { start = 0, length = 0, code } = diagnostic;
    if (start >= text.length && start > 0) return [];
    const name = text.slice(start, start + length);
    if (code === IMPORT_CONFLICT && cell.tail.imported.has(name)) return [];
    if ((USED_BEFORE.has(code) || CIRCULAR.has(code)) && cell.tail.redeclared.has(name)) return [];
    const cut = { ...diagnostic, length: Math.min(length, text.length - start) };
    if (diagnostic.relatedInformation !== undefined) {
      cut.relatedInformation = diagnostic.relatedInformation.filter(({ file, start: at = 0 }) => {
        const other = file === undefined ? undefined : cells.get(file.fileName);
        return other === undefined || at < other.source.text.length;
      });
    }
    if (code !== ASSIGNED_IMPORT) return [cut];
    const declared = cells.importedBy(cell, name);
    if (declared === undefined) return [cut];
    return declared.assignable
      ? []
      : [{ ...cut, code: 2588, messageText: `Cannot assign to '${name}' because it is a constant.` }];
  });
}
