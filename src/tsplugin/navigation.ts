import type ts from "typescript-services";
import type { Decoration } from "./decoration.ts";

/** Places in cells, without those in tails. */
export function navigation(decoration: Decoration): Partial<ts.LanguageService> {
  const { service, cells, shown } = decoration;
  return {
    getDefinitionAtPosition: (...asked) => {
      const found = service.getDefinitionAtPosition(...asked);
      return decoration.anywhere("definitions", found, () => found && shown.documentSpans(found));
    },
    getDefinitionAndBoundSpan: (...asked) => {
      const found = service.getDefinitionAndBoundSpan(...asked);
      return decoration.anywhere("definitions", found, () => {
        if (found?.definitions === undefined) return found;
        return { ...found, definitions: shown.documentSpans(found.definitions) };
      });
    },
    getTypeDefinitionAtPosition: (...asked) => {
      const found = service.getTypeDefinitionAtPosition(...asked);
      return decoration.anywhere("type definitions", found, () => found && shown.documentSpans(found));
    },
    getImplementationAtPosition: (...asked) => {
      const found = service.getImplementationAtPosition(...asked);
      return decoration.anywhere("implementations", found, () => found && shown.documentSpans(found));
    },
    getReferencesAtPosition: (...asked) => {
      const found = service.getReferencesAtPosition(...asked);
      return decoration.anywhere("references", found, () => found && shown.documentSpans(found));
    },
    getFileReferences: (...asked) => {
      const found = service.getFileReferences(...asked);
      return decoration.anywhere("references", found, () => shown.documentSpans(found));
    },
    findReferences: (...asked) => {
      const found = service.findReferences(...asked);
      return decoration.anywhere("references", found, () =>
        found
          ?.map((symbol) => ({
            definition: shown.documentSpans([symbol.definition])[0] ?? symbol.definition,
            references: shown.documentSpans(symbol.references),
          }))
          .filter(({ references }) => references.length > 0),
      );
    },
    findRenameLocations: (file, position, inStrings, inComments, preferences) => {
      const names = typeof preferences === "object" ? preferences : {};
      // With aliases, as the editor wants them for imports, a new name would end at the tail of the cell.
      const options = cells.get(file) === undefined ? names : { ...names, providePrefixAndSuffixTextForRename: false };
      const found = service.findRenameLocations(file, position, inStrings, inComments, options);
      return decoration.anywhere("places to rename", found, () => found && shown.documentSpans(found));
    },
    getDocumentHighlights: (...asked) => {
      const found = service.getDocumentHighlights(...asked);
      return decoration.anywhere("highlights", found, () =>
        found?.map((file) => ({
          ...file,
          highlightSpans: file.highlightSpans.filter(({ textSpan }) => shown.has(file.fileName, textSpan)),
        })),
      );
    },
    getNavigateToItems: (...asked) => {
      const found = service.getNavigateToItems(...asked);
      return decoration.anywhere("symbols", found, () => shown.documentSpans(found));
    },
    provideCallHierarchyIncomingCalls: (...asked) => {
      const found = service.provideCallHierarchyIncomingCalls(...asked);
      return decoration.anywhere("calls", found, () => found.map((call) => ({ ...call, from: shownCall(call.from) })));
    },
    provideCallHierarchyOutgoingCalls: (...asked) => {
      const found = service.provideCallHierarchyOutgoingCalls(...asked);
      return decoration.anywhere("calls", found, () => found.map((call) => ({ ...call, to: shownCall(call.to) })));
    },
    prepareCallHierarchy: (...asked) => {
      const found = service.prepareCallHierarchy(...asked);
      return decoration.anywhere("calls", found, () => {
        if (found === undefined) return undefined;
        return Array.isArray(found) ? found.map(shownCall) : shownCall(found);
      });
    },
    getOutliningSpans: (file) => {
      const found = service.getOutliningSpans(file);
      return decoration.about(file, "foldings", found, () =>
        found
          .filter(({ textSpan }) => shown.has(file, textSpan))
          .map((span) => ({
            ...span,
            textSpan: shown.clip(file, span.textSpan),
            hintSpan: shown.clip(file, span.hintSpan),
          })),
      );
    },
    getNavigationTree: (file) => {
      const found = service.getNavigationTree(file);
      return decoration.about(file, "outline", found, () => shownTree(file, found));
    },
    getSmartSelectionRange: (file, position) => {
      const found = service.getSmartSelectionRange(file, position);
      return decoration.about(file, "selection", found, () => shownSelection(file, found));
    },
    provideInlayHints: (file, ...asked) => {
      const found = service.provideInlayHints(file, ...asked);
      return decoration.about(file, "hints", found, (cell) =>
        found.filter((hint) => hint.position <= cell.source.text.length),
      );
    },
  };

  function shownCall(item: ts.CallHierarchyItem): ts.CallHierarchyItem {
    const { file, span, selectionSpan } = item;
    return { ...item, span: shown.clip(file, span), selectionSpan: shown.clip(file, selectionSpan) };
  }

  function shownTree(file: string, tree: ts.NavigationTree): ts.NavigationTree {
    const { childItems, ...item } = tree;
    const children = childItems
      ?.filter(({ spans }) => spans.some((span) => shown.has(file, span)))
      .map((child) => shownTree(file, child));
    return {
      ...item,
      spans: item.spans.map((span) => shown.clip(file, span)),
      ...(children === undefined ? {} : { childItems: children }),
    };
  }

  function shownSelection(file: string, { textSpan, parent }: ts.SelectionRange): ts.SelectionRange {
    const range = { textSpan: shown.clip(file, textSpan) };
    return parent === undefined ? range : { ...range, parent: shownSelection(file, parent) };
  }
}
