import { describe, expect, test } from "vitest";
import type { CompletionRequest, LanguageModel } from "../../src/models/languageModel.ts";
import { parseDescriptions } from "../../src/models/modelDescriptions.ts";
import { mostTokens } from "../../src/models/modelPrice.ts";
import { type ModelSettings, settingsOf, settledModel } from "../../src/models/modelSettings.ts";
import { requestKey } from "../../src/models/record/requestKey.ts";

const never = new AbortController().signal;
const request: CompletionRequest = {
  model: "openai:gpt-5-mini",
  messages: [
    { role: "system", content: "Answer in one word." },
    { role: "user", content: "Which river runs through Paris?" },
  ],
  temperature: 0.7,
  maxTokens: 1_024,
  sample: 3,
};
const usage = { inputTokens: 1, outputTokens: 1 };

async function asked(given: CompletionRequest, settings: ModelSettings): Promise<CompletionRequest> {
  let heard: CompletionRequest | undefined;
  const model: LanguageModel = {
    name: "openai:gpt-5-mini",
    simulated: false,
    complete: (request) => {
      heard = request;
      return Promise.resolve({ text: "Seine", stop: "end", usage });
    },
  };
  await settledModel(model, () => settings).complete(given, never);
  if (heard === undefined) throw new Error("nothing was asked");
  return heard;
}

describe("settings of a model", () => {
  const models = new Map<string, ModelSettings>([
    ["openai:*", { effort: "low", timeoutSeconds: 100 }],
    ["openai:gpt-5-mini", { effort: "high", thinkingTokens: 4_096 }],
    ["openai-responses:gpt-5-mini", { effort: "max" }],
    ["ollama:*", { timeoutSeconds: 900 }],
  ]);

  test("are those of its own name before those of its account and of its provider", () => {
    expect(settingsOf("openai:gpt-5-mini", models)).toEqual({
      effort: "high",
      timeoutSeconds: 100,
      thinkingTokens: 4_096,
    });
    expect(settingsOf("openai:gpt-4o", models)).toEqual({ effort: "low", timeoutSeconds: 100 });
    expect(settingsOf("openai-responses:gpt-5-mini", models)).toEqual({
      effort: "max",
      timeoutSeconds: 100,
      thinkingTokens: 4_096,
    });
    expect(settingsOf("ollama:qwen3:8b", models)).toEqual({ timeoutSeconds: 900 });
    expect(settingsOf("anthropic:claude-opus-5", models)).toEqual({});
  });

  test("make room for thinking beside the answer, and leave requests alone that say it themselves", async () => {
    const settings = { effort: "high", thinkingTokens: 4_096, temperature: false } as const;
    expect(await asked(request, settings)).toEqual({
      ...request,
      effort: "high",
      thinkingTokens: 4_096,
      maxTokens: 5_120,
      ownTemperature: true,
    });
    const own = { ...request, effort: "low", thinkingTokens: 1_500, maxTokens: 2_000 } as const;
    expect(await asked(own, { effort: "high", thinkingTokens: 4_096 })).toEqual(own);
    expect(await asked(request, {})).toEqual(request);
    expect(await asked(request, { timeoutSeconds: 30, temperature: true })).toEqual(request);
  });

  test("are set aside by budgets: what may be thought may be charged", async () => {
    expect(mostTokens(await asked(request, { thinkingTokens: 4_096 })).outputTokens).toBe(5_120);
  });

  test("tell requests apart in the record, where they say something of the answer", async () => {
    const keyOf = async (settings: ModelSettings): Promise<string> =>
      requestKey({ ...(await asked(request, settings)), model: "openai:gpt-5-mini" });
    const keys = await Promise.all([
      keyOf({}),
      keyOf({ effort: "low" }),
      keyOf({ effort: "high" }),
      keyOf({ thinkingTokens: 1_024 }),
      keyOf({ temperature: false }),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(await keyOf({ timeoutSeconds: 30 })).toBe(keys[0]);
  });

  test("that are absent leave the keys what they were before there were any", () => {
    // Made by the version before settings.
    expect(requestKey({ ...request, model: "openai:gpt-5-mini" })).toBe(
      "22e8ae2af02073cc7720c1d03ed1b57ede43cbd5b9ad253e687a41cd17f0e63a",
    );
  });
});

describe("the file of a workspace", () => {
  const file = (models: object): string => JSON.stringify({ version: 1, models });

  test("says how models are asked", () => {
    const settings = { timeoutSeconds: 600, effort: "low", thinkingTokens: 8_192, temperature: false };
    const { models } = parseDescriptions(file({ "openai:gpt-5-mini": settings, "ollama:*": {} }), "f.json");
    expect([...models]).toEqual([
      ["openai:gpt-5-mini", settings],
      ["ollama:*", {}],
    ]);
  });

  test.each([
    [{ "gpt-5-mini": {} }, 'f.json:1: models are named provider:model, or provider:*, not "gpt-5-mini"'],
    [{ "openai:o3": { effort: "huge" } }, "must be one of none, minimal, low, medium, high, xhigh, max"],
    [{ "openai:o3": { thinkingTokens: 100 } }, "must be at least 1024"],
    [{ "openai:o3": { timeoutSeconds: 0 } }, "must be at least 1"],
    [{ "openai:o3": { timeoutSeconds: 1e6 } }, "must be at most 3600"],
    [{ "openai:o3": { reasoning: "high" } }, "is no field that is known here"],
    [{ "vscode:copilot/gpt-4o": { effort: "low" } }, "models of the editor are asked as the editor does"],
  ])("refuses %j", (models, message) => {
    expect(() => parseDescriptions(file(models), "f.json")).toThrow(message);
  });
});
