import * as vscode from "vscode";
import type { Definition, TextSpan } from "../../detection/definition.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";
import type { EditorFacts } from "./editorFacts.ts";

const LANGUAGES = ["typescript", "typescriptreact", "javascript", "javascriptreact", "python"];
const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-vfs"];

/** What is known of a definition, where the mouse is over its names or over the line that it begins on. */
export function registerDefinitionHover(index: ComponentIndex, facts: EditorFacts): vscode.Disposable {
  const selector = LANGUAGES.flatMap((language) => SCHEMES.map((scheme) => ({ language, scheme })));
  return vscode.languages.registerHoverProvider(selector, {
    async provideHover(document, position) {
      const range = quotedAt(document, position);
      const quoted = range && document.getText(range).slice(1, -1);
      const definition = index.inDocument(document).find((found) => isMeant(found, position, quoted));
      if (definition === undefined) return undefined;
      const { hoverCommands, hoverText } = await import("./hoverText.ts");
      const { model } = index;
      const trusted = vscode.workspace.isTrusted;
      const text = new vscode.MarkdownString(hoverText(definition, { model, facts, trusted, l10n: vscode.l10n }));
      text.supportHtml = true;
      text.isTrusted = trusted ? { enabledCommands: hoverCommands } : false;
      return new vscode.Hover(text, quoted === definition.name ? range : rangeOf(definition.nameSpan));
    },
  });
}

/** Over what it is bound to, over the line that it begins on, or over the name that it is declared with. */
function isMeant({ span, nameSpan, name }: Definition, position: vscode.Position, quoted: string | undefined): boolean {
  if (rangeOf(nameSpan).contains(position)) return true;
  if (!rangeOf(span).contains(position)) return false;
  return position.line === span.start.line || (quoted !== undefined && quoted === name);
}

function quotedAt(document: vscode.TextDocument, position: vscode.Position): vscode.Range | undefined {
  return document.getWordRangeAtPosition(position, /"[^"\n]*"|'[^'\n]*'/);
}

/** The stretch of a document that a span means. */
export function rangeOf({ start, end }: TextSpan): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
