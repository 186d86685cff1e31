import * as vscode from "vscode";
import type { Definition, TextSpan } from "../detection/definition.ts";
import type { ComponentIndex } from "./componentIndex.ts";
import type { EditorFacts } from "./editorFacts.ts";

const LANGUAGES = ["typescript", "typescriptreact", "javascript", "javascriptreact", "python"];
const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-vfs"];

/** What is known of a definition, where the mouse is over its name or over the line that it begins on. */
export function registerDefinitionHover(index: ComponentIndex, facts: EditorFacts): vscode.Disposable {
  const selector = LANGUAGES.flatMap((language) => SCHEMES.map((scheme) => ({ language, scheme })));
  return vscode.languages.registerHoverProvider(selector, {
    async provideHover(document, position) {
      const definition = index.inDocument(document).find((found) => isMeant(found, position));
      if (definition === undefined) return undefined;
      const { hoverCommands, hoverText } = await import("./hoverText.ts");
      const { model } = index;
      const trusted = vscode.workspace.isTrusted;
      const text = new vscode.MarkdownString(hoverText(definition, { model, facts, trusted, l10n: vscode.l10n }));
      text.supportHtml = true;
      text.isTrusted = trusted ? { enabledCommands: hoverCommands } : false;
      return new vscode.Hover(text, rangeOf(definition.nameSpan));
    },
  });
}

function isMeant({ span, nameSpan }: Definition, position: vscode.Position): boolean {
  if (rangeOf(nameSpan).contains(position)) return true;
  return position.line === span.start.line && rangeOf(span).contains(position);
}

/** The stretch of a document that a span means. */
export function rangeOf({ start, end }: TextSpan): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
