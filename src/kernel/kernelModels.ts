import { consentResultSchema, kernelMessages } from "../notebook/kernelProtocol.ts";
import type { CellModels } from "../sdk/cellHost.ts";
import { kernelEditorModels } from "./kernelEditorModels.ts";
import { kernelGate } from "./kernelGate.ts";
import { kernelKeys } from "./kernelKeys.ts";
import type { ParentRequests } from "./parentRequests.ts";

/** What calls of models in cells get from the parent of the kernel. */
export function kernelModels(parent: ParentRequests): CellModels {
  return {
    gate: kernelGate(parent),
    keys: kernelKeys(parent),
    editorModels: kernelEditorModels(parent),
    consent: async (request, signal) =>
      consentResultSchema.parse(await parent.ask(kernelMessages.consent.method, request, signal)),
  };
}
