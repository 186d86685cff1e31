import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WaitListener } from "../../src/models/gateWait.ts";
import type { Completion, LanguageModel } from "../../src/models/languageModel.ts";
import { type FailureKind, ModelFailure } from "../../src/models/modelFailure.ts";
import { AnsweredRequests, type Retrying, retryingModel } from "../../src/models/retryingModel.ts";
import { SimulatedTime } from "./simulatedTime.ts";

const request = { messages: [{ role: "user" as const, content: "hello" }], temperature: 0, maxTokens: 10, sample: 0 };
const completion: Completion = { text: "hi", stop: "end", usage: { inputTokens: 1, outputTokens: 1 } };
const never = new AbortController().signal;
const MINUTE = 60_000;

const failure = (kind: FailureKind, retryAfterMs?: number): ModelFailure =>
  new ModelFailure(kind, `test:model did not do it: ${kind}.`, { retryAfterMs });

/** A model that fails as it is told and then answers, under the retries that are tested. */
function bench(script: readonly unknown[], options: Retrying = {}) {
  const time = new SimulatedTime();
  const sentAt: number[] = [];
  const start = time.now();
  const inner: LanguageModel = {
    name: "test:model",
    simulated: false,
    complete: async (_, signal) => {
      signal.throwIfAborted();
      const outcome = script[sentAt.length];
      sentAt.push(time.now() - start);
      if (outcome !== undefined) throw outcome;
      return completion;
    },
  };
  const model = retryingModel(inner, { clock: time, random: () => 0.5, ...options });
  const outcome = async (signal = never): Promise<unknown> => {
    const asked = model.complete(request, signal).catch((thrown: unknown) => thrown);
    await time.run();
    return asked;
  };
  return { time, sentAt, model, outcome };
}

test("long waits before a request is sent again are told, as long as no other is answered", async () => {
  const told: string[] = [];
  let answers = 0;
  const waits: WaitListener = {
    waiting: ({ provider, why, failure: kind, ms }) => told.push(`${provider} ${why} ${kind} ${ms}`),
    answered: () => answers++,
  };
  const failures = Array.from({ length: 5 }, () => failure("overloaded"));
  const { outcome } = bench([...failures, undefined], { waits });
  expect(await outcome()).toMatchObject({ failedAttempts: 5 });
  // 0.4, 0.8 and 1.5 seconds are nothing to wonder about.
  expect(told).toEqual(["test retry overloaded 3000", "test retry overloaded 6000"]);
  expect(answers).toBe(1);
  const answered = new AnsweredRequests();
  const busy = bench([failure("overloaded", 5_000), undefined], { waits, answered });
  answered.count = 0;
  const asked = busy.outcome();
  answered.count = 1;
  await asked;
  expect(told).toHaveLength(2);
});

