/** One message of a conversation. */
export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A request as every provider understands it. */
export interface CompletionRequest {
  /** Model name as the user wrote it (`provider:model`), or `undefined` for the run's default. */
  readonly model?: string | undefined;
  readonly messages: readonly Message[];
  /** 0 asks for the most likely answer; providers differ in how exactly they repeat it. */
  readonly temperature: number;
  /** Upper bound of the answer's length, in tokens. */
  readonly maxTokens: number;
  /**
   * Which of several answers to an equal request this is. At a temperature above 0, equal requests with equal sample
   * numbers may be answered from a record, those with different numbers must be answered afresh.
   */
  readonly sample: number;
}

/** Tokens of one request, as the provider reports them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface Completion {
  readonly text: string;
  /** `end`: the model finished; `length`: cut off at `maxTokens`; `refused`: the model or a filter declined. */
  readonly stop: "end" | "length" | "refused";
  readonly usage: Usage;
  /** The answer was taken from a record of earlier ones: nothing was sent, and nothing is to be paid. */
  readonly recorded?: boolean;
  /** Milliseconds for which the request waited for its turn, as limits of the provider demand. */
  readonly waitedMs?: number;
}

/** What tokens of a model cost, in US dollars. */
export interface ModelPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** Day from which on the price was known to hold: "2026-03-14". */
  readonly asOf?: string;
  /** Where the price was read. */
  readonly source?: string;
}

/** A language model behind a name. Implementations never retry silently for longer than the signal allows. */
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
  /** @throws the provider's error, or the signal's reason once it is aborted. */
  complete(request: CompletionRequest, signal: AbortSignal): Promise<Completion>;
}
