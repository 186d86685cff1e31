import { setMaxListeners } from "node:events";
import type { CompletionRequest, LanguageModel } from "../../src/models/languageModel.ts";
import type { LoopbackServer } from "./loopback/loopbackServer.ts";
import type { Answering } from "./loopback/simulatedReply.ts";

/** The key that requests are sent with. */
export const PLANTED_KEY = "sk-planted-0123456789abcdef";

/** A model, and the hands of a test on what answers behind it. */
export interface OpenModel {
  readonly model: LanguageModel;
  /** Undefined where nothing but the model itself decides what it answers. */
  readonly answerWith: ((answer: Answering) => void) | undefined;
  /** Undefined where no requests are sent. */
  readonly server: LoopbackServer | undefined;
  close(): Promise<void>;
}

/** A kind of model that has to keep the contract. */
export interface ContractSubject {
  readonly name: string;
  /** @param given.timeoutMs time limit of a request @param given.key undefined for none */
  open(given: { readonly timeoutMs: number; readonly key: string | undefined }): Promise<OpenModel>;
  /** It keeps to a format. */
  readonly structured: boolean;
  readonly usage: "reported" | "estimated";
  /** The temperature reaches the model. */
  readonly temperature: boolean;
  /** The test decides what is answered. */
  readonly answersAsTold: boolean;
  /** Header that the key is sent in; undefined where nothing is asked over a network. */
  readonly keyHeader: string | undefined;
  /** It tells refusals, and answers that a filter withheld, from others. */
  readonly refusals: boolean;
  /** Answers are known by their identifiers. */
  readonly uniqueIds: boolean;
  /** It can be told how much to think, and tells thinking from answering. */
  readonly thinks?: true;
  /** False where messages for the system arrive as the user's. */
  readonly hasSystemMessages?: false;
}

export const never = new AbortController().signal;
setMaxListeners(0, never);

/** A request as short as can be. */
export function asking(more: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    messages: [{ role: "user", content: "Which river runs through Paris?" }],
    temperature: 0,
    maxTokens: 200,
    sample: 0,
    ...more,
  };
}

/** From here on answers are streamed. */
export const STREAMED_TOKENS = 20_000;

export const lengths = [
  ["whole", 200],
  ["streamed", STREAMED_TOKENS],
] as const;
