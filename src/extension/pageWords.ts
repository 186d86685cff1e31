import * as vscode from "vscode";
import type { WordsMessage } from "../run/wordsMessage.ts";

/** The words of the editor's language for pages, which cannot ask the editor; undefined where it speaks English. */
export function pageWords(): WordsMessage | undefined {
  const messages = vscode.l10n.bundle;
  return messages && { type: "words", language: vscode.env.language, messages };
}
