import type { CompletionRequest, ModelPrice, Usage } from "./languageModel.ts";

/** What something costs, or may cost at most. */
export interface Amount {
  readonly calls: number;
  /** Input and output together. */
  readonly tokens: number;
  /** US dollars; null where the model's price is not known, which is another thing than 0. */
  readonly usd: number | null;
}

/** Tokens that a provider adds to a message: who speaks, where it begins and ends. A generous bound. */
const TOKENS_PER_MESSAGE = 16;
const TOKENS_PER_REQUEST = 64;

/** US dollars of one call. */
export function costOf(
  usage: Pick<Usage, "inputTokens" | "outputTokens"> & { readonly cachedInputTokens?: number | undefined },
  price: ModelPrice,
): number {
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const perMillion =
    (usage.inputTokens - cached) * price.inputPerMillion +
    cached * (price.cachedInputPerMillion ?? price.inputPerMillion) +
    usage.outputTokens * price.outputPerMillion;
  return perMillion / 1e6;
}

/** Tokens that a request cannot exceed: no token is shorter than a byte, and no answer longer than it may be. */
export function mostTokens(request: CompletionRequest): Usage {
  const texts = [...request.messages.map(({ content }) => content), ...(request.format?.fields ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return {
    inputTokens: bytes + texts.length * TOKENS_PER_MESSAGE + TOKENS_PER_REQUEST,
    outputTokens: request.maxTokens,
  };
}

/** One call. @param price undefined where it is not known */
export function amountOf(usage: Usage, price: ModelPrice | undefined): Amount {
  return {
    calls: 1,
    tokens: usage.inputTokens + usage.outputTokens,
    usd: price === undefined ? null : costOf(usage, price),
  };
}
