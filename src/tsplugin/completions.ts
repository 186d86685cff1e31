import type ts from "typescript-services";
import { withoutAlias } from "./aliasText.ts";
import { shownChanges } from "./cellEdits.ts";
import { isCellFile } from "./cellFileName.ts";
import type { Decoration } from "./decoration.ts";
import type { Cell } from "./notebookCells.ts";

/** Names and types of earlier cells as if they stood in the cell that is written in. */
export function completions(decoration: Decoration): Partial<ts.LanguageService> {
  const { compiler, project, service, cells, specifiers, attempt } = decoration;

  /** Other cells are no modules to a person, and of the SDK only what it offers is meant for use. */
  const isOffered = ({ data }: ts.CompletionEntry): boolean => {
    if (data?.fileName === undefined) return true;
    if (isCellFile(data.fileName)) return false;
    return !specifiers.isDeclaredBySdk(data.fileName) || cells.isInSdk(data.exportName);
  };

  const shownSource = (cell: Cell, parts: readonly ts.SymbolDisplayPart[]): ts.SymbolDisplayPart[] =>
    parts.map((part) => ({ ...part, text: specifiers.shown(cell, part.text) }));

  return {
    getCompletionsAtPosition: (file, position, options, formatting) => {
      attempt(
        "preparing completions",
        () => {
          if (!cells.completeIn(file)) return;
          project.projectService.getScriptInfo(file)?.markContainingProjectsAsDirty();
          project.updateGraph();
        },
        () => {},
      );
      const answer = service.getCompletionsAtPosition(file, position, options, formatting);
      return decoration.about(file, "completions", answer, (cell) => {
        if (answer === undefined) return undefined;
        const entries = answer.entries.filter(isOffered).map((entry) => {
          if (entry.sourceDisplay !== undefined) {
            return { ...entry, sourceDisplay: shownSource(cell, entry.sourceDisplay) };
          }
          if (entry.kind !== compiler.ScriptElementKind.alias || entry.source !== undefined) return entry;
          return { ...entry, kind: cells.importedBy(cell, entry.name)?.kind ?? entry.kind };
        });
        return { ...answer, entries };
      });
    },
    getCompletionEntryDetails: (file, ...asked) => {
      const answer = service.getCompletionEntryDetails(file, ...asked);
      return decoration.about(file, "details of a completion", answer, (cell) => {
        if (answer === undefined) return undefined;
        const isOurs = cell.tail.imported.has(answer.name);
        const { codeActions, ...details } = answer;
        const actions = codeActions?.flatMap((action) => {
          const changes = shownChanges(decoration, action.changes);
          const description = specifiers.inText(cell, action.description);
          return changes === undefined ? [] : [{ ...action, description, changes }];
        });
        return {
          ...details,
          displayParts: (isOurs ? withoutAlias(details.displayParts) : undefined) ?? details.displayParts,
          ...(actions === undefined ? {} : { codeActions: actions }),
          ...(details.sourceDisplay && { sourceDisplay: shownSource(cell, details.sourceDisplay) }),
        };
      });
    },
    getQuickInfoAtPosition: (file, position) => {
      const answer = service.getQuickInfoAtPosition(file, position);
      return decoration.about(file, "quick info", answer, (cell) => {
        if (answer === undefined) return undefined;
        const { start, length } = answer.textSpan;
        const name = cell.source.text.slice(start, start + length);
        const parts = cell.tail.imported.has(name) ? withoutAlias(answer.displayParts) : answer.displayParts;
        return { ...answer, ...(parts === undefined ? {} : { displayParts: parts }) };
      });
    },
  };
}
