import type { EditorModels } from "../models/modelAccess.ts";
import { ModelFailure } from "../models/modelFailure.ts";
import { completeResultSchema, kernelMessages, refusedModelSchema } from "../notebook/kernelProtocol.ts";
import { ParentRefused, type ParentRequests } from "./parentRequests.ts";

/** The editor's models as code in a kernel asks them: over the channel to the extension host. */
export function kernelEditorModels(parent: Pick<ParentRequests, "ask">): EditorModels {
  return {
    async complete(model, { messages, temperature, maxTokens }, signal) {
      const params = { model, messages, temperature, maxTokens };
      try {
        return completed(await parent.ask(kernelMessages.complete.method, params, signal));
      } catch (thrown) {
        if (!(thrown instanceof ParentRefused)) throw thrown;
        const refused = refusedModelSchema.safeParse(thrown.data);
        // A parent that fails in a way of its own may be well again at the next attempt.
        throw new ModelFailure(refused.success ? refused.data.kind : "network", thrown.message, { cause: thrown });
      }
    },
  };
}

function completed(answer: unknown) {
  const { text, stop, usage } = completeResultSchema.parse(answer);
  const { inputTokens, outputTokens, estimated } = usage;
  return { text, stop, usage: { inputTokens, outputTokens, ...(estimated && { estimated }) } };
}
