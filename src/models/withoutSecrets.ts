import { redacted } from "../system/secrets.ts";
import type { CompletionRequest, LanguageModel } from "./languageModel.ts";
import { wrappedModel } from "./wrappedModel.ts";

/**
 * Keys that got into a prompt or into data are sent to nobody, and none is read that an answer repeats: where a secret
 * stood, a mark stands.
 */
export function withoutSecrets(model: LanguageModel): LanguageModel {
  return wrappedModel(model, async (request, signal) => {
    const completion = await model.complete(requestWithout(request), signal);
    const text = redacted(completion.text);
    return text === completion.text ? completion : { ...completion, text };
  });
}

function requestWithout(request: CompletionRequest): CompletionRequest {
  const messages = request.messages.map((message) => ({ ...message, content: redacted(message.content) }));
  const isSame = messages.every(({ content }, at) => content === request.messages[at]?.content);
  return isSame ? request : { ...request, messages };
}
