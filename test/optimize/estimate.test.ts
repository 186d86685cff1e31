import { describe, expect, test } from "vitest";
import type { LanguageModel } from "../../src/models/languageModel.ts";
import { type EstimateRequest, estimate, type Range } from "../../src/optimize/estimate.ts";
import { measuredIn } from "../../src/optimize/measured.ts";
import { nothing } from "../../src/optimize/plannedExecutions.ts";
import type { SettingsInput } from "../../src/optimize/settings.ts";
import type { SpentCalls } from "../../src/run/events.ts";
import { translator } from "../../src/run/l10n.ts";
import { estimateSentences, toldEstimateSentence } from "../../src/run/views/estimateSentences.ts";
import { run } from "./toyRuns.ts";
import { type ToyRun, toy, toyModel, toyProposer, toyRequest } from "./toySystem.ts";

const price = { inputPerMillion: 1, outputPerMillion: 4, asOf: "2026-03-14", source: "https://example.com" };

/** The same model, whose tokens are counted from the texts at four characters each. */
function counting(model: LanguageModel): LanguageModel {
  return {
    ...model,
    priceOf: () => price,
    complete: async (request, signal) => {
      const answer = await model.complete(request, signal);
      const inputTokens = Math.ceil(request.messages.reduce((sum, { content }) => sum + content.length, 0) / 4);
      return { ...answer, usage: { inputTokens, outputTokens: Math.ceil(answer.text.length / 4) } };
    },
  };
}

const models = { model: counting(toyModel), proposer: counting(toyProposer) };

async function requestFor(given: ToyRun, more: Partial<EstimateRequest> = {}): Promise<EstimateRequest> {
  const { experiment, splits, settings, goal } = await toyRequest(given);
  return {
    system: experiment.system,
    splits,
    settings,
    goal,
    model: "fake:model",
    proposer: "fake:proposer",
    simulated: () => false,
    priceOf: () => price,
    ...more,
  };
}

/** What a run of the toy came to, in the words of an estimate. */
async function actual(given: ToyRun) {
  const { summary } = await run({ ...given, request: { ...models, ...given.request } });
  const rows = summary.spentCalls ?? [];
  const sum = (of: (row: SpentCalls) => number) => rows.reduce((total, row) => total + of(row), 0);
  const input = sum((row) => row.inputTokens);
  const output = sum((row) => row.outputTokens);
  return {
    summary,
    calls: sum((row) => row.calls),
    tokens: input + output,
    usd: (input * price.inputPerMillion + output * price.outputPerMillion) / 1e6,
  };
}

/** The toy, whose last component asks a model too. */
function asking(given: { readonly stochastic?: boolean } = {}) {
  return toy({
    ...given,
    change: (made) =>
      made.name === "answerer"
        ? {
            ...made,
            run: async (inputs, context) => {
              const content = `${String(inputs.draft)} ${String(inputs.passages)}`;
              const messages = [{ role: "user", content }] as const;
              const model = String(context.variable);
              const request = { model, messages, temperature: 0, maxTokens: 64, sample: context.sample };
              await context.model.complete(request, context.signal);
              return made.run(inputs, context);
            },
          }
        : made,
  });
}

const plans: readonly (readonly [string, ToyRun])[] = [
  ["a run", {}],
  ["a run in which chance decides", { toy: asking({ stochastic: true }), settings: { budgetRuns: null } }],
  ["a long run", { settings: { iterations: 16, budgetRuns: 2000 } }],
  ["a run that its budget ends", { settings: { iterations: 40, budgetRuns: 250 } }],
  ["a run without stage 1", { settings: { scorer: "global" } }],
  ["a run by chance", { settings: { scorer: "random" } }],
  ["an evaluation", { goal: { kind: "evaluate" } }],
  ["fitting of rewards", { goal: { kind: "rewards" } }],
  ["a landscape", { goal: { kind: "landscape", component: "picker", key: "k" } }],
];

function holds({ low, expected, high }: Range, came: number): void {
  expect(came).toBeGreaterThanOrEqual(low);
  expect(came).toBeLessThanOrEqual(high);
  expect(expected).toBeGreaterThan(came / 2);
  expect(expected).toBeLessThan(came * 2);
}

