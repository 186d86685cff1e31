import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findLocalServers, type LocalPlace, usualPlaces } from "../../src/models/localServers.ts";
import { startLoopback } from "./loopback/loopbackServer.ts";

const never = new AbortController().signal;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function loopback(models: readonly string[], provider: string, key?: string): Promise<LocalPlace> {
  const server = await startLoopback({ models, ...(key === undefined ? {} : { key }) });
  closers.push(() => server.close());
  return { provider, baseUrl: `${server.url}/v1` };
}

/** Something else that listens. */
async function listening(provider: string, listener: RequestListener): Promise<LocalPlace> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => closed(server));
  return { provider, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** An address where nothing listens any more. */
async function nobody(provider: string): Promise<LocalPlace> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await closed(server);
  return { provider, baseUrl: `http://127.0.0.1:${port}/v1` };
}

function find(places: readonly LocalPlace[], more: { patienceMs?: number; signal?: AbortSignal } = {}) {
  return findLocalServers({ fetch: globalThis.fetch, signal: never, places, ...more });
}

describe("servers of this machine", () => {
  test("are found with the names of their models as experiments write them", async () => {
    const places = [await loopback(["llama3.2", "qwen3:4b"], "ollama"), await loopback(["Qwen/Qwen3-8B"], "vllm")];
    const { servers, strangers, silent } = await find([...places, await nobody("lmstudio")]);
    expect(servers).toMatchObject([
      { provider: "ollama", kind: "ollama", models: ["ollama:llama3.2", "ollama:qwen3:4b"] },
      { provider: "vllm", kind: "vllm", models: ["vllm:Qwen/Qwen3-8B"] },
    ]);
    expect(strangers).toEqual([]);
    expect(silent.map(({ provider }) => provider)).toEqual(["lmstudio"]);
  });

  test("are told apart by what they say of themselves where they answer at another's usual port", async () => {
    const list = { object: "list", data: [{ id: "tiny", object: "model", owned_by: "llamacpp" }] };
    const place = await listening("vllm", (_, response) => response.end(JSON.stringify(list)));
    expect((await find([place])).servers).toMatchObject([
      { provider: "vllm", kind: "llamacpp", models: ["vllm:tiny"] },
    ]);
  });

  test.each<[string, RequestListener]>([
    ["its answer is no JSON", (_, response) => response.end("<!doctype html>")],
    ["its answer is no list of models", (_, response) => response.end('{"status":"ok"}')],
    ["it answered with HTTP 404", (_, response) => response.writeHead(404).end("not here")],
    ["it wants a key (HTTP 401)", (_, response) => response.writeHead(401).end()],
    [
      "its answer broke off",
      (_, response) => response.writeHead(200, { "content-length": 90 }).write("{", () => response.destroy()),
    ],
    ["its answer is longer than a list of models", (_, response) => response.end("x".repeat(2_000_000))],
  ])("are not what else listens there: %s", async (reason, listener) => {
    const { servers, strangers } = await find([await listening("vllm", listener), await listening("ollama", listener)]);
    expect(servers).toEqual([]);
    expect(strangers.map((stranger) => stranger.reason)).toEqual([reason, reason]);
  });

  test("are followed nowhere else", async () => {
    const elsewhere = vi.fn<RequestListener>((_, response) => response.end('{"data":[{"id":"stolen"}]}'));
    const target = await listening("elsewhere", elsewhere);
    const place = await listening("vllm", (_, response) =>
      response.writeHead(302, { location: `${target.baseUrl}/models` }).end(),
    );
    expect((await find([place])).strangers).toMatchObject([{ reason: "it answered with HTTP 302" }]);
    expect(elsewhere).not.toHaveBeenCalled();
  });

  test("are not waited for when they are silent", async () => {
    const places = [await listening("vllm", () => undefined), await loopback(["a"], "ollama")];
    const { strangers, servers } = await find(places, { patienceMs: 200 });
    expect(servers).toHaveLength(1);
    expect(strangers.map(({ reason }) => reason)).toEqual(["it did not answer in time"]);
  });

  test("are asked all at once", async () => {
    const waiting: (() => void)[] = [];
    const list = { data: [{ id: "a" }], models: [{ name: "a" }] };
    const together: RequestListener = (_, response) => {
      waiting.push(() => response.end(JSON.stringify(list)));
      if (waiting.length === 3) for (const answer of waiting) answer();
    };
    const places = await Promise.all(["vllm", "lmstudio", "ollama"].map((provider) => listening(provider, together)));
    expect((await find(places, { patienceMs: 15_000 })).servers).toHaveLength(3);
  });

  test("are looked for no longer when the person gives up", async () => {
    const controller = new AbortController();
    const reason = new Error("given up");
    const place = await listening("vllm", () => controller.abort(reason));
    await expect(find([place], { signal: controller.signal })).rejects.toBe(reason);
  });

  test("are asked at their usual ports of this machine, with nothing but a question for their models", async () => {
    const asked: [string, unknown][] = [];
    const fetch = (input: unknown, init?: RequestInit): Promise<Response> => {
      asked.push([String(input), init?.headers]);
      return Promise.reject(new TypeError("fetch failed"));
    };
    const { silent } = await findLocalServers({ fetch, signal: never });
    expect(asked).toEqual([
      ["http://127.0.0.1:11434/api/tags", undefined],
      ["http://127.0.0.1:8000/v1/models", undefined],
      ["http://127.0.0.1:1234/v1/models", undefined],
      ["http://127.0.0.1:8080/v1/models", undefined],
    ]);
    expect(silent).toEqual(usualPlaces);
  });
});
