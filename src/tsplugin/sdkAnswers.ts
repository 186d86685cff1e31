import type ts from "typescript-services";
import type { Attempt } from "./attempt.ts";
import { SdkImports } from "./sdkImports.ts";
import type { ShippedSdk } from "./shippedSdk.ts";

/** "... the referenced file is an ECMAScript module and cannot be imported with 'require'", of values and of types. */
const MODULE_FROM_COMMONJS: ReadonlySet<number> = new Set([1479, 1541, 1542]);

/** The server's answers about files that import the shipped SDK, as if it were installed. Other projects are untouched. */
export function sdkAnswers(service: ts.LanguageService, sdk: ShippedSdk, attempt: Attempt): ts.LanguageService {
  const imports = new SdkImports(sdk);
  const improve = <Answer>(what: string, answer: Answer, improved: () => Answer): Answer =>
    sdk.isUsed ? attempt(what, improved, () => answer) : answer;

  const answers: Partial<ts.LanguageService> = {
    getSemanticDiagnostics: (file) => withoutFormat(sdk, service.getSemanticDiagnostics(file)),
    getCompletionsAtPosition: (file, ...asked) => {
      const answer = service.getCompletionsAtPosition(file, ...asked);
      return improve("completions of the SDK", answer, () => answer && shownCompletions(file, answer));
    },
    getCompletionEntryDetails: (file, ...asked) => {
      const answer = service.getCompletionEntryDetails(file, ...asked);
      return improve("details of the SDK", answer, () => answer && shownDetails(file, answer));
    },
    getCodeFixesAtPosition: (file, ...asked) => {
      const found = service.getCodeFixesAtPosition(file, ...asked);
      return improve("imports of the SDK", found, () => shownFixes(file, found));
    },
    getCombinedCodeFix: (...asked) => {
      const found = service.getCombinedCodeFix(...asked);
      return improve("imports of the SDK", found, () => ({ ...found, changes: imports.inChanges(found.changes) }));
    },
    getEditsForRefactor: (...asked) => {
      const found = service.getEditsForRefactor(...asked);
      return improve("imports of the SDK", found, () => found && { ...found, edits: imports.inChanges(found.edits) });
    },
  };

  function shownCompletions(file: string, answer: ts.CompletionInfo): ts.CompletionInfo {
    const seen = new Set<string>();
    const entries = answer.entries.flatMap((entry) => {
      const { data, insertText, sourceDisplay } = entry;
      if (data?.fileName === undefined || !sdk.has(data.fileName)) return [entry];
      // The same export may come from the module and from the file that declares it.
      if (!sdk.offers(data.exportName) || seen.has(entry.name)) return [];
      seen.add(entry.name);
      return [
        {
          ...entry,
          ...(sourceDisplay && { sourceDisplay: shownSource(file, sourceDisplay) }),
          ...(insertText !== undefined && { insertText: imports.inText(file, insertText) }),
        },
      ];
    });
    return { ...answer, entries };
  }

  function shownDetails(file: string, answer: ts.CompletionEntryDetails): ts.CompletionEntryDetails {
    const { codeActions, sourceDisplay } = answer;
    const actions = codeActions?.map((action) => ({
      ...action,
      description: imports.inText(file, action.description),
      changes: imports.inChanges(action.changes),
    }));
    return {
      ...answer,
      ...(actions && { codeActions: actions }),
      ...(sourceDisplay && { sourceDisplay: shownSource(file, sourceDisplay) }),
    };
  }

  /** Several ways to the same import become one; a fix that would import what the SDK keeps to itself is none. */
  function shownFixes(file: string, found: readonly ts.CodeFixAction[]): ts.CodeFixAction[] {
    const seen = new Set<string>();
    return found.flatMap((fix) => {
      const changes = imports.inChanges(fix.changes);
      const description = imports.inText(file, fix.description);
      if (description === fix.description) return [{ ...fix, changes }];
      const isEmpty = changes.every(({ textChanges }) => textChanges.length === 0);
      if (isEmpty || seen.has(description)) return [];
      seen.add(description);
      return [{ ...fix, changes, description }];
    });
  }

  function shownSource(file: string, parts: readonly ts.SymbolDisplayPart[]): ts.SymbolDisplayPart[] {
    return parts.map((part) => ({ ...part, text: imports.shown(file, part.text) }));
  }

  return { ...service, ...answers, ...regionAnswers(service, sdk) };
}

/** The check of the visible part of a long file; its method is missing in the server's public types. */
function regionAnswers(service: ts.LanguageService, sdk: ShippedSdk): Record<string, unknown> {
  const checkRegion: unknown = Reflect.get(service, "getRegionSemanticDiagnostics");
  if (typeof checkRegion !== "function") return {};
  return {
    getRegionSemanticDiagnostics: (...asked: unknown[]): unknown => {
      const answer: unknown = Reflect.apply(checkRegion, service, asked);
      if (!sdk.isUsed || typeof answer !== "object" || answer === null || !("diagnostics" in answer)) return answer;
      const { diagnostics } = answer;
      return Array.isArray(diagnostics) ? { ...answer, diagnostics: withoutFormat(sdk, diagnostics) } : answer;
    },
  };
}

/**
 * Runs load an experiment as a module whatever its package says, so an import of the SDK is sound in a file that the
 * compiler would make CommonJS of. With `require` it stays wrong.
 */
function withoutFormat(sdk: ShippedSdk, found: ts.Diagnostic[]): ts.Diagnostic[] {
  if (!sdk.isUsed || !found.some(({ code }) => MODULE_FROM_COMMONJS.has(code))) return found;
  return found.filter(({ code, file, start = 0, length = 0 }) => {
    if (!MODULE_FROM_COMMONJS.has(code) || file === undefined) return true;
    const isSdk = file.text.slice(start + 1, start + length - 1) === "optimas";
    return !isSdk || /\brequire\s*\(\s*$/.test(file.text.slice(0, start));
  });
}
