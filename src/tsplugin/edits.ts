import type ts from "typescript-services";
import { shownChanges, shownEdits } from "./cellEdits.ts";
import type { Decoration } from "./decoration.ts";

/** Changes that the server offers, without those to tails. */
export function edits(decoration: Decoration): Partial<ts.LanguageService> {
  const { service, cells, specifiers } = decoration;
  return {
    getCodeFixesAtPosition: (file, ...asked) => {
      const found = service.getCodeFixesAtPosition(file, ...asked);
      return decoration.anywhere("fixes", found, () => {
        const cell = cells.get(file);
        return found.flatMap((fix) => {
          const changes = shownChanges(decoration, fix.changes);
          if (changes === undefined) return [];
          const description = cell === undefined ? fix.description : specifiers.inText(cell, fix.description);
          return [{ ...fix, changes, description }];
        });
      });
    },
    getCombinedCodeFix: (...asked) => {
      const found = service.getCombinedCodeFix(...asked);
      return decoration.anywhere("fixes", found, () => ({
        ...found,
        changes: shownChanges(decoration, found.changes) ?? [],
      }));
    },
    getEditsForRefactor: (...asked) => {
      const found = service.getEditsForRefactor(...asked);
      return decoration.anywhere("a refactoring", found, () => {
        const changes = found && shownChanges(decoration, found.edits);
        return found && changes ? { ...found, edits: changes } : undefined;
      });
    },
    getApplicableRefactors: (file, ...asked) => {
      const found = service.getApplicableRefactors(file, ...asked);
      // A cell cannot be moved out of its notebook.
      return decoration.about(file, "refactorings", found, () =>
        found.filter(({ name }) => !name.startsWith("Move to")),
      );
    },
    organizeImports: (...asked) => {
      const found = service.organizeImports(...asked);
      return decoration.anywhere("imports in order", found, () =>
        found.map((change) => {
          const cell = cells.get(change.fileName);
          return cell === undefined ? change : { ...change, textChanges: shownEdits(cell, change.textChanges) };
        }),
      );
    },
    getEditsForFileRename: (...asked) => {
      const found = service.getEditsForFileRename(...asked);
      return decoration.anywhere("new names of files", found, () =>
        found.flatMap((change) => shownChanges(decoration, [change]) ?? []),
      );
    },
    getFormattingEditsForDocument: (file, ...asked) => {
      const found = service.getFormattingEditsForDocument(file, ...asked);
      return decoration.about(file, "formatting", found, (cell) => shownEdits(cell, found));
    },
    getFormattingEditsForRange: (file, ...asked) => {
      const found = service.getFormattingEditsForRange(file, ...asked);
      return decoration.about(file, "formatting", found, (cell) => shownEdits(cell, found));
    },
    getFormattingEditsAfterKeystroke: (file, ...asked) => {
      const found = service.getFormattingEditsAfterKeystroke(file, ...asked);
      return decoration.about(file, "formatting", found, (cell) => shownEdits(cell, found));
    },
  };
}
