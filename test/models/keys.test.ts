import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { environmentKeys } from "../../src/models/environmentKeys.ts";
import { checkKey, keyedServers } from "../../src/models/keyCheck.ts";
import type { KeySource, ModelAccess } from "../../src/models/modelAccess.ts";
import { languageModel } from "../../src/models/modelRegistry.ts";
import { requireKeys } from "../../src/models/requiredKeys.ts";
import { forgetSecrets, holdsSecret, SECRET_MARK } from "../../src/system/secrets.ts";
import { openAccess } from "./modelAccess.ts";

afterEach(forgetSecrets);

const never = new AbortController().signal;
const request = { messages: [{ role: "user", content: "Hello" }], temperature: 0, maxTokens: 16, sample: 0 } as const;

async function served(answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** A key of these, in order, each until it is refused. */
function rotating(keys: readonly string[]): KeySource {
  let at = 0;
  return {
    key: async () => keys[at],
    refused: async (_provider, _variable, key) => {
      if (keys[at] === key && at < keys.length - 1) at++;
    },
    remedy: () => "set another key",
  };
}

function accessTo(baseUrl: string, keys: KeySource): ModelAccess {
  return openAccess({ mine: { baseUrl, keyVariable: "MY_KEY" } }, { keys });
}

/** A server that takes one key, and repeats whatever it is sent. */
function guarded(valid: string) {
  const seen: string[] = [];
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const sent = incoming.headers.authorization ?? "";
    seen.push(sent);
    let body = "";
    incoming.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    incoming.on("end", () => {
      outgoing.setHeader("content-type", "application/json").setHeader("x-repeated", sent);
      if (sent !== `Bearer ${valid}`) {
        outgoing.writeHead(401).end(JSON.stringify({ error: { message: `Wrong: ${sent}`, type: sent, code: sent } }));
        return;
      }
      const content = `You said ${body} with ${sent}`;
      outgoing.end(
        JSON.stringify({
          id: "1",
          object: "chat.completion",
          created: 1,
          model: "m",
          choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content, refusal: null } }],
          usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
        }),
      );
    });
  };
  return { seen, answer };
}

test("a key that is refused is looked for anew, and the request is sent again with another one", async () => {
  const { seen, answer } = guarded("sk-the-new-one");
  const access = accessTo(await served(answer), rotating(["sk-the-old-one", "sk-the-new-one"]));
  const completion = await languageModel("mine:m", access).complete(request, never);
  expect(seen).toEqual(["Bearer sk-the-old-one", "Bearer sk-the-new-one"]);
  expect(completion.failedAttempts).toBe(1);
});

test("a key that stays refused is told once, without a word of it", async () => {
  const { seen, answer } = guarded("sk-quite-another");
  const access = accessTo(await served(answer), rotating(["sk-refused-for-good"]));
  const failed = languageModel("mine:m", access).complete(request, never);
  await expect(failed).rejects.toThrow(/refused the key \(401\).*Set another key/);
  await expect(failed).rejects.not.toThrow(/sk-refused/);
  expect(seen).toHaveLength(1);
});

test("no key is sent in a prompt, and none is read that an answer repeats", async () => {
  const { answer } = guarded("sk-repeated-by-it");
  const bodies: string[] = [];
  const baseUrl = await served((incoming, outgoing) => {
    incoming.on("data", (chunk: Buffer) => bodies.push(chunk.toString()));
    answer(incoming, outgoing);
  });
  const access = accessTo(baseUrl, rotating(["sk-repeated-by-it"]));
  const messages = [{ role: "user", content: "My key is sk-repeated-by-it." } as const];
  // It is a secret once it was read.
  await languageModel("mine:m", access).complete(request, never);
  const { text } = await languageModel("mine:m", access).complete({ ...request, messages }, never);
  expect(bodies.join("")).not.toContain("sk-repeated");
  expect(bodies.join("")).toContain(`My key is ${SECRET_MARK}.`);
  expect(text).toContain(`with Bearer ${SECRET_MARK}`);
});

test("keys of all models in use are looked for, once for each account", async () => {
  const asked: string[] = [];
  const keys: KeySource = {
    key: async (provider) => {
      asked.push(provider);
      return `sk-looked-for-${provider}`;
    },
    remedy: () => "",
  };
  const names = ["openai:a", "openai-responses:b", "anthropic:c", "ollama:d", "mine:e", "theirs:f"];
  const servers = { mine: { keyVariable: "MINE" }, theirs: {} };
  await requireKeys(names, openAccess(servers, { keys }), never);
  expect(asked).toEqual(["openai", "anthropic", "mine"]);
  expect(holdsSecret("sk-looked-for-mine")).toBe(true);
});

test.each([
  ["", "needs a key"],
  ["short", "shorter than 8 characters"],
  ['"sk-in-quotes-0"', "quotation marks"],
  ["MY_KEY=sk-with-name", "a name or a scheme"],
  ["password", "a plain word"],
])("a key %j is told before anything is sent", async (key, words) => {
  const access = openAccess({ mine: { keyVariable: "MINE" } }, { keys: environmentKeys({ MINE: key }) });
  const missing = requireKeys(["mine:m"], access, never);
  await expect(missing).rejects.toThrow(words);
  await expect(missing).rejects.toThrow("Set the environment variable MINE to your key.");
  await expect(missing).rejects.toHaveProperty("name", "UserError");
});

test("a key is tested by the list of the server's models, and sent nowhere else", async () => {
  const elsewhere: string[] = [];
  const other = await served((incoming, outgoing) => {
    elsewhere.push(JSON.stringify(incoming.headers));
    outgoing.end("{}");
  });
  const baseUrl = await served((incoming, outgoing) => {
    const key = incoming.headers.authorization ?? `x ${incoming.headers["x-api-key"]}`;
    if (key.includes("moved")) outgoing.writeHead(307, { location: `${other}/models` }).end();
    else if (key.includes("good") && /\/models(\?|$)/.test(incoming.url ?? "")) outgoing.end('{"data":[]}');
    else outgoing.writeHead(key.includes("odd") ? 500 : 401).end(`refused: ${key}`);
  });
  const servers = openAccess({
    openai: { baseUrl, keyVariable: "OPENAI_API_KEY" },
    anthropic: { baseUrl, keyVariable: "ANTHROPIC_API_KEY" },
    mine: { baseUrl, keyVariable: "MINE" },
    open: { baseUrl },
  }).descriptions;
  const keyed = keyedServers(servers);
  expect(keyed.map(({ provider, isUsual }) => [provider, isUsual])).toEqual([
    ["openai", false],
    ["anthropic", false],
    ["mine", true],
  ]);
  for (const server of keyed) {
    const verdict = (key: string) => checkKey(server, key, { fetch: globalThis.fetch, signal: never });
    expect(await verdict("sk-good-0123")).toEqual({ kind: "accepted" });
    expect(await verdict("sk-bad-0123")).toEqual({ kind: "refused", status: 401 });
    expect(await verdict("sk-odd-0123")).toEqual({ kind: "unknown", reason: "HTTP 500" });
    expect(await verdict("sk-moved-0123")).toEqual({ kind: "unknown", reason: "HTTP 307" });
  }
  expect(elsewhere).toEqual([]);
  const gone = { provider: "mine", baseUrl: "http://127.0.0.1:9/v1", keyVariable: "MINE", isUsual: true };
  const verdict = await checkKey(gone, "sk-good-0123", { fetch: globalThis.fetch, signal: never });
  expect(verdict.kind).toBe("unknown");
});
