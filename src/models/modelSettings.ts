import type { CompletionRequest, Effort, LanguageModel } from "./languageModel.ts";
import { accountOf } from "./providers/provider.ts";
import { wrappedModel } from "./wrappedModel.ts";

/** How a workspace wants a model to be asked. */
export interface ModelSettings {
  /** How long a request may go without an answer, or a stream without a sign of life. Says nothing about the answer. */
  readonly timeoutSeconds?: number | undefined;
  readonly effort?: Effort | undefined;
  /** Tokens that the model may think beyond what a component allows for its answer. */
  readonly thinkingTokens?: number | undefined;
  /** False: no temperature is sent. */
  readonly temperature?: boolean | undefined;
}

/** What is said of a model: by its own name, by that of its account, and for all models of its provider. */
export function settingsOf(name: string, models: ReadonlyMap<string, ModelSettings>): ModelSettings {
  const colon = name.indexOf(":");
  const [provider, model] = colon < 0 ? [name, ""] : [name.slice(0, colon), name.slice(colon + 1)];
  const account = accountOf(provider);
  return {
    ...models.get(`${account}:*`),
    ...models.get(`${provider}:*`),
    ...models.get(`${account}:${model}`),
    ...models.get(name),
  };
}

/** Milliseconds that a request to the model may take, where that is said. */
export function timeoutMsOf(name: string, models: ReadonlyMap<string, ModelSettings>): number | undefined {
  const { timeoutSeconds } = settingsOf(name, models);
  return timeoutSeconds === undefined ? undefined : timeoutSeconds * 1_000;
}

/**
 * `model` asked as its settings say. What a request says itself goes before. The layer lies around all others: what is asked
 * for is part of what an answer is recorded under and of what a budget sets aside.
 */
export function settledModel(model: LanguageModel, settings: (name: string) => ModelSettings): LanguageModel {
  return wrappedModel(model, (request, signal) =>
    model.complete(settled(request, settings(request.model ?? model.name)), signal),
  );
}

function settled(request: CompletionRequest, settings: ModelSettings): CompletionRequest {
  const { effort, thinkingTokens, temperature } = settings;
  const room = request.thinkingTokens === undefined ? thinkingTokens : undefined;
  return {
    ...request,
    ...(effort !== undefined && request.effort === undefined ? { effort } : {}),
    ...(room === undefined ? {} : { thinkingTokens: room, maxTokens: request.maxTokens + room }),
    ...(temperature === false ? { ownTemperature: true } : {}),
  };
}
