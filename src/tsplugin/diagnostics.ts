import type ts from "typescript-services";
import { shownDiagnostics } from "./cellDiagnostics.ts";
import type { Decoration } from "./decoration.ts";
import type { Cell } from "./notebookCells.ts";

/**
 * Errors and suggestions about what a person wrote. VS Code throws away every semantic error of a notebook's cell, because
 * without this plugin most of them are false. So all errors of a cell come with its syntax errors, and none apart.
 */
export function diagnostics(decoration: Decoration): Partial<ts.LanguageService> {
  const { service, cells } = decoration;

  const syntaxErrors = (cell: Cell, found: readonly ts.DiagnosticWithLocation[]): ts.DiagnosticWithLocation[] => {
    if (cell.source.isObject) return [];
    // What closes the text for the server hides that it is not closed.
    if (cell.source.closers !== "") return [...cell.source.syntaxErrors];
    return found.filter(({ start }) => start < cell.source.text.length);
  };

  const errors = (cell: Cell): ts.DiagnosticWithLocation[] =>
    shownDiagnostics(cells, cell, service.getSemanticDiagnostics(cell.fileName)).filter(hasLocation);

  return {
    getSyntacticDiagnostics: (file) => {
      const found = service.getSyntacticDiagnostics(file);
      return decoration.about(file, "errors", found, (cell) => [...syntaxErrors(cell, found), ...errors(cell)]);
    },
    getSemanticDiagnostics: (file) => (cells.get(file) === undefined ? service.getSemanticDiagnostics(file) : []),
    getSuggestionDiagnostics: (file) => {
      const found = service.getSuggestionDiagnostics(file);
      return decoration.about(file, "suggestions", found, (cell) => shownDiagnostics(cells, cell, found));
    },
  };
}

function hasLocation(diagnostic: ts.Diagnostic): diagnostic is ts.DiagnosticWithLocation {
  return diagnostic.file !== undefined && diagnostic.start !== undefined && diagnostic.length !== undefined;
}

/**
 * The server checks the visible part of a long file first, and again as a whole. For a cell the first would count twice.
 * Its method is missing in the server's public types.
 */
export function withoutRegions(decoration: Decoration): Record<string, unknown> {
  const { service, cells } = decoration;
  const checkRegion: unknown = Reflect.get(service, "getRegionSemanticDiagnostics");
  if (typeof checkRegion !== "function") return {};
  return {
    getRegionSemanticDiagnostics: (file: string, ...asked: unknown[]): unknown =>
      cells.get(file) === undefined ? Reflect.apply(checkRegion, service, [file, ...asked]) : undefined,
  };
}
