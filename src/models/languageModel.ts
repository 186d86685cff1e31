/** One message of a conversation. */
export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** How much a model thinks before it answers, from not at all to as much as it can; models differ in which of these they know. */
export const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
export type Effort = (typeof efforts)[number];

/** A request as every provider understands it. */
export interface CompletionRequest {
  /** Model name as the user wrote it (`provider:model`), or `undefined` for the run's default. */
  readonly model?: string | undefined;
  readonly messages: readonly Message[];
  /** 0 asks for the most likely answer; providers differ in how exactly they repeat it. */
  readonly temperature: number;
  /** The temperature is not sent: for models that take none. */
  readonly ownTemperature?: true | undefined;
  /** Upper bound of the answer's length, in tokens, those of thinking among them. */
  readonly maxTokens: number;
  /** How much the model is to think; as it does by itself where this is absent. */
  readonly effort?: Effort | undefined;
  /** So many of `maxTokens` are there for thinking, so that the rest is left for the answer. */
  readonly thinkingTokens?: number | undefined;
  /**
   * Which of several answers to an equal request this is. At a temperature above 0, equal requests with equal sample
   * numbers may be answered from a record, those with different numbers must be answered afresh.
   */
  readonly sample: number;
  /**
   * The answer is to be a JSON object with these text fields, all of them. Asked for only where the model is `structured`;
   * the messages say so in words as well.
   */
  readonly format?: AnswerFormat | undefined;
}

/** The shape of a structured answer: an object of texts. */
export interface AnswerFormat {
  /** Names the shape for providers that want a name: letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  readonly fields: readonly string[];
}

/** Tokens of one request, as the provider reports them. */
export interface Usage {
  /** All tokens of the request, `cachedInputTokens` among them. */
  readonly inputTokens: number;
  /** All tokens of the answer, those spent on thinking that is not shown among them. */
  readonly outputTokens: number;
  /** Tokens of the request that the provider had read before and charges less for. */
  readonly cachedInputTokens?: number;
  /** The provider did not report tokens: these are counted from the texts, at four characters each. */
  readonly estimated?: true;
}

export interface Completion {
  readonly text: string;
  /**
   * `end`: the model finished; `length`: cut off at `maxTokens` or at the end of what the model can hold; `refused`: the
   * model declined; `filtered`: a filter of the provider withheld the answer or took the request for harmful; `empty`: the
   * model finished without writing anything; `thought`: cut off at `maxTokens` before the first word of the answer, for all
   * of them went into thinking.
   */
  readonly stop: "end" | "length" | "refused" | "filtered" | "empty" | "thought";
  readonly usage: Usage;
  /** The answer was taken from a record of earlier ones: nothing was sent, and nothing is to be paid. */
  readonly recorded?: boolean;
  /** Milliseconds for which the request waited for its turn, as limits of the provider demand. */
  readonly waitedMs?: number;
  /** Requests that were sent for this answer before and came to nothing. */
  readonly failedAttempts?: number;
}

/** What tokens of a model cost, in US dollars. */
export interface ModelPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** For tokens that the provider had read before; `inputPerMillion` where it is absent. */
  readonly cachedInputPerMillion?: number | undefined;
  /** Day from which on the price was known to hold: "2026-03-14". */
  readonly asOf?: string | undefined;
  /** Where the price was read. */
  readonly source?: string | undefined;
}

/** A language model behind a name. One call is one request: whoever asks again, waits
 * for a turn or keeps answers is a layer around it. */
export interface LanguageModel {
  /** `provider:model`. */
  readonly name: string;
  /** True for the stand-in that is no language model; every view of a result made with it must say so. */
  readonly simulated: boolean;
  /**
   * What the model of that name costs, for the names that this one answers to; undefined where it is not known, which is
   * another thing than 0.
   */
  priceOf?(name: string): ModelPrice | undefined;
  /** Whether the model of that name keeps to a `format`; where this is absent, none does. */
  structured?(name: string): boolean;
  /**
   * Tells by `sending` of a request's notes when it goes out. Of others it is taken that they send what they are asked at
   * once.
   */
  readonly announces?: true;
  /** @throws ModelFailure for what the provider or the way there did not do; the signal's reason once it is aborted. */
  complete(request: CompletionRequest, signal: AbortSignal): Promise<Completion>;
}