describe("a failure that passes", () => {
  test("is followed by further requests, after waits that double up to half a minute", async () => {
    const { outcome, sentAt } = bench(Array.from({ length: 9 }, () => failure("overloaded")));
    expect(await outcome()).toEqual({ ...completion, failedAttempts: 9, waitedMs: sentAt.at(-1) });
    const waits = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    expect(waits).toEqual([375, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
  });

  test("is waited out for as long as the provider wants, though no shorter than otherwise", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 120_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (retryAfterMs, chance) => {
          const { outcome, sentAt } = bench([failure("rate limit", retryAfterMs)], { random: () => chance });
          expect(await outcome()).toMatchObject({ text: "hi", failedAttempts: 1 });
          expect(sentAt[1]).toBeGreaterThanOrEqual(Math.max(retryAfterMs, 250));
          expect(sentAt[1]).toBeLessThanOrEqual(Math.max(retryAfterMs + 500, 500));
        },
      ),
    );
  });

  test("is thrown when patience is over, with how often and how long it was tried and what to do", async () => {
    const { outcome, sentAt } = bench(
      Array.from({ length: 100 }, () => failure("overloaded")),
      { patienceMs: MINUTE },
    );
    const thrown = await outcome();
    expect(thrown).toBeInstanceOf(ModelFailure);
    expect(thrown).toMatchObject({ kind: "overloaded", attempts: sentAt.length, endsRun: true });
    expect(sentAt.at(-1)).toBeLessThanOrEqual(MINUTE);
    expect((thrown as ModelFailure).message).toBe(
      `test:model did not do it: overloaded. Asked ${sentAt.length} times in 46 s. Resume the run once the provider is well again.`,
    );
  });

  test("is thrown at once when the provider wants a longer pause than anybody has patience for", async () => {
    const { outcome, sentAt, time } = bench([failure("rate limit", 60 * MINUTE)]);
    expect(await outcome()).toMatchObject({
      retryAfterMs: 60 * MINUTE,
      attempts: 1,
      message: expect.stringMatching(/Asked once; asks to wait 60 min\. Resume the run later, or write the limits/),
    });
    expect(sentAt).toHaveLength(1);
    expect(time.waiting).toBe(0);
  });

  test.each([
    ["malformed answer", 5],
    ["timeout", 4],
  ] as const)("of kind %s is tried %i times, however often others failed before", async (kind, most) => {
    const others = [failure("network"), failure("overloaded"), failure("rate limit")];
    const { outcome, sentAt } = bench([...others, ...Array.from({ length: 100 }, () => failure(kind))]);
    expect(await outcome()).toMatchObject({ kind, attempts: most + 3, endsRun: true });
    expect(sentAt).toHaveLength(most + 3);
  });

  test("of one request, while others are answered, is no reason to end the run", async () => {
    const time = new SimulatedTime();
    let sent = 0;
    const model = retryingModel(
      {
        name: "test:model",
        simulated: false,
        complete: async ({ sample }) => {
          sent++;
          if (sample === 1) throw failure("overloaded");
          return completion;
        },
      },
      { clock: time, random: () => 0.5 },
    );
    const asked = model.complete({ ...request, sample: 1 }, never).catch((thrown: unknown) => thrown);
    await time.run(10);
    await model.complete(request, never);
    await time.run();
    const thrown = await asked;
    expect(thrown).toMatchObject({ kind: "overloaded", attempts: 10, endsRun: false });
    expect((thrown as Error).message).toContain("10 times in 91 s, while other requests were answered.");
    expect(sent).toBe(11);
  });
});

describe("a failure that does not pass", () => {
  test.each(["authentication", "quota", "unknown model", "too long", "bad request"] as const)(
    "(%s) is thrown as it is, at once",
    async (kind) => {
      const thrown = failure(kind);
      const { outcome, sentAt } = bench([thrown]);
      expect(await outcome()).toBe(thrown);
      expect(sentAt).toHaveLength(1);
    },
  );

  test("after others that did tells of all attempts", async () => {
    const { outcome } = bench([failure("network"), failure("bad request")]);
    expect(await outcome()).toMatchObject({ kind: "bad request", attempts: 2, endsRun: false });
  });

  test("of our own making goes through untouched", async () => {
    const defect = new TypeError("no such thing");
    const { outcome } = bench([defect]);
    expect(await outcome()).toBe(defect);
  });
});

describe("an abort", () => {
  test("ends a wait at once, with its reason", async () => {
    const { model, time, sentAt } = bench([failure("overloaded", 50_000)]);
    const controller = new AbortController();
    const asked = model.complete(request, controller.signal);
    const told = expect(asked).rejects.toThrow("enough");
    await time.run(1_000);
    controller.abort(new Error("enough"));
    await told;
    expect(sentAt).toHaveLength(1);
    expect(time.waiting).toBe(0);
  });

  test("during a request is no failure of the provider", async () => {
    const controller = new AbortController();
    const { model } = bench([failure("network")]);
    controller.abort(new Error("enough"));
    await expect(model.complete(request, controller.signal)).rejects.toThrow("enough");
  });
});
