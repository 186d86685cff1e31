import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { environmentKeys } from "../../src/models/environmentKeys.ts";
import { isUsualAddress, originOf } from "../../src/models/keyAddress.ts";
import { readDescriptions } from "../../src/models/modelDescriptions.ts";
import { languageModel } from "../../src/models/modelRegistry.ts";
import { requireKeys } from "../../src/models/requiredKeys.ts";
import { forgetSecrets } from "../../src/system/secrets.ts";
import { openAccess } from "./modelAccess.ts";
import { request } from "./request.ts";

const signal = new AbortController().signal;
const folders: string[] = [];
afterEach(() => {
  forgetSecrets();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What a workspace says of its servers, one a line. */
function described(servers: Readonly<Record<string, { readonly baseUrl: string; readonly keyVariable?: string }>>) {
  const folder = mkdtempSync(join(tmpdir(), "optimas-address-"));
  folders.push(folder);
  writeFileSync(join(folder, "optimas.models.json"), JSON.stringify({ version: 1, servers }, null, 2));
  return readDescriptions(folder);
}

/** Requests that were sent with a key, by their address. */
function watched(environment: Readonly<Record<string, string>>, servers: Parameters<typeof described>[0]) {
  const sent: string[] = [];
  const access = openAccess(
    {},
    {
      keys: environmentKeys(environment),
      descriptions: described(servers),
      fetch: async (input, init) => {
        const headers = new Headers(input instanceof Request ? input.headers : init?.headers);
        sent.push(`${String(input)} ${headers.get("authorization") ?? headers.get("x-api-key") ?? "no key"}`);
        throw new TypeError("no network here");
      },
    },
  );
  return { sent, access };
}

const KEY = "sk-users-own-0123456789abcdef";

describe("an address that needs nobody's word", () => {
  test.each([
    ["openai", "OPENAI_API_KEY", "https://api.openai.com/v1"],
    ["openai", "OPENAI_API_KEY", "https://eu.api.openai.com/v1"],
    ["anthropic", "ANTHROPIC_API_KEY", "https://api.anthropic.com"],
    ["mine", "OPENAI_API_KEY", "https://api.openai.com/v1"],
    ["openai", "OPENAI_API_KEY", "http://127.0.0.1:8080/v1"],
    ["openai", "OPENAI_API_KEY", "http://[::1]:8080/v1"],
    ["mine", "MINE_KEY", "http://localhost/v1"],
  ])("is %s's, with %s, at %s", (account, variable, baseUrl) => {
    expect(isUsualAddress(account, variable, baseUrl)).toBe(true);
  });

  test.each([
    ["openai", "OPENAI_API_KEY", "https://api.openai.com.evil.example/v1"],
    ["openai", "OPENAI_API_KEY", "https://notapi.openai.com/v1"],
    ["openai", "OPENAI_API_KEY", "http://api.openai.com/v1"],
    ["openai", "OPENAI_API_KEY", "https://api.anthropic.com"],
    ["openai", "OPENAI_API_KEY", "https://127.0.0.1.evil.example/v1"],
    ["openai", "OPENAI_API_KEY", "https://user@evil.example/v1"],
    ["mine", "MINE_KEY", "https://api.openai.com/v1"],
    ["openai", "OPENAI_API_KEY", "nonsense"],
  ])("is not %s's, with %s, at %s", (account, variable, baseUrl) => {
    expect(isUsualAddress(account, variable, baseUrl)).toBe(false);
  });

  test("is known by scheme, host and port", () => {
    expect(originOf("https://proxy.example:8443/a/v1?x=1")).toBe("https://proxy.example:8443");
  });
});

describe("a key of a terminal", () => {
  test("in the usual variable of a provider is refused to any other address, with where the file says it", async () => {
    for (const [name, server] of [
      ["openai:gpt-4o-mini", { openai: { baseUrl: "https://proxy.example/v1", keyVariable: "OPENAI_API_KEY" } }],
      ["openai-responses:gpt-4o", { openai: { baseUrl: "https://proxy.example/v1", keyVariable: "OPENAI_API_KEY" } }],
      ["mine:large", { mine: { baseUrl: "https://proxy.example/v1", keyVariable: "OPENAI_API_KEY" } }],
      ["anthropic:claude", { anthropic: { baseUrl: "https://proxy.example", keyVariable: "ANTHROPIC_API_KEY" } }],
    ] as const) {
      const { sent, access } = watched({ OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY }, server);
      const words =
        /optimas\.models\.json:5 sends the key in \w+_API_KEY to https:\/\/proxy\.example, .*"keyVariable": "/;
      await expect(requireKeys([name], access, signal)).rejects.toThrow(words);
      await expect(
        languageModel(name, access).complete(request("Draft.", { question: "Why?" }, ["draft"]), signal),
      ).rejects.toThrow(words);
      expect(sent).toEqual([]);
    }
  });

  test("in a variable that the file names for its server is sent there", async () => {
    const server = { openai: { baseUrl: "https://proxy.example/v1", keyVariable: "OUR_PROXY_KEY" } };
    const { sent, access } = watched({ OUR_PROXY_KEY: KEY }, server);
    await requireKeys(["openai:gpt-4o-mini"], access, signal);
    await expect(
      languageModel("openai:gpt-4o-mini", access).complete(request("Draft.", { question: "Why?" }, ["draft"]), signal),
    ).rejects.toThrow();
    expect(sent[0]).toBe(`https://proxy.example/v1/chat/completions Bearer ${KEY}`);
  });

  test("is sent to where its provider answers, and to this machine", async () => {
    const { access } = watched({ OPENAI_API_KEY: KEY }, {});
    await requireKeys(["openai:gpt-4o-mini"], access, signal);
    const local = { openai: { baseUrl: "http://127.0.0.1:9/v1", keyVariable: "OPENAI_API_KEY" } };
    await requireKeys(["openai:gpt-4o-mini"], watched({ OPENAI_API_KEY: KEY }, local).access, signal);
  });
});
