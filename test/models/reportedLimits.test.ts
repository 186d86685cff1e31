import { expect, test } from "vitest";
import { limitReader, reportedLimits } from "../../src/models/reportedLimits.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");

const check = (name: string, headers: Record<string, string>, expected: unknown): void =>
  test(name, () => expect(reportedLimits(new Headers(headers), NOON)).toEqual(expected));

check(
  "OpenAI's limits come with the time until all of them is there again",
  {
    "x-ratelimit-limit-requests": "5000",
    "x-ratelimit-remaining-requests": "4999",
    "x-ratelimit-reset-requests": "12ms",
    "x-ratelimit-limit-tokens": "160000",
    "x-ratelimit-remaining-tokens": "150000",
    "x-ratelimit-reset-tokens": "1m2.5s",
  },
  {
    requests: { limit: 5000, remaining: 4999, resetMs: 12 },
    tokens: { limit: 160_000, remaining: 150_000, resetMs: 62_500 },
  },
);
check(
  "Anthropic's come with the moment at which all of them is there again",
  {
    "anthropic-ratelimit-requests-limit": "50",
    "anthropic-ratelimit-requests-remaining": "49",
    "anthropic-ratelimit-requests-reset": "2026-03-14T12:00:01.200Z",
  },
  { requests: { limit: 50, remaining: 49, resetMs: 1_200 }, tokens: undefined },
);
check("answers without them tell nothing", { "content-type": "application/json" }, undefined);
check(
  "what cannot be read tells nothing",
  {
    "x-ratelimit-limit-requests": "many",
    "x-ratelimit-remaining-requests": "1",
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-limit-tokens": "0",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "1s",
    "anthropic-ratelimit-requests-limit": "50",
    "anthropic-ratelimit-requests-remaining": "49",
    "anthropic-ratelimit-requests-reset": "soon",
  },
  undefined,
);

test("what an answer told is taken once", async () => {
  const headers = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "3",
    "x-ratelimit-reset-requests": "57s",
  };
  const answers = [new Response("", { headers }), new Response("")];
  const reader = limitReader(async () => answers.shift() ?? new Response(""));
  await reader.fetch("http://127.0.0.1/");
  await reader.fetch("http://127.0.0.1/");
  expect(reader.take()).toEqual({ requests: { limit: 60, remaining: 3, resetMs: 57_000 }, tokens: undefined });
  expect(reader.take()).toBeUndefined();
});
