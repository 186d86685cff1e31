import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonLines } from "../../src/models/jsonPlaces.ts";
import { parseDescriptions, readDescriptions } from "../../src/models/modelDescriptions.ts";
import { errorMessage } from "../../src/system/userError.ts";

const whole = {
  version: 1,
  servers: { mine: { baseUrl: "http://127.0.0.1:9000/v1", keyVariable: "MY_KEY", structured: true } },
  limits: { openai: { requestsPerMinute: 500, tokensPerMinute: 200_000, concurrency: 16 } },
  prices: {
    "openai:gpt-4o-mini": {
      inputPerMillion: 0.15,
      outputPerMillion: 0.6,
      cachedInputPerMillion: 0.075,
      asOf: "2026-03-14",
      source: "https://example.com/prices",
    },
  },
};

function told(text: string): string {
  try {
    parseDescriptions(text, "optimas.models.json");
  } catch (error) {
    return errorMessage(error);
  }
  throw new Error("nothing was refused");
}

describe("optimas.models.json", () => {
  test("says servers, limits and prices", () => {
    const { servers, limits, prices } = parseDescriptions(JSON.stringify(whole), "here");
    expect(servers.get("mine")).toEqual({
      baseUrl: "http://127.0.0.1:9000/v1",
      keyVariable: "MY_KEY",
      structured: true,
    });
    expect(limits.get("openai")).toEqual({ requestsPerMinute: 500, tokensPerMinute: 200_000, concurrency: 16 });
    expect(prices.get("openai:gpt-4o-mini")).toEqual(whole.prices["openai:gpt-4o-mini"]);
  });

  test("the nearest file upward holds, and nothing outside the repository", () => {
    const outside = mkdtempSync(join(tmpdir(), "optimas-models-"));
    const repository = join(outside, "repository");
    const inner = join(repository, "a", "b");
    mkdirSync(inner, { recursive: true });
    mkdirSync(join(repository, ".git"));
    writeFileSync(join(outside, "optimas.models.json"), JSON.stringify(whole));
    expect(readDescriptions(inner).file).toBeUndefined();
    writeFileSync(join(repository, "optimas.models.json"), JSON.stringify(whole));
    expect(readDescriptions(inner).file).toBe(join(repository, "optimas.models.json"));
    writeFileSync(join(inner, "optimas.models.json"), JSON.stringify({ version: 1 }));
    expect(readDescriptions(inner).prices.size).toBe(0);
  });

  test("what cannot be used is told with file, line and field", () => {
    const text = JSON.stringify(
      { version: 1, prices: { "openai:x": { inputPerMillion: "cheap", outputPerMillion: 1 } } },
      null,
      2,
    );
    expect(told(text)).toMatch(
      /^optimas\.models\.json:5: "prices\.openai:x\.inputPerMillion" must be a number of US dollars\. Mend it/,
    );
    expect(told('{\n  "version": 1,\n  "price": {}\n}')).toContain('optimas.models.json:3: "price" is no field');
    expect(told('{\n  "version": 1,,\n}')).toContain("optimas.models.json:2: this is no JSON");
    expect(told('{ "version": 2 }')).toContain('optimas.models.json:1: "version" must be 1');
    expect(told('{ "version": 1, "prices": { "gpt-4o": { "inputPerMillion": 1, "outputPerMillion": 1 } } }')).toContain(
      'provider:model, or provider:*, not "gpt-4o"',
    );
    expect(told("[]")).toContain("optimas.models.json:1");
  });

  const key = fc
    .tuple(
      fc.constantFrom("sk-", "sk-ant-api03-", "xai-", "gsk_", "hf_", ""),
      fc.string({ unit: fc.constantFrom(..."abcdefghkmnpqrstuvwxyzABCDEFGH23456789"), minLength: 40, maxLength: 60 }),
    )
    .map(([beginning, rest]) => `${beginning}${rest}1a`);

  test("a key is refused wherever it stands, and never repeated", () => {
    fc.assert(
      fc.property(key, fc.constantFrom("keyVariable", "baseUrl", "source", "apiKey", "name"), (secret, place) => {
        const url = `https://example.com/v1?key=${secret}`;
        const entry = { baseUrl: "https://example.com/v1", structured: true };
        const texts: Readonly<Record<string, unknown>> = {
          keyVariable: { servers: { mine: { ...entry, keyVariable: secret } } },
          baseUrl: { servers: { mine: { ...entry, baseUrl: url } } },
          source: { prices: { "openai:x": { inputPerMillion: 1, outputPerMillion: 1, source: secret } } },
          apiKey: { servers: { mine: { ...entry, apiKey: secret } } },
          name: { servers: { [secret]: entry } },
        };
        const message = told(JSON.stringify({ version: 1, ...(texts[place] as object) }));
        expect(message).toContain("looks like a key");
        expect(message).not.toContain(secret);
      }),
    );
  });

  test("the name of a variable is no key, nor is an address or a dated model", () => {
    const fine = {
      version: 1,
      servers: {
        mine: { baseUrl: "https://models.example.com/openai/v1", keyVariable: "MY_VERY_LONG_COMPANY_GATEWAY_KEY_2026" },
      },
      prices: { "anthropic:claude-haiku-4-5-20251001": { inputPerMillion: 1, outputPerMillion: 5 } },
    };
    expect(parseDescriptions(JSON.stringify(fine), "here").servers.size).toBe(1);
  });

  test("the line of every value of any JSON is known", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ value }, null, 2);
        const lines = jsonLines(text);
        expect(lines.get("value")).toBe(2);
        for (const line of lines.values()) expect(line).toBeLessThanOrEqual(text.split("\n").length);
      }),
    );
  });
});
