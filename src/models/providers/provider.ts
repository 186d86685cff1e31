import type { DescribedPlace } from "../keyAddress.ts";
import type { ModelAccess } from "../modelAccess.ts";

/** How long a request may go without an answer, or a stream without a sign of life. */
export const REQUEST_TIMEOUT_MS = 240_000;

/** One model of one provider, as an adapter needs to know it. */
export interface ProviderModel {
  /** The part of the name before the colon. */
  readonly provider: string;
  /** The name as the provider knows it. */
  readonly model: string;
  readonly baseUrl: string;
  /** Environment variable with the key; undefined where the server wants none. */
  readonly keyVariable: string | undefined;
  /** Where the workspace says its address. */
  readonly said?: DescribedPlace | undefined;
  /** Default: {@link REQUEST_TIMEOUT_MS}. */
  readonly timeoutMs?: number | undefined;
  /** No two answers of the server have the same identifier; default true. */
  readonly uniqueIds?: boolean | undefined;
  readonly access: Pick<ModelAccess, "keys" | "fetch">;
}

/** `provider:model` */
export function nameOf({ provider, model }: Pick<ProviderModel, "provider" | "model">): string {
  return `${provider}:${model}`;
}

/** `openai-responses:` names another way to ask OpenAI: key, limits and prices are those of the account. */
export function accountOf(provider: string): string {
  return provider === "openai-responses" ? "openai" : provider;
}
