import { describe, expect, test } from "vitest";
import { gatedModel } from "../../src/models/gatedModel.ts";
import type { Completion, LanguageModel } from "../../src/models/languageModel.ts";
import { type FailureKind, ModelFailure } from "../../src/models/modelFailure.ts";
import { type Entry, GateClosed, type Passage, type ReportedLimits } from "../../src/models/requestGate.ts";

const request = {
  messages: [{ role: "user" as const, content: "hello you" }],
  temperature: 0,
  maxTokens: 10,
  sample: 0,
};
const completion: Completion = { text: "hi", stop: "end", usage: { inputTokens: 5, outputTokens: 2 } };
const never = new AbortController().signal;

/** A gate that writes down who entered and how they left. */
function bench(complete: LanguageModel["complete"], reported?: ReportedLimits) {
  const entries: Entry[] = [];
  const passages: Passage[] = [];
  const limits = { requestsPerMinute: 3, tokensPerMinute: null, concurrency: 2 };
  const model = gatedModel(
    { name: "openai:gpt-test", simulated: false, complete },
    {
      gate: {
        enter: async (entry) => {
          entries.push(entry);
          return { waitedMs: 30, leave: (passage) => passages.push(passage) };
        },
      },
      limits: new Map([
        ["openai", limits],
        ["openai:other", { ...limits, requestsPerMinute: 7 }],
      ]),
      reported: () => reported,
    },
  );
  return { model, entries, passages };
}

describe("a request", () => {
  test("enters with its provider, its model, all tokens that it may take and the limits described", async () => {
    const { model, entries } = bench(async () => completion);
    await model.complete(request, never);
    await model.complete({ ...request, model: "openai-responses:other" }, never);
    expect(entries).toMatchObject([
      { provider: "openai", model: "gpt-test", tokens: 13, limits: { provider: { requestsPerMinute: 3 } } },
      { provider: "openai", model: "other", limits: { model: { requestsPerMinute: 7 } } },
    ]);
    expect(entries[0]?.limits?.model).toBeUndefined();
  });

  test("tells how long it waited, and the gate what it took and what it was told of limits", async () => {
    const reported = { requests: { limit: 60, remaining: 59, resetMs: 1_000 } };
    const { model, passages } = bench(async () => ({ ...completion, waitedMs: 2 }), reported);
    expect(await model.complete(request, never)).toEqual({ ...completion, waitedMs: 32 });
    expect(passages).toEqual([{ kind: "answered", tokens: 7, limits: reported }]);
  });

  test.each<[FailureKind, Passage["kind"]]>([
    ["rate limit", "limited"],
    ["overloaded", "overloaded"],
    ["network", "failed"],
    ["bad request", "failed"],
  ])("that fails of kind %s leaves as %s", async (kind, left) => {
    const failure = new ModelFailure(kind, "no", { retryAfterMs: 5 });
    const { model, passages } = bench(() => Promise.reject(failure));
    await expect(model.complete(request, never)).rejects.toBe(failure);
    expect(passages).toMatchObject([left === "failed" ? { kind: left } : { kind: left, retryAfterMs: 5 }]);
  });

  test("that is aborted while it is under way, or thrown out by a defect, leaves all the same", async () => {
    const controller = new AbortController();
    const { model, passages } = bench(async (_, signal) => {
      controller.abort(new Error("enough"));
      signal.throwIfAborted();
      return completion;
    });
    await expect(model.complete(request, controller.signal)).rejects.toThrow("enough");
    expect(passages).toEqual([{ kind: "failed" }]);
  });

  test("that is aborted when its turn comes is not sent", async () => {
    const controller = new AbortController();
    const passages: Passage[] = [];
    const model = gatedModel(
      { name: "openai:gpt-test", simulated: false, complete: () => Promise.reject(new Error("was sent")) },
      {
        gate: {
          enter: async () => {
            controller.abort(new Error("enough"));
            return { waitedMs: 0, leave: (passage) => passages.push(passage) };
          },
        },
      },
    );
    await expect(model.complete(request, controller.signal)).rejects.toThrow("enough");
    expect(passages).toEqual([{ kind: "unused" }]);
  });

  test("at a gate that is closed for long was not sent, and says so", async () => {
    const model = gatedModel(
      { name: "openai:gpt-test", simulated: false, complete: async () => completion },
      { gate: { enter: () => Promise.reject(new GateClosed("openai", 3_600_000)) } },
    );
    await expect(model.complete(request, never)).rejects.toMatchObject({
      kind: "rate limit",
      attempts: 0,
      retryAfterMs: 3_600_000,
      message:
        "openai:gpt-test was not asked: openai wants no requests for 60 minutes. Resume the run then, or use another model.",
    });
  });
});
