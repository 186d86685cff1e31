import { describe, expect, test } from "vitest";
import type { LanguageModel } from "../../src/models/languageModel.ts";
import { ModelMeter } from "../../src/optimize/meteredModel.ts";
import type { CallEnd, CallStart } from "../../src/run/callLog.ts";
import { eventsOf, runToy, toyModel } from "./toySystem.ts";

const request = { messages: [], temperature: 0, maxTokens: 10, sample: 0 };
const signal = new AbortController().signal;
const usage = { inputTokens: 100, outputTokens: 20 };

function model(given: Partial<LanguageModel> = {}): LanguageModel {
  return {
    name: "fake:plain",
    simulated: false,
    complete: async () => ({ text: "answer", stop: "end", usage }),
    ...given,
  };
}

describe("the meter", () => {
  test("counts by who asked, for what, and which model", async () => {
    const meter = new ModelMeter();
    const writer = meter.begin(model(), "writer", "validation");
    await writer.model.complete(request, signal);
    await writer.model.complete({ ...request, model: "fake:other" }, signal);
    writer.end("done");
    await meter.metered(model(), "proposer", "local search").complete(request, signal);
    expect(meter.spentCalls()).toEqual([
      { who: "writer", purpose: "validation", model: "fake:plain", calls: 1, ...usage },
      { who: "writer", purpose: "validation", model: "fake:other", calls: 1, ...usage },
      { who: "proposer", purpose: "local search", model: "fake:plain", calls: 1, ...usage },
    ]);
    expect(meter.counts()).toEqual({
      writer: { calls: 2, inputTokens: 200, outputTokens: 40 },
      proposer: { calls: 1, inputTokens: 100, outputTokens: 20 },
    });
  });

  test("counts no call and no token of what was answered from a record", async () => {
    const meter = new ModelMeter();
    const recorded = model({ complete: async () => ({ text: "answer", stop: "end", usage, recorded: true }) });
    await meter.begin(recorded, "writer", "validation").model.complete(request, signal);
    expect(meter.spentCalls()).toEqual([
      {
        who: "writer",
        purpose: "validation",
        model: "fake:plain",
        calls: 0,
        recorded: 1,
        inputTokens: 0,
        outputTokens: 0,
      },
    ]);
  });

  test("knows prices as far as models tell them, and that a simulated model has none", async () => {
    const price = { inputPerMillion: 0.5, outputPerMillion: 2, asOf: "2026-03-14" };
    const meter = new ModelMeter();
    const priced = model({ priceOf: (name) => (name === "fake:plain" ? price : undefined) });
    await meter.begin(priced, "a", "validation").model.complete(request, signal);
    await meter.begin(priced, "a", "validation").model.complete({ ...request, model: "fake:other" }, signal);
    const simulated = model({ name: "simulated:text", simulated: true, priceOf: () => price });
    await meter.begin(simulated, "a", "validation").model.complete(request, signal);
    expect(meter.models()).toEqual({
      "fake:plain": { simulated: false, price },
      "fake:other": { simulated: false, price: null },
      "simulated:text": { simulated: true, price: null },
    });
  });

  test("goes on from what an earlier process counted, also one of an earlier version", async () => {
    const before = { writer: { calls: 3, inputTokens: 30, outputTokens: 6 } };
    const meter = new ModelMeter({ calls: before });
    await meter.begin(model(), "writer", "validation").model.complete(request, signal);
    expect(meter.counts()).toEqual({ writer: { calls: 4, inputTokens: 130, outputTokens: 26 } });
    expect(meter.spentCalls()[0]).toEqual({ who: "writer", purpose: null, model: null, ...before.writer });
    const again = new ModelMeter({ spentCalls: meter.spentCalls(), models: meter.models() });
    expect([again.spentCalls(), again.models()]).toEqual([meter.spentCalls(), meter.models()]);
  });

  test("tells of calls as they begin and end, with all that they came to", async () => {
    const told: unknown[] = [];
    const meter = new ModelMeter(
      {},
      {
        begin: (start: CallStart) => {
          told.push(start);
          return (end: CallEnd) => told.push(end);
        },
      },
    );
    const waiting = model({ complete: async () => ({ text: "answer", stop: "end", usage, waitedMs: 40 }) });
    const call = meter.begin(waiting, "writer", "validation");
    await call.model.complete(request, signal);
    await call.model.complete(request, signal);
    call.end("done");
    const failing = model({
      complete: async () => {
        throw new Error("out of order");
      },
    });
    await expect(meter.metered(failing, "proposer", "local search").complete(request, signal)).rejects.toThrow();
    const nothing = { calls: 0, recorded: 0, inputTokens: 0, outputTokens: 0, waitedMs: 0, model: undefined };
    expect(told).toEqual([
      { who: "writer", purpose: "validation" },
      {
        outcome: "done",
        calls: 2,
        recorded: 0,
        inputTokens: 200,
        outputTokens: 40,
        waitedMs: 80,
        model: "fake:plain",
      },
      { who: "proposer", purpose: "local search" },
      { ...nothing, outcome: "failed" },
    ]);
  });
});

describe("a run", () => {
  test("tells what its calls were made for, as much of each as its ledger has executions", async () => {
    const price = { inputPerMillion: 1, outputPerMillion: 4 };
    const { events, summary } = await runToy({ request: { model: { ...toyModel, priceOf: () => price } } });
    const { spentCalls = [], executions = {}, models } = summary;
    for (const [purpose, counts] of Object.entries(executions)) {
      const made = spentCalls.filter((row) => row.who === "drafter" && row.purpose === purpose);
      expect(
        made.reduce((sum, { calls }) => sum + calls, 0),
        purpose,
      ).toBe(counts.drafter ?? 0);
    }
    expect(models).toEqual({
      "fake:model": { simulated: false, price },
      "fake:proposer": { simulated: false, price: null },
    });
    const checkpoints = eventsOf(events, "checkpoint");
    expect(checkpoints.at(-1)?.spentCalls?.length).toBeGreaterThan(3);
  });
});
