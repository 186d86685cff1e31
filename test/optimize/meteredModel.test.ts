import { describe, expect, test } from "vitest";
import type { AnswerRecord } from "../../src/models/answerRecord.ts";
import type { LanguageModel } from "../../src/models/languageModel.ts";
import { ModelFailure } from "../../src/models/modelFailure.ts";
import { recordedModel } from "../../src/models/recordedModel.ts";
import { notesOf } from "../../src/models/requestNotes.ts";
import { ModelMeter } from "../../src/optimize/meteredModel.ts";
import type { CallEnd, CallStart } from "../../src/run/callLog.ts";
import type { PaidCall } from "../../src/run/paidCalls.ts";
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
      { who: "proposer", purpose: "local search", model: "fake:plain", calls: 1, ...usage },
      { who: "writer", purpose: "validation", model: "fake:other", calls: 1, ...usage },
      { who: "writer", purpose: "validation", model: "fake:plain", calls: 1, ...usage },
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

  test("holds the stand-in by a budget of money as well: nothing is to be paid", async () => {
    const limits = { calls: null, tokens: null, usd: 0.01 };
    const meter = new ModelMeter({}, { limits });
    const stand = meter.begin(model({ name: "simulated:text", simulated: true }), "writer", "validation");
    expect((await stand.model.complete(request, signal)).text).toBe("answer");
    const mixed = meter.begin(model(), "writer", "validation");
    await mixed.model.complete({ ...request, model: "simulated:text" }, signal);
    await expect(mixed.model.complete(request, signal)).rejects.toThrow("Nobody knows the price of fake:plain");
    expect(meter.budget.spent.usd).toBe(0);
  });

  test("goes on from what an earlier process counted, also one of an earlier version", async () => {
    const before = { writer: { calls: 3, inputTokens: 30, outputTokens: 6 } };
    const meter = new ModelMeter({ calls: before });
    await meter.begin(model(), "writer", "validation").model.complete(request, signal);
    expect(meter.counts()).toEqual({ writer: { calls: 4, inputTokens: 130, outputTokens: 26 } });
    expect(meter.spentCalls()).toContainEqual({ who: "writer", purpose: null, model: null, ...before.writer });
    const again = new ModelMeter({ spentCalls: meter.spentCalls(), models: meter.models() });
    expect([again.spentCalls(), again.models()]).toEqual([meter.spentCalls(), meter.models()]);
  });

  test("tells of calls as they begin and end, with all that they came to", async () => {
    const told: unknown[] = [];
    const meter = new ModelMeter(
      {},
      {
        calls: {
          begin: (start: CallStart) => {
            told.push(start);
            return (end: CallEnd) => told.push(end);
          },
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

describe("what a request may cost", () => {
  const asker = { who: "writer", purpose: "validation", model: "fake:plain" };
  const none = { ...asker, calls: 0, inputTokens: 0, outputTokens: 0 };
  /** Told as bytes and as what the request allows: `mostTokens`. */
  const unanswered = { calls: 1, inputTokens: 64, outputTokens: 10 };

  function kept(asked: Partial<LanguageModel>) {
    const lines: PaidCall[] = [];
    const meter = new ModelMeter({}, { keepPaid: (line) => lines.push(line) });
    const ask = (more = {}, until = signal) =>
      meter.metered(model(asked), "writer", "validation").complete({ ...request, ...more }, until);
    return { lines, meter, ask };
  }

  test("is kept before it is sent, and settled before anyone has the answer", async () => {
    let known = 0;
    const { lines, ask } = kept({
      complete: async () => {
        known = lines.length;
        return { text: "answer", stop: "end", usage };
      },
    });
    await ask();
    expect(known).toBe(1);
    const id = lines[0]?.sent?.id;
    expect(lines).toEqual([
      { ...none, unanswered, sent: { id } },
      { ...none, calls: 1, ...usage, settles: id },
    ]);
    await ask();
    expect(new Set(lines.flatMap(({ sent }) => sent?.id ?? [])).size).toBe(2);
  });

  test("is kept only when it is sent, where the model tells when that is", async () => {
    let send = (): void => undefined;
    const turn = new Promise<void>((resolve) => {
      send = resolve;
    });
    const { lines, ask } = kept({
      announces: true,
      complete: async (sent, until) => {
        await turn;
        await notesOf(sent).sending?.(until);
        return { text: "answer", stop: "end", usage };
      },
    });
    const asked = ask();
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual([]);
    send();
    await asked;
    expect(lines.map(({ sent, settles }) => [sent !== undefined, settles !== undefined])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  test("is nothing where the request never went out", async () => {
    const { lines, meter, ask } = kept({
      announces: true,
      complete: async () => {
        throw new Error("nobody there");
      },
    });
    await expect(ask()).rejects.toThrow("nobody there");
    expect([lines, meter.spentCalls(), meter.budget.spent.calls]).toEqual([[], [], 0]);
  });

  test("is taken back where the request turned out not to be sent", async () => {
    const { lines, meter, ask } = kept({
      complete: async () => {
        throw new ModelFailure("authentication", "no key", { attempts: 0 });
      },
    });
    await expect(ask()).rejects.toThrow("no key");
    expect(lines).toEqual([
      { ...none, unanswered, sent: { id: expect.any(String) } },
      { ...none, settles: lines[0]?.sent?.id },
    ]);
    expect([meter.spentCalls(), meter.budget.spent.calls]).toEqual([[], 0]);
  });

  test("is charged where the request was broken off", async () => {
    const controller = new AbortController();
    const { lines, meter, ask } = kept({
      complete: async () => {
        controller.abort("enough");
        throw controller.signal.reason;
      },
    });
    await expect(ask({}, controller.signal)).rejects.toBe("enough");
    expect(lines.at(-1)).toEqual({ ...none, unanswered, settles: lines[0]?.sent?.id });
    expect(meter.budget.spent.tokens).toBe(74);
  });

  test("names the answer's place in the record, where it is by the time that it is settled", async () => {
    const known: string[] = [];
    const lines: PaidCall[] = [];
    const record: AnswerRecord = {
      find: async () => undefined,
      keep: async (key, _, __, id) => {
        known.push(`${key} of ${id} after ${lines.length}`);
      },
    };
    const meter = new ModelMeter(
      {},
      { keepPaid: (line) => lines.push(line), around: (asked) => recordedModel(asked, { record }) },
    );
    await meter.metered(model(), "writer", "validation").complete(request, signal);
    const { sent } = lines[0] ?? {};
    expect(known).toEqual([`${sent?.key} of ${sent?.id} after 1`]);
    expect(lines).toHaveLength(2);
  });

  test("is no concern of the stand-in, which nobody pays", async () => {
    const { lines, ask } = kept({ simulated: true });
    await ask();
    expect(lines).toEqual([]);
  });

  test("of earlier processes counts in money also before the first checkpoint, which tells the prices", () => {
    const price = { inputPerMillion: 1_000_000, outputPerMillion: 2_000_000 };
    const known = [model({ simulated: true }), model(), model({ priceOf: () => price })];
    const since = [
      { ...none, calls: 1, inputTokens: 3, outputTokens: 1 },
      { ...none, unanswered },
    ];
    const meter = new ModelMeter({ since }, { known });
    expect(meter.budget.spent).toEqual({ calls: 2, tokens: 78, usd: 3 + 2 + 64 + 20 });
    expect(meter.models()).toEqual({ "fake:plain": { simulated: false, price } });
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
