import * as vscode from "vscode";
import type { AskEditorModel } from "../../notebook/kernelEditorModels.ts";
import { askEditorModel } from "./editorModels.ts";
import { FirstRequests } from "./firstRequests.ts";

/** One for the window: the user is asked once, whatever kernels ask meanwhile. */
const firstRequests = new FirstRequests(() => performance.now());

/** Asks models of this window's editor. */
export function windowModels(context: vscode.ExtensionContext): AskEditorModel {
  const parts = {
    editor: vscode,
    access: context.languageModelAccessInformation,
    firstRequests,
    isTrusted: () => vscode.workspace.isTrusted,
  };
  return (request, signal) => askEditorModel(parts, request, signal);
}
