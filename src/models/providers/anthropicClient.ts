import type Anthropic from "@anthropic-ai/sdk";
import { answersOnly } from "./answersOnly.ts";
import { patientFetch } from "./patientFetch.ts";
import { type ProviderModel, REQUEST_TIMEOUT_MS } from "./provider.ts";

/** Longest time that a timer can be set to: about 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The SDK's client for a key, made when it is first needed; nothing of it is read from the environment or from files. */
export class AnthropicClient {
  readonly #model: ProviderModel;
  #made: { readonly key: string | undefined; readonly client: Anthropic } | undefined;

  constructor(model: ProviderModel) {
    this.#model = model;
  }

  async with(key: string | undefined): Promise<Anthropic> {
    if (this.#made && this.#made.key === key) return this.#made.client;
    const { Anthropic: Client } = await import("@anthropic-ai/sdk");
    const { baseUrl, access, timeoutMs = REQUEST_TIMEOUT_MS } = this.#model;
    const client = new Client({
      apiKey: key ?? "none",
      // The SDK itself adds what others have in their addresses.
      baseURL: baseUrl.replace(/\/v1\/?$/, ""),
      fetch: answersOnly(patientFetch(access.fetch, timeoutMs)),
      // Time is kept for all SDKs alike, by whoever sends.
      timeout: LONGEST_TIMER_MS,
      maxRetries: 0,
      logLevel: "off",
      // No spans for tracers that the user's code may have.
      openTelemetry: false,
      ...(key === undefined ? { defaultHeaders: { Authorization: null, "X-Api-Key": null } } : {}),
    });
    this.#made = { key, client };
    return client;
  }
}
