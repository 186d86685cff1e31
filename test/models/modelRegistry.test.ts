import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CompletionRequest } from "../../src/models/languageModel.ts";
import { languageModel } from "../../src/models/modelRegistry.ts";
import type { Entry, Passage } from "../../src/models/requestGate.ts";
import { UserError } from "../../src/system/userError.ts";
import { sha256 } from "./loopback/ledger.ts";
import { type LoopbackServer, startLoopback } from "./loopback/loopbackServer.ts";
import { openAccess } from "./modelAccess.ts";

const never = new AbortController().signal;
const request: CompletionRequest = {
  messages: [{ role: "user", content: "Which river runs through Paris?" }],
  temperature: 0,
  maxTokens: 100,
  sample: 0,
};

describe("models by their names", () => {
  let server: LoopbackServer;

  beforeEach(async () => {
    server = await startLoopback({ models: ["here", "there"] });
  });
  afterEach(() => server.close());

  function access() {
    return openAccess({
      openai: { baseUrl: `${server.url}/v1`, keyVariable: "OPENAI_API_KEY" },
      anthropic: { baseUrl: server.url, keyVariable: "ANTHROPIC_API_KEY" },
      mine: { baseUrl: `${server.url}/v1`, structured: true },
    });
  }

  test.each(["openai:here", "openai-responses:here", "anthropic:here"])("%s answers", async (name) => {
    const model = languageModel(name, access());
    expect(model).toMatchObject({ name, simulated: false });
    expect(await model.complete(request, never)).toMatchObject({ stop: "end" });
  });

  test("a server that is described answers by its name, and is sent no key where it wants none", async () => {
    const described = await startLoopback({
      habits: { usage: true, schema: true, bound: "max_tokens", temperature: true },
    });
    const model = languageModel(
      "mine:here",
      openAccess({ mine: { baseUrl: `${described.url}/v1`, structured: true } }),
    );
    expect(await model.complete(request, never)).toMatchObject({ stop: "end" });
    expect(model.structured?.("mine:here")).toBe(true);
    expect(described.ledger.keys).toEqual({});
    await described.close();
  });

  test("names may have colons and slashes of their own", () => {
    expect(languageModel("ollama:llama3.2:3b", access()).name).toBe("ollama:llama3.2:3b");
    expect(languageModel("vllm:Qwen/Qwen3-8B", access()).name).toBe("vllm:Qwen/Qwen3-8B");
  });

  test("a request that names another model is answered by that one, with its key", async () => {
    const model = languageModel("openai:here", access());
    await model.complete({ ...request, model: "anthropic:there" }, never);
    expect(Object.keys(server.ledger.keys)).toEqual([`authorization ${sha256("sk-anthropic")}`]);
  });

  test("both ways to ask OpenAI have the key of the account", async () => {
    await languageModel("openai-responses:here", access()).complete(request, never);
    expect(Object.keys(server.ledger.keys)).toEqual([`authorization ${sha256("sk-openai")}`]);
  });

  test("every request goes through the gate, which learns how it ended", async () => {
    const entries: Entry[] = [];
    const passages: Passage[] = [];
    const gate = {
      enter: (entry: Entry) => {
        entries.push(entry);
        return Promise.resolve({ waitedMs: 7, leave: (passage: Passage) => void passages.push(passage) });
      },
    };
    const model = languageModel("openai:here", { ...access(), gate });
    expect(await model.complete(request, never)).toMatchObject({ waitedMs: 7 });
    expect(entries).toMatchObject([{ provider: "openai", model: "here" }]);
    expect(passages).toMatchObject([{ kind: "answered" }]);
  });

  test("the simulated model needs no access, answers in the place of all others and is said to be simulated", async () => {
    for (const name of ["simulated", "simulated:text"]) {
      const model = languageModel(name);
      expect(model).toMatchObject({ name: "simulated:text", simulated: true });
      expect(await model.complete({ ...request, model: "openai:here" }, never)).toMatchObject({ stop: "end" });
    }
    expect(server.ledger.received).toBe(0);
  });

  test("a model that there is not, named by a request, ends the run before anything is sent", async () => {
    const model = languageModel("openai:here", access());
    expect(model.structured?.("opnai:here")).toBe(false);
    await expect(model.complete({ ...request, model: "opnai:here" }, never)).rejects.toMatchObject({
      kind: "unknown model",
      endsRun: true,
      attempts: 0,
    });
    expect(server.ledger.received).toBe(0);
  });

  test.each([
    ["opnai:gpt-4o-mini", '"openai:gpt-4o-mini"'],
    ["antropic:claude-haiku-4-5", '"anthropic:claude-haiku-4-5"'],
    ["gpt-4o-mini", '"openai:gpt-4o-mini"'],
    ["claude-haiku-4-5", '"anthropic:claude-haiku-4-5"'],
    ["openai/gpt-4o-mini", '"openai:gpt-4o-mini"'],
    ["simulatd", '"simulated"'],
    ["LMStudio:some", '"lmstudio:some"'],
  ])("%s is asked about", (name, meant) => {
    expect(() => languageModel(name, access())).toThrow(`Did you mean ${meant}?`);
  });

  test.each(["openai", "openai:", "", ":", "what is that"])("%j is refused with the providers there are", (name) => {
    const refusal = () => languageModel(name, access());
    expect(refusal).toThrow(UserError);
    for (const provider of ["simulated", "openai", "openai-responses", "anthropic", "ollama", "lmstudio", "mine"]) {
      expect(refusal).toThrow(provider);
    }
    expect(refusal).toThrow("provider:model");
  });

  test("models of the editor are asked where the editor is, and told about where it is not", async () => {
    expect(() => languageModel("vscode:some", access())).toThrow("VS Code");
    const editorModels = {
      complete: () =>
        Promise.resolve({ text: "Seine", stop: "end" as const, usage: { inputTokens: 1, outputTokens: 1 } }),
    };
    const model = languageModel("vscode:some", { ...access(), editorModels });
    expect(await model.complete(request, never)).toMatchObject({ text: "Seine" });
  });
});
