import { setMaxListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Limiter } from "../../src/models/limiter.ts";
import type { Permit } from "../../src/models/requestGate.ts";
import { answered, entry, MINUTE, never } from "./gateEntry.ts";
import { SimulatedTime } from "./simulatedTime.ts";

describe("the order", () => {
  test("is that of arrival; who gives up leaves no hole, and no turn is lost in whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 60, max: 6_000 }),
        fc.array(
          fc.record({
            arrivesMs: fc.integer({ min: 0, max: 5_000 }),
            gaveUpMs: fc.option(fc.integer({ min: 0, max: 5_000 }), { nil: undefined }),
            takesMs: fc.integer({ min: 0, max: 500 }),
            end: fc.constantFrom("answered", "limited", "overloaded", "failed", "unused"),
            retryAfterMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined }),
          }),
          { minLength: 1, maxLength: 60 },
        ),
        async (perMinute, requests) => {
          const time = new SimulatedTime();
          const gate = new Limiter(time);
          const admitted: number[] = [];
          const refused: number[] = [];
          const arrivals = requests.map((request, number) => ({ ...request, number }));
          arrivals.sort((a, b) => a.arrivesMs - b.arrivesMs || a.number - b.number);
          for (const request of arrivals) {
            time.after(request.arrivesMs, () => {
              const giveUp = new AbortController();
              if (request.gaveUpMs !== undefined)
                time.after(request.gaveUpMs, () => giveUp.abort(new Error("gave up")));
              void gate.enter(entry({ requestsPerMinute: perMinute }), giveUp.signal).then(
                async (permit) => {
                  admitted.push(request.number);
                  await time.pass(request.takesMs);
                  const { end, retryAfterMs } = request;
                  permit.leave(end === "answered" ? answered() : { kind: end, retryAfterMs });
                },
                () => refused.push(request.number),
              );
            });
          }
          await time.run();
          expect(admitted.length + refused.length).toBe(requests.length);
          const order = arrivals.map(({ number }) => number).filter((number) => admitted.includes(number));
          expect(admitted).toEqual(order);
          expect(refused.every((number) => requests[number]?.gaveUpMs !== undefined)).toBe(true);
          // Nothing is held: all that may be under way at once goes through.
          const places = gate.concurrency("openai") ?? 0;
          const permits: Permit[] = [];
          for (let i = 0; i < places + 1; i++) {
            void gate.enter(entry(), never).then((permit) => permits.push(permit));
          }
          await time.run();
          expect(permits).toHaveLength(places);
          expect(time.waiting).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("holds among those that need much and those that need little", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const order: number[] = [];
    for (const tokens of [900, 900, 10, 10]) {
      void gate.enter(entry({ tokensPerMinute: 1_000 }, { tokens }), never).then((permit) => {
        order.push(tokens);
        permit.leave(answered(tokens));
      });
    }
    await time.run();
    expect(order).toEqual([900, 900, 10, 10]);
  });

  test("is left at once by those whose signal is aborted before or while they wait", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    await expect(gate.enter(entry(), AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
    const controller = new AbortController();
    const limits = { requestsPerMinute: 1 };
    (await gate.enter(entry(limits), never)).leave(answered());
    const waiting = gate.enter(entry(limits), controller.signal);
    controller.abort(new Error("no longer wanted"));
    await expect(waiting).rejects.toThrow("no longer wanted");
    expect(time.waiting).toBe(0);
  });
});

describe("requests at the same time", () => {
  /** As many as are let through. */
  async function fill(gate: Limiter, time: SimulatedTime, most = 200): Promise<Permit[]> {
    const permits: Permit[] = [];
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    for (let i = 0; i < most; i++) {
      void gate.enter(entry(), controller.signal).then(
        (permit) => permits.push(permit),
        () => undefined,
      );
    }
    await time.run(0);
    controller.abort();
    await time.run(0);
    return permits;
  }

  test("are halved once for all that were refused together, and grow by one for each round", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const first = await fill(gate, time);
    expect(first).toHaveLength(8);
    await time.run(100);
    for (const permit of first) permit.leave({ kind: "limited" });
    for (const expected of [4, 5, 6, 7]) {
      await time.run(100);
      const permits = await fill(gate, time);
      expect(permits).toHaveLength(expected);
      for (const permit of permits) permit.leave(answered());
    }
    await time.run(100);
    const later = await fill(gate, time);
    expect(later).toHaveLength(8);
    await time.run(1);
    later[0]?.leave({ kind: "limited" });
    await time.run(100);
    expect(gate.concurrency("openai")).toBe(4);
  });

  test("are free for others while whoever holds them cannot attend to them", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const [held, ...others] = await fill(gate, time);
    const waiting = gate.enter(entry(), never);
    held?.stepAside?.(true);
    const next = await waiting;
    held?.stepAside?.(false);
    expect(await fill(gate, time)).toHaveLength(0);
    held?.stepAside?.(true);
    for (const permit of [...others, next]) permit.leave({ kind: "failed" });
    held?.leave({ kind: "failed" });
    expect(await fill(gate, time)).toHaveLength(8);
  });

  test("do not grow beyond what is described, nor while the places are not used", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    for (let round = 0; round < 100; round++) {
      const permit = await gate.enter(entry(), never);
      await time.run(10);
      permit.leave(answered());
    }
    expect(gate.concurrency("openai")).toBe(8);
    const permits: Permit[] = [];
    for (let i = 0; i < 5; i++)
      void gate.enter(entry({ concurrency: 3 }), never).then((permit) => permits.push(permit));
    await time.run(0);
    expect(permits).toHaveLength(3);
  });
});

describe("a pause that a provider asks for", () => {
  test("holds for all of its requests, and for no other provider", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    (await gate.enter(entry(), never)).leave({ kind: "limited", retryAfterMs: 20_000 });
    const start = time.now();
    const admitted: [string, number][] = [];
    for (const provider of ["openai", "anthropic"]) {
      for (const model of ["small", "large"]) {
        void gate.enter(entry({}, { provider, model }), never).then((permit) => {
          admitted.push([`${provider}:${model}`, time.now() - start]);
          permit.leave(answered());
        });
      }
    }
    await time.run();
    expect(admitted).toEqual([
      ["anthropic:small", 0],
      ["anthropic:large", 0],
      ["openai:small", 20_000],
      ["openai:large", 20_000],
    ]);
  });

  test("of very long is told to all who wait and who come, until it is nearly over", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const permit = await gate.enter(entry({ concurrency: 1 }), never);
    const waiting = gate.enter(entry({ concurrency: 1 }), never);
    const told = expect(waiting).rejects.toThrow("openai wants no requests for 60 minutes");
    permit.leave({ kind: "overloaded", retryAfterMs: 60 * MINUTE });
    await told;
    await expect(gate.enter(entry(), never)).rejects.toMatchObject({ retryAfterMs: 60 * MINUTE });
    await time.run(56 * MINUTE);
    const late = gate.enter(entry(), never);
    await time.run();
    expect((await late).waitedMs).toBe(4 * MINUTE);
  });
});
