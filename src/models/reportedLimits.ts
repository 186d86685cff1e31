import type { Allowance, ReportedLimits } from "./requestGate.ts";

/** Reads what providers tell of their limits in the headers of their answers, as they pass by. */
export interface LimitReader {
  /** Sends requests as the given one does. */
  readonly fetch: typeof globalThis.fetch;
  /** What the latest answer told, once; undefined where none came since, or none told anything. */
  take(): ReportedLimits | undefined;
}

/** @param now milliseconds since 1970 */
export function limitReader(fetch: typeof globalThis.fetch, now: () => number = Date.now): LimitReader {
  let latest: ReportedLimits | undefined;
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      latest = reportedLimits(response.headers, now()) ?? latest;
      return response;
    },
    take: () => {
      const taken = latest;
      latest = undefined;
      return taken;
    },
  };
}

/**
 * Limits as OpenAI (`x-ratelimit-limit-requests: 600`, reset in "1m2.5s") and Anthropic
 * (`anthropic-ratelimit-requests-limit: 600`, reset as a date) tell them; undefined where there are none.
 * @param now milliseconds since 1970
 */
export function reportedLimits(headers: Headers, now: number): ReportedLimits | undefined {
  const requests = allowance(headers, "requests", now);
  const tokens = allowance(headers, "tokens", now);
  return requests === undefined && tokens === undefined ? undefined : { requests, tokens };
}

function allowance(headers: Headers, what: "requests" | "tokens", now: number): Allowance | undefined {
  const told = (part: string): string | null =>
    headers.get(`x-ratelimit-${part}-${what}`) ?? headers.get(`anthropic-ratelimit-${what}-${part}`);
  const limit = number(told("limit"));
  const remaining = number(told("remaining"));
  const resetMs = duration(told("reset"), now);
  if (limit === undefined || limit === 0 || remaining === undefined || resetMs === undefined) return undefined;
  return { limit, remaining: Math.min(remaining, limit), resetMs };
}

function number(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "850ms", "1.5s", "6m0s", or a moment: "2026-03-14T12:00:00Z". */
function duration(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)];
    return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
  }
  const moment = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - now);
}
