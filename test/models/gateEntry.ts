import { setMaxListeners } from "node:events";
import type { Entry, Passage, ProviderLimits } from "../../src/models/requestGate.ts";

export const MINUTE = 60_000;
export const never = new AbortController().signal;
// Hundreds wait at the same time.
setMaxListeners(0, never);

/** A request that wants to be sent. */
export const entry = (limits: Partial<ProviderLimits> = {}, more: Partial<Entry> = {}): Entry => ({
  provider: "openai",
  model: "small",
  tokens: 100,
  limits: { provider: { requestsPerMinute: null, tokensPerMinute: null, concurrency: 64, ...limits } },
  ...more,
});

export const answered = (tokens = 100): Passage => ({ kind: "answered", tokens });
