import type ts from "typescript-services";
import { withoutAlias } from "./aliasText.ts";
import { shownChanges } from "./cellEdits.ts";
import { isCellFile } from "./cellFileName.ts";
import type { Decoration } from "./decoration.ts";
import type { Cell } from "./notebookCells.ts";

/** How the server orders names of the file itself among the others. */
const LOCAL = "11";

/** Names and types of earlier cells as if they stood in the cell that is written in. */
export function completions(decoration: Decoration): Partial<ts.LanguageService> {
  const { compiler, project, service, cells, sdk, specifiers, attempt } = decoration;
  const kinds = compiler.ScriptElementKind;

  /** Other cells are no modules to a person, and of the SDK only what it offers is meant for use. */
  const isOffered = ({ data }: ts.CompletionEntry): boolean => {
    if (data?.fileName === undefined) return true;
    if (isCellFile(data.fileName)) return false;
    return !sdk.has(data.fileName) || sdk.offers(data.exportName);
  };

  const shownParts = (cell: Cell, name: string, parts: ts.SymbolDisplayPart[]): ts.SymbolDisplayPart[] => {
    const declared = cells.importedBy(cell, name);
    if (declared === undefined) return parts;
    return withoutAlias(parts, { isFunction: declared.kind === kinds.functionElement });
  };

  /** The entries, and every imported value that is not among them. */
  const withImported = (cell: Cell, entries: ts.CompletionEntry[]): ts.CompletionEntry[] => {
    const present = new Set(entries.filter(({ source }) => source === undefined).map(({ name }) => name));
    const missing = [...cell.tail.imported.keys()].flatMap((name) => {
      const kind = cells.importedBy(cell, name)?.kind;
      const isType = kind === kinds.interfaceElement || kind === kinds.typeElement;
      return kind === undefined || isType || present.has(name) ? [] : [{ name, kind, sortText: LOCAL }];
    });
    return [...missing, ...entries];
  };

  /** What the server knows of an imported name where it stands in the tail. */
  const importedDetails = (cell: Cell, name: string): ts.CompletionEntryDetails | undefined => {
    const kind = cells.importedBy(cell, name)?.kind;
    const at = Math.max(cell.tail.text.indexOf(` ${name},`), cell.tail.text.indexOf(` ${name} }`));
    const info = service.getQuickInfoAtPosition(cell.fileName, cell.source.text.length + at + 1);
    if (kind === undefined || at === -1 || info === undefined) return undefined;
    const { displayParts = [], documentation, tags, kindModifiers } = info;
    return {
      name,
      kind,
      kindModifiers,
      displayParts: shownParts(cell, name, displayParts),
      ...(documentation && { documentation }),
      ...(tags && { tags }),
    };
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
          const { insertText, sourceDisplay } = entry;
          if (sourceDisplay !== undefined) {
            return {
              ...entry,
              sourceDisplay: shownSource(cell, sourceDisplay),
              ...(insertText !== undefined && { insertText: specifiers.inText(cell, insertText) }),
            };
          }
          if (entry.kind !== kinds.alias || entry.source !== undefined) return entry;
          return { ...entry, kind: cells.importedBy(cell, entry.name)?.kind ?? entry.kind };
        });
        // Before the first statement of a file the server forgets what it imports.
        const isForgotten = answer.isGlobalCompletion && position < Math.max(cell.source.codeStart, 1);
        return { ...answer, entries: isForgotten ? withImported(cell, entries) : entries };
      });
    },
    getCompletionEntryDetails: (file, position, name, ...asked) => {
      const answer = service.getCompletionEntryDetails(file, position, name, ...asked);
      return decoration.about(file, "details of a completion", answer, (cell) => {
        if (answer === undefined) return importedDetails(cell, name);
        const { codeActions, ...details } = answer;
        const actions = codeActions?.flatMap((action) => {
          const changes = shownChanges(decoration, action.changes);
          const description = specifiers.inText(cell, action.description);
          return changes === undefined ? [] : [{ ...action, description, changes }];
        });
        return {
          ...details,
          displayParts: shownParts(cell, answer.name, details.displayParts),
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
        const { displayParts: parts } = answer;
        return parts === undefined ? answer : { ...answer, displayParts: shownParts(cell, name, parts) };
      });
    },
  };
}
