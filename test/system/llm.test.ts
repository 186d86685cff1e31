import { describe, expect, test } from "vitest";
import type { CompletionRequest, LanguageModel } from "../../src/models/languageModel.ts";
import { CallScope } from "../../src/system/componentCall.ts";
import { executeSystem } from "../../src/system/execution.ts";
import { llm } from "../../src/system/llm.ts";
import { wireSystem } from "../../src/system/system.ts";
import { executionOf, modelOf, never } from "./smallSystem.ts";

const answerer = llm({
  name: "answerer",
  description: "Answers.",
  inputs: ["question"],
  outputs: ["answer", "reason"],
  prompt: "Answer the question.",
});

const DECLARED = { description: "", inputs: ["question"], outputs: ["answer"], prompt: "Go." };

const ask = (model: LanguageModel, given: { temperature?: number; sample?: number; asked?: typeof answerer } = {}) =>
  new CallScope(never()).run(
    given.asked ?? answerer,
    { question: "Who?" },
    {
      variable: "Be brief.",
      model,
      temperature: given.temperature,
      sample: given.sample ?? 0,
      timeoutMs: 1000,
    },
  );
const complete = "### answer\nBob\n### reason\nWhy not";

describe("an llm component", () => {
  test("has its prompt as variable, and sends the value in force as system message", async () => {
    expect(answerer.variable).toEqual({ kind: "prompt", initial: "Answer the question.", maxLength: 2000 });
    const requests: CompletionRequest[] = [];
    const model = modelOf((request) => {
      requests.push(request);
      return complete;
    });
    expect(await ask(model, { sample: 7 })).toEqual({ answer: "Bob", reason: "Why not" });
    expect(requests).toMatchObject([{ model: undefined, temperature: 0, maxTokens: 1024, sample: 7 }]);
    const [system, user] = requests[0]?.messages ?? [];
    expect(system).toEqual({ role: "system", content: "Be brief." });
    expect(user?.content).toMatch(/^### question\nWho\?\n\n[\s\S]*### answer\n### reason$/);
  });

  test("is deterministic at temperature 0 and can be sampled at any", async () => {
    expect(answerer).toMatchObject({ deterministic: true, samples: true });
    const declaration = { name: "warm", description: "", inputs: ["question"], outputs: ["answer"], prompt: "Go." };
    const warm = llm({ ...declaration, temperature: 0.7, model: "a:b", maxTokens: 5 });
    expect(warm).toMatchObject({ deterministic: false, samples: true });
    const temperatures: number[] = [];
    const model = modelOf(({ temperature, model: asked, maxTokens }) => {
      temperatures.push(temperature);
      return `${asked} ${maxTokens}`;
    });
    expect(await ask(model, { asked: warm as never })).toEqual({ answer: "a:b 5" });
    await ask(model, { asked: warm as never, temperature: 0 });
    await ask(model, { asked: warm as never, temperature: 1 });
    expect(temperatures).toEqual([0.7, 0, 1]);
  });

  test("fails the example, naming every output that the answer lacks and how the answer begins", async () => {
    const system = wireSystem({ name: "toy", components: [answerer], outputs: ["answer"] });
    const model = modelOf(() => "### answer\nBob");
    const { failure } = await executeSystem(
      system,
      { id: "one", question: "Who?" },
      executionOf(system, { modelFor: () => model }),
    );
    expect(failure).toMatchObject({ exampleId: "one", at: "answerer", kind: "field" });
    expect(failure?.message).toMatch(/answer to answerer has no reason; it begins "### answer\\nBob"/);
  });

  test("asks models that keep to a shape for JSON with its outputs, by a name that providers take", async () => {
    const requests: CompletionRequest[] = [];
    const asked: string[] = [];
    const model: LanguageModel = {
      ...modelOf((request) => {
        requests.push(request);
        return '{"answer": "Bob", "reason": "Why not"}';
      }),
      structured: (name) => {
        asked.push(name);
        return true;
      },
    };
    expect(await ask(model)).toEqual({ answer: "Bob", reason: "Why not" });
    const name = "long".repeat(20);
    const other = llm({ ...DECLARED, name, model: "a:b" });
    await ask(model, { asked: other as never });
    expect(asked).toEqual([model.name, "a:b"]);
    expect(requests.map(({ format }) => format)).toEqual([
      { name: "answerer", fields: ["answer", "reason"] },
      { name: name.slice(0, 64), fields: ["answer"] },
    ]);
    expect(requests[0]?.messages.at(-1)?.content).toMatch(/JSON object.*"answer", "reason"$/);
    expect(requests[0]?.messages.at(-1)?.content).not.toContain("### answer");
  });

  test("asks other models for no shape", async () => {
    const requests: CompletionRequest[] = [];
    const model = modelOf((request) => {
      requests.push(request);
      return complete;
    });
    await ask(model);
    await ask({ ...model, structured: () => false });
    expect(requests.map((request) => "format" in request)).toEqual([false, false]);
  });

  test("says when a filter withheld an answer, and when it is empty", async () => {
    const stopped = (stop: "filtered" | "empty", text: string): LanguageModel => ({
      ...modelOf(() => ""),
      complete: async () => ({ text, stop, usage: { inputTokens: 1, outputTokens: 1 } }),
    });
    await expect(ask(stopped("filtered", complete))).rejects.toThrow(
      /filter of the model's provider withheld.*answerer/,
    );
    await expect(ask(stopped("empty", " "))).rejects.toThrow(/answer to answerer is empty/);
  });

  test("says when an answer was cut off, and when the model declined", async () => {
    const stopped = (stop: "length" | "refused"): LanguageModel => ({
      ...modelOf(() => ""),
      complete: async () => ({ text: "### answer\nBo", stop, usage: { inputTokens: 1, outputTokens: 1 } }),
    });
    await expect(ask(stopped("length"))).rejects.toThrow(/has no reason \(it was cut off at maxTokens\)/);
    await expect(ask(stopped("refused"))).rejects.toThrow(/declined to answer answerer/);
  });

  test("says how much the model is to think, and leaves the answer its room", async () => {
    const declaration = { name: "deep", description: "", inputs: ["question"], outputs: ["answer"], prompt: "Go." };
    const requests: CompletionRequest[] = [];
    const model = modelOf((request) => {
      requests.push(request);
      return "### answer\nBob";
    });
    const deep = llm({ ...declaration, maxTokens: 500, effort: "high", thinkingTokens: 2_000 });
    await ask(model, { asked: deep as never });
    expect(requests).toMatchObject([{ maxTokens: 2_500, effort: "high", thinkingTokens: 2_000 }]);
    expect(deep.answerTokens).toBe(2_500);
    expect(() => llm({ ...declaration, thinkingTokens: 10 })).toThrow(/"deep".*at least 1024, not 10/);
    expect(() => llm({ ...declaration, effort: "huge" as never })).toThrow(/"deep".*none, minimal.*not huge/);
  });

  test("says what to do when all of an answer's tokens went into thinking", async () => {
    const thought: LanguageModel = {
      ...modelOf(() => ""),
      complete: async () => ({ text: "", stop: "thought", usage: { inputTokens: 1, outputTokens: 1024 } }),
    };
    await expect(ask(thought)).rejects.toThrow(/spent all tokens.*answerer on thinking.*thinkingTokens.*effort/);
  });

  test("fails as thrown when the model throws", async () => {
    const model = modelOf(() => {
      throw new Error("429 too many requests");
    });
    await expect(ask(model)).rejects.toMatchObject({ kind: "threw", message: "429 too many requests" });
  });
});
