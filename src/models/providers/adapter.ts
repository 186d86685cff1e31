import type { Completion, CompletionRequest, LanguageModel } from "../languageModel.ts";
import type { FailureRule } from "./failureTable.ts";
import { nameOf, type ProviderModel } from "./provider.ts";
import { providerCall, type Sending, withKey } from "./providerCall.ts";
import { type Parameters, TakenParameters } from "./takenParameters.ts";

/** A request on its way to a provider. */
export interface Asked<Client> {
  readonly client: Client;
  readonly request: CompletionRequest;
  /** What the model is known to take. */
  readonly parameters: Parameters;
  readonly sending: Sending;
}

/** One of the languages in which providers are asked. */
export interface ProviderLanguage<Client> {
  readonly clients: { with(key: string | undefined): Promise<Client> };
  /** What the provider means by its errors. */
  readonly rules: readonly FailureRule[];
  /** A JSON schema is asked for. */
  readonly structured: boolean;
  /** Sends one request. @throws what the SDK throws; MalformedAnswer, BrokenOff */
  readonly send: (asked: Asked<Client>) => Promise<Completion>;
}

/** A model of a provider, asked in the provider's language. */
export function adapter<Client>(model: ProviderModel, language: ProviderLanguage<Client>): LanguageModel {
  const { clients, rules, structured, send } = language;
  const taken = new TakenParameters(model.model);
  return {
    name: nameOf(model),
    simulated: false,
    structured: () => structured,
    complete: async (request, signal) => {
      signal.throwIfAborted();
      return withKey(model, signal, async (key) => {
        const client = await clients.with(key);
        return providerCall(model, rules, request, signal, (sending) =>
          taken.sending((parameters) => send({ client, request, parameters, sending })),
        );
      });
    },
  };
}
