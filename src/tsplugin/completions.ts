import type ts from "typescript-services";
import { withoutAlias } from "./aliasText.ts";
import { shownChanges } from "./cellEdits.ts";
import { isCellFile } from "./cellFileName.ts";
import type { Decoration } from "./decoration.ts";

/** Names and types of earlier cells as if they stood in the cell that is written in. */
export function completions(decoration: Decoration): Partial<ts.LanguageService> {
  const { compiler, project, service, cells, attempt } = decoration;
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
        const entries = answer.entries
          .filter(({ data }) => data?.fileName === undefined || !isCellFile(data.fileName))
          .map((entry) => {
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
          const changes = shownChanges(cells, action.changes);
          return changes === undefined ? [] : [{ ...action, changes }];
        });
        return {
          ...details,
          displayParts: (isOurs ? withoutAlias(details.displayParts) : undefined) ?? details.displayParts,
          ...(actions === undefined ? {} : { codeActions: actions }),
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