describe("an estimate", () => {
  test.each(plans)("of %s holds what comes, and half and double of what is likely", async (_name, given) => {
    const whole = { toy: asking(), ...given };
    const told = estimate(await requestFor(whole));
    const came = await actual(whole);
    holds(told.calls, came.calls);
    expect(came.tokens).toBeGreaterThanOrEqual(told.tokens.low);
    expect(came.tokens).toBeLessThanOrEqual(told.tokens.high);
    const again = estimate(await requestFor(whole, { measured: measuredIn([{ ...came.summary, elapsedMs: 1000 }]) }));
    holds(again.calls, came.calls);
    holds(again.tokens, came.tokens);
    holds(again.usd ?? nothing, came.usd);
  });

  test("says in sentences that translators know how it was computed", async () => {
    const arrows = translator(Object.fromEntries(estimateSentences.map((message) => [message, "→"])));
    const limits = { budgetRuns: 60, budgetCalls: 50, budgetTokens: 3000, budgetUsd: 0.01, budgetMinutes: 0.05 };
    const spent = { who: "picker", purpose: "validation", model: "m", calls: 3, inputTokens: 3, outputTokens: 9 };
    const measured = measuredIn([{ executions: {}, spentCalls: [spent], elapsedMs: 6000 }]);
    const requests = await Promise.all([
      requestFor({ toy: asking() }, { measured }),
      requestFor({ toy: asking() }, { priceOf: () => undefined }),
      requestFor({ settings: limits }),
      requestFor({ settings: { rewards: { backbone: "hub:owner/name" } } }),
      requestFor({}, { simulated: () => true }),
      requestFor({ goal: { kind: "evaluate" } }),
      requestFor({}, { plan: { counts: [], iterations: nothing, stageOneInputs: nothing, runsBind: false } }),
    ]);
    const sentences = new Set(requests.flatMap((request) => estimate(request).sentences));
    for (const sentence of sentences) expect(toldEstimateSentence(sentence, arrows), sentence).toBe("→");
    expect(sentences.size).toBeGreaterThan(12);
  });

  test("names what is not known, and never takes it for nothing", async () => {
    const whole = { toy: asking() };
    const told = estimate(
      await requestFor(whole, { priceOf: (model) => (model === "fake:proposer" ? undefined : price) }),
    );
    expect(told.usd).toBeNull();
    expect(told.unpriced).toEqual(["fake:proposer"]);
    expect(told.sentences.join(" ")).toContain("Money: unknown, for nobody knows the price of fake:proposer.");
    const rows = told.rows.filter(({ who }) => who === "drafter");
    for (const { usd } of rows) expect(usd?.high).toBeGreaterThan(0);
  });

  test("of a run that trains a transformer says that its minutes are without that, where rewards are learned", async () => {
    const settings: SettingsInput = { rewards: { backbone: "hub:owner/name" } };
    const told = async (given: ToyRun) => estimate(await requestFor({ settings, ...given })).sentences.join(" ");
    expect(await told({})).toContain("Minutes: without the training of local rewards on hub:owner/name,");
    expect(await told({ goal: { kind: "rewards" } })).toContain("without the training");
    expect(await told({ goal: { kind: "evaluate" } })).not.toContain("without the training");
    expect(await told({ settings: {} })).not.toContain("without the training");
  });

  test("of the simulated model is no money, and says that it is simulated", async () => {
    const told = estimate(await requestFor({}, { simulated: () => true, priceOf: () => undefined }));
    expect(told).toMatchObject({ simulated: true, usd: { low: 0, expected: 0, high: 0 }, unpriced: [] });
  });

  test.each([
    ["budgetCalls", 50, "calls"],
    ["budgetTokens", 3000, "tokens"],
    ["budgetUsd", 0.01, "usd"],
    ["budgetMinutes", 0.05, "minutes"],
  ] as const)("stays within %s, and says that it binds", async (setting, limit, which) => {
    const settings: SettingsInput = { [setting]: limit };
    const told = estimate(await requestFor({ toy: asking(), settings }));
    expect(told[which]?.high).toBe(limit);
    expect(told[which]?.expected).toBeLessThanOrEqual(limit);
    expect(told.sentences.join(" ")).toMatch(/budget of .* is less than the worst case/);
  });

  test("of models that think count what they may think beyond their answers", async () => {
    const plain = estimate(await requestFor({ toy: asking() }));
    const thinking = estimate(await requestFor({ toy: asking() }, { thinkingTokens: () => 4_096 }));
    for (const [at, { outputTokens, calls }] of thinking.rows.entries()) {
      const before = plain.rows[at]?.outputTokens;
      expect(outputTokens.low).toBe(before?.low);
      expect(outputTokens.high).toBeCloseTo((before?.high ?? 0) + 4_096 * calls.high);
    }
    expect(thinking.rows.length).toBeGreaterThan(0);
  });

  test("of minutes keeps to what the provider allows in a minute", async () => {
    const limits = () => ({ requestsPerMinute: 10, tokensPerMinute: null, concurrency: 4 });
    const told = estimate(await requestFor({ toy: asking() }, { limits }));
    expect(told.minutes.expected).toBeGreaterThanOrEqual(told.calls.expected / 10 - 1e-9);
  });

  test("grows with iterations, rows and samples", async () => {
    const calls = async (settings: SettingsInput) =>
      estimate(await requestFor({ toy: asking(), settings: { budgetRuns: null, ...settings } })).calls;
    const small = await calls({});
    for (const more of [{ iterations: 8 }, { samples: 6, tellingSamples: 12 }, { freshInputs: 8, searchInputs: 8 }]) {
      const large = await calls(more);
      expect(large.expected).toBeGreaterThan(small.expected);
      expect(large.high).toBeGreaterThan(small.high);
    }
  });

  test("stays sure of what is asked just once each time, as runs have shown", async () => {
    const whole: ToyRun = { toy: asking(), goal: { kind: "evaluate" } };
    const { summary } = await actual(whole);
    const measured = measuredIn([{ ...summary, elapsedMs: 1000 }]);
    const { rows } = estimate(await requestFor(whole, { measured }));
    const { calls } = rows.find(({ who, purpose }) => who === "drafter" && purpose === "validation") ?? {};
    expect(calls?.low).toBe(calls?.high);
    expect(calls?.low).toBeGreaterThan(0);
  });

  test("counts calls of a component's own code once a run has shown them", () => {
    const spent = {
      who: "picker",
      purpose: "validation",
      model: "fake:model",
      calls: 30,
      inputTokens: 300,
      outputTokens: 90,
    };
    const measured = measuredIn([
      { executions: { validation: { picker: 10 } }, spentCalls: [spent], elapsedMs: 6000 },
      { executions: {}, spentCalls: [], elapsedMs: 5 },
    ]);
    expect(measured).toEqual({
      runs: 1,
      callers: { picker: { callsPerExecution: 3, inputTokens: 10, outputTokens: 3, cachedInputTokens: 0 } },
      msPerCall: 200,
    });
    expect(measuredIn([])).toBeUndefined();
  });
});
