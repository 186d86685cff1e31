import type { LanguageModel } from "../languageModel.ts";
import type { EditorModels } from "../modelAccess.ts";

/** One of the editor's own models: asked where the editor is, not from here. */
export function editorModel(model: string, models: EditorModels): LanguageModel {
  return {
    name: `vscode:${model}`,
    simulated: false,
    complete: (request, signal) => models.complete(model, request, signal),
  };
}
