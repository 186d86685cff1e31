import type { LanguageModel } from "../languageModel.ts";
import { openaiChat } from "./openaiChat.ts";
import type { ProviderModel } from "./provider.ts";

/**
 * A model behind a server that speaks OpenAI's chat completions, as far as such servers agree: the bound of an answer's
 * length goes by its older name, a JSON schema is asked for only where the server is said to keep to it, tokens that
 * are not reported are estimated.
 */
export function openaiCompatible(model: ProviderModel, structured: boolean): LanguageModel {
  return openaiChat({ ...model, uniqueIds: false }, { structured, bound: "max_tokens" });
}
