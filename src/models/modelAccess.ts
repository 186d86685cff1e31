import type { AnswerRecord } from "./answerRecord.ts";
import type { WaitListener } from "./gateWait.ts";
import type { DescribedPlace, KeyAddress } from "./keyAddress.ts";
import type { Completion, CompletionRequest, ModelPrice } from "./languageModel.ts";
import type { ModelSettings } from "./modelSettings.ts";
import type { ProviderLimits, RequestGate } from "./requestGate.ts";

export type { ProviderLimits } from "./requestGate.ts";

/** Where keys of providers come from. A key is asked for when it is needed, and never kept on a disk. */
export interface KeySource {
  /**
   * The key of a provider; undefined where there is none.
   * @param variable name of the environment variable that holds it where nothing else does ("OPENAI_API_KEY")
   * @param address where it is going to be sent; undefined for the provider's usual place and for this machine
   * @throws UserError where it must not be sent there, saying what to do
   */
  key(
    provider: string,
    variable: string,
    signal: AbortSignal,
    address?: KeyAddress | undefined,
  ): Promise<string | undefined>;
  /** The provider refused a key that was given: the next time it is looked for anew, if it was kept. */
  refused?(provider: string, variable: string, key: string, signal: AbortSignal): Promise<void>;
  /** How a person gives the key, to be told in messages: "set OPENAI_API_KEY" or "run **Optimas: Set API Key**". */
  remedy(provider: string, variable: string): string;
}

/** The editor's own models, which only the extension host can ask. */
export interface EditorModels {
  /** @param model identifier of the model, without the provider's name */
  complete(model: string, request: CompletionRequest, signal: AbortSignal): Promise<Completion>;
}

/** A server that speaks OpenAI's language, or another base URL of a known provider. */
export interface ServerDescription {
  /** "http://127.0.0.1:11434/v1" */
  readonly baseUrl: string;
  /** Environment variable with the key; undefined where the server wants none. */
  readonly keyVariable: string | undefined;
  /** Whether it keeps to a JSON schema. */
  readonly structured: boolean;
}

/** What a workspace says about its models, in `optimas.models.json`. */
export interface ModelDescriptions {
  readonly servers: ReadonlyMap<string, ServerDescription>;
  /** Where the file says the address of each. */
  readonly places?: ReadonlyMap<string, DescribedPlace> | undefined;
  /** By provider, or by `provider:model` where a model has limits of its own. */
  readonly limits: ReadonlyMap<string, ProviderLimits>;
  /** By `provider:model`; takes the place of the table's. */
  readonly prices: ReadonlyMap<string, ModelPrice>;
  /** By `provider:model`, or by `provider:*` for all models of a provider. */
  readonly models: ReadonlyMap<string, ModelSettings>;
}

/** All that calls of models need and that is not the model's: one per process, and for all of its runs. */
export interface ModelAccess {
  readonly keys: KeySource;
  readonly gate: RequestGate;
  /** Hears why requests are not sent for a while. */
  readonly waits?: WaitListener | undefined;
  /** Absent where answers are not to be recorded. */
  readonly record: AnswerRecord | undefined;
  /** Absent outside the editor. */
  readonly editorModels: EditorModels | undefined;
  readonly descriptions: ModelDescriptions;
  /** Sends requests; `globalThis.fetch` but in tests. */
  readonly fetch: typeof globalThis.fetch;
}
