import type { FailureRule } from "./failureTable.ts";

/** What OpenAI, and servers that speak its language, mean by their errors. */
export const openaiRules: readonly FailureRule[] = [
  { fits: ({ code, type }) => code === "insufficient_quota" || type === "insufficient_quota", kind: "quota" },
  { fits: ({ code }) => code === "billing_hard_limit_reached" || code === "billing_not_active", kind: "quota" },
  { fits: ({ code }) => code === "content_policy_violation" || code === "content_filter", kind: "filtered" },
  { fits: ({ code }) => code === "bio_policy", kind: "filtered" },
  { fits: ({ code, message }) => code === "invalid_prompt" && /flagged|policy/i.test(message), kind: "filtered" },
  { fits: ({ code }) => code === "model_not_found", kind: "unknown model" },
  { fits: ({ code }) => code === "context_length_exceeded" || code === "string_above_max_length", kind: "too long" },
  // In the middle of a stream, errors have no status.
  { fits: ({ code }) => code === "rate_limit_exceeded", kind: "rate limit" },
  { fits: ({ code, type }) => code === "server_error" || type === "server_error", kind: "overloaded" },
  // Servers without codes say it in words alone.
  {
    fits: ({ status, message }) =>
      status === 400 &&
      /context (?:length|size|window)|too many tokens|maximum context|exceeds? the available context/i.test(message),
    kind: "too long",
  },
  {
    fits: ({ status, message }) => status === 400 && /\bmodel\b.*\bnot found\b|no such model/i.test(message),
    kind: "unknown model",
  },
  {
    fits: ({ status }) => status === 404 || status === 405,
    kind: "unknown model",
    advice: "Check the name after the colon and the server's address, which usually ends with /v1.",
  },
  {
    fits: ({ status, code }) => status === 403 && code === "unsupported_country_region_territory",
    kind: "authentication",
    advice: "The provider does not serve this country or region; use another provider.",
  },
];
