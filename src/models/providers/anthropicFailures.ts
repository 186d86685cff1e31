import type { FailureRule } from "./failureTable.ts";

/** What Anthropic means by its errors. */
export const anthropicRules: readonly FailureRule[] = [
  { fits: ({ type }) => type === "billing_error", kind: "quota" },
  { fits: ({ code }) => /spend_limit_reached$|billing_unavailable$/.test(code), kind: "quota" },
  { fits: ({ status, message }) => status === 400 && /credit balance is too low/i.test(message), kind: "quota" },
  { fits: ({ type }) => type === "overloaded_error" || type === "api_error", kind: "overloaded" },
  { fits: ({ type }) => type === "rate_limit_error", kind: "rate limit" },
  { fits: ({ type }) => type === "timeout_error", kind: "timeout" },
  { fits: ({ type }) => type === "authentication_error" || type === "permission_error", kind: "authentication" },
  { fits: ({ type }) => type === "not_found_error", kind: "unknown model" },
  { fits: ({ type }) => type === "request_too_large", kind: "too long" },
  {
    fits: ({ status, message }) =>
      status === 400 && /prompt is too long|exceed(?:s|ed)? (?:the )?context|context window/i.test(message),
    kind: "too long",
  },
  { fits: ({ status, message }) => status === 400 && /content filtering policy/i.test(message), kind: "filtered" },
];
