import type OpenAI from "openai";
import { answersOnly } from "./answersOnly.ts";
import { patientFetch } from "./patientFetch.ts";
import { type ProviderModel, REQUEST_TIMEOUT_MS } from "./provider.ts";

/** Longest time that a timer can be set to: about 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The SDK's client for a key, made when it is first needed: the SDK is not loaded by processes that never ask. What the
 * SDK would read from the environment is set here, so that nothing but the key's variable decides where requests go.
 */
export class OpenaiClient {
  readonly #model: ProviderModel;
  #made: { readonly key: string | undefined; readonly client: OpenAI } | undefined;

  constructor(model: ProviderModel) {
    this.#model = model;
  }

  async with(key: string | undefined): Promise<OpenAI> {
    if (this.#made?.key === key && this.#made) return this.#made.client;
    const { OpenAI: Client } = await import("openai");
    const { baseUrl, access, provider, timeoutMs = REQUEST_TIMEOUT_MS } = this.#model;
    const own = provider === "openai";
    const client = new Client({
      apiKey: key ?? "none",
      adminAPIKey: null,
      baseURL: baseUrl,
      fetch: answersOnly(patientFetch(access.fetch, timeoutMs)),
      // Time is kept for all SDKs alike, by whoever sends.
      timeout: LONGEST_TIMER_MS,
      maxRetries: 0,
      logLevel: "off",
      // Account names of OpenAI are nobody else's business.
      ...(own ? {} : { organization: null, project: null }),
      // A server that wants no key is sent none.
      ...(key === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    });
    this.#made = { key, client };
    return client;
  }
}
