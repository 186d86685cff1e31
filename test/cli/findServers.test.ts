import { describe, expect, onTestFinished, test } from "vitest";
import { plainDisplay } from "../../src/cli/display/terminalText.ts";
import { findServers } from "../../src/cli/findServers.ts";
import type { LocalPlace } from "../../src/models/localServers.ts";
import { startLoopback } from "../models/loopback/loopbackServer.ts";

async function server(provider: string, models: readonly string[], key?: string): Promise<LocalPlace> {
  const started = await startLoopback({ models, ...(key === undefined ? {} : { key }) });
  onTestFinished(() => started.close());
  return { provider, baseUrl: `${started.url}/v1` };
}

/** An address that a server has just left. */
async function nobody(provider: string): Promise<LocalPlace> {
  const started = await startLoopback();
  const baseUrl = `${started.url}/v1`;
  await started.close();
  return { provider, baseUrl };
}

async function told(places: readonly LocalPlace[], json = false): Promise<string> {
  let text = "";
  const none = () => undefined;
  const result = (line: string): void => {
    text += `${line}\n`;
  };
  const display = () => plainDisplay;
  const rest = { resultDisplay: display, noteDisplay: display, live: undefined, flush: async () => undefined };
  const terminal = { result, note: none, error: none, ...rest };
  await findServers({ json }, terminal, { signal: new AbortController().signal }, places);
  return text;
}

describe("optimas models --find", () => {
  test("tells servers with names of their models, what else answers, and where nobody does", async () => {
    const ollama = await server("ollama", ["llama3.2", "odd\u001b[2Jname"]);
    const vllm = await server("vllm", ["big"], "sk-of-somebody-0123456789");
    const lmstudio = await nobody("lmstudio");
    const text = await told([ollama, vllm, lmstudio]);
    expect(text).toContain(`ollama answers at ${ollama.baseUrl}: 2 models\n  ollama:llama3.2\n`);
    expect(text).not.toContain("\u001b");
    expect(text).toContain(`${vllm.baseUrl}, the usual place of vllm, is something else: it wants a key (HTTP 401).`);
    expect(text).toContain(`Nothing answers where these usually are: lmstudio (${lmstudio.baseUrl}).`);
    expect(text).toContain('experiment({ model: "provider:model" })');
  });

  test("tells how to describe a server that is elsewhere where none is found", async () => {
    expect(await told([await nobody("vllm")])).toContain("optimas.models.json");
  });

  test("tells the same as JSON", async () => {
    const place = await server("llamacpp", ["tiny"]);
    const [found] = JSON.parse(await told([place], true)).servers;
    expect(found).toEqual({ ...place, kind: "llamacpp", models: ["llamacpp:tiny"] });
  });
});
