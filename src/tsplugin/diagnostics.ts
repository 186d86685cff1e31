import type ts from "typescript-services";
import { shownDiagnostics } from "./cellDiagnostics.ts";
import type { Decoration } from "./decoration.ts";

/** Errors and suggestions about what a person wrote. */
export function diagnostics(decoration: Decoration): Partial<ts.LanguageService> {
  const { service, cells } = decoration;
  return {
    getSyntacticDiagnostics: (file) => {
      const found = service.getSyntacticDiagnostics(file);
      return decoration.about(file, "syntax errors", found, (cell) => {
        if (cell.source.isObject) return [];
        const inText = found.filter(({ start }) => start < cell.source.text.length);
        // What closes the text for the server hides that it is not closed.
        return cell.source.closers === "" ? inText : [...cell.source.syntaxErrors];
      });
    },
    getSemanticDiagnostics: (file) => {
      const found = service.getSemanticDiagnostics(file);
      return decoration.about(file, "errors", found, (cell) => shownDiagnostics(cells, cell, found));
    },
    getSuggestionDiagnostics: (file) => {
      const found = service.getSuggestionDiagnostics(file);
      return decoration.about(file, "suggestions", found, (cell) => shownDiagnostics(cells, cell, found));
    },
  };
}
