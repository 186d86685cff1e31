import type { AnswerFormat, Completion, Effort, Message } from "../../../src/models/languageModel.ts";

/** A request, whichever of the languages it was written in. */
export interface WireRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  /** Undefined where the request leaves it to the model. */
  readonly temperature: number | undefined;
  /** Undefined where the request sets no bound. */
  readonly maxTokens: number | undefined;
  readonly format: AnswerFormat | undefined;
  /** Undefined where the request leaves it to the model. */
  readonly effort?: Effort | undefined;
  /** How thinking is asked for, in languages that have a form for it. */
  readonly thinking?: "adaptive" | "disabled" | { readonly budget: number } | undefined;
  readonly streamed: boolean;
  /** The stream is to end with what was used. */
  readonly usageStreamed: boolean;
}

/** What the model behind the server answers. */
export interface Reply {
  readonly text: string;
  readonly stop: Completion["stop"];
  /** All tokens of the request, those that had been read before among them. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  /** Tokens that were read for the first time and kept, as Anthropic counts them apart; part of `inputTokens`. */
  readonly keptInputTokens: number;
  /** What the model thought before it answered. */
  readonly thought?: string;
}

/** How a reply is told in one of the languages. */
export interface Wire {
  /** @throws BadWireRequest saying what the language's servers do not take */
  read(body: unknown): WireRequest;
  answer(request: WireRequest, reply: Reply, id: string): object;
  /** Events of a stream that ends as it should. */
  events(request: WireRequest, reply: Reply, id: string): readonly WireEvent[];
  /** Body of an answer with a status that tells an error. */
  error(error: WireError): object;
}

export interface WireEvent {
  /** Name of the event, in languages that name them. */
  readonly name: string | undefined;
  readonly data: object | "[DONE]";
}

export interface WireError {
  readonly status: number;
  readonly kind:
    | "limited"
    | "overloaded"
    | "broken"
    | "quota"
    | "wrong key"
    | "unknown model"
    | "too long"
    | "filtered"
    | "bad request";
  readonly message: string;
  /** Name of the parameter that is not taken. */
  readonly parameter?: string | undefined;
}

export class BadWireRequest extends Error {
  readonly parameter: string | undefined;

  constructor(message: string, parameter?: string) {
    super(message);
    this.parameter = parameter;
  }
}

/** Tokens of the answer that went into thinking. */
export function thoughtTokens({ thought = "", outputTokens }: Reply): number {
  return Math.min(outputTokens, Math.ceil(thought.length / 4));
}

/** A text in the pieces in which a stream brings it. */
export function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,24}/g) ?? [];
}
