import type { RequestLimit } from "./requestLimit.ts";

export type Provider = "openai" | "anthropic";

/** When to ask again, as servers tell it. */
export function retryHeaders(told: "seconds" | "date" | "milliseconds", afterMs: number): Record<string, string> {
  switch (told) {
    case "seconds":
      return { "retry-after": String(Math.ceil(afterMs / 1000)) };
    case "milliseconds":
      return { "retry-after-ms": String(Math.ceil(afterMs)) };
    case "date":
      return { "retry-after": new Date(Date.now() + afterMs).toUTCString() };
  }
}

/** What is left of the limit, as the provider tells it with each answer. */
export function limitHeaders(provider: Provider, limit: RequestLimit): Record<string, string> {
  if (provider === "openai") {
    return {
      "x-ratelimit-limit-requests": String(limit.perMinute),
      "x-ratelimit-remaining-requests": String(limit.remaining),
      "x-ratelimit-reset-requests": duration(limit.fullMs),
    };
  }
  return {
    "anthropic-ratelimit-requests-limit": String(limit.perMinute),
    "anthropic-ratelimit-requests-remaining": String(limit.remaining),
    "anthropic-ratelimit-requests-reset": new Date(Date.now() + limit.fullMs).toISOString(),
  };
}

/** "850ms", "12s", "6m0s" */
function duration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
