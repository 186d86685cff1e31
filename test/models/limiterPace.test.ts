import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Limiter } from "../../src/models/limiter.ts";
import type { Entry, ProviderLimits } from "../../src/models/requestGate.ts";
import { answered, entry, MINUTE, never } from "./gateEntry.ts";
import { RequestLimit } from "./loopback/requestLimit.ts";
import { SimulatedTime } from "./simulatedTime.ts";

/** Most of what lies in any span of time, by the moments and amounts. */
function most(taken: readonly { readonly at: number; readonly amount: number }[], spanMs = MINUTE): number {
  let largest = 0;
  let sum = 0;
  let first = 0;
  for (const { at, amount } of taken) {
    sum += amount;
    for (let oldest = taken[first]; oldest !== undefined && oldest.at <= at - spanMs; oldest = taken[++first]) {
      sum -= oldest.amount;
    }
    largest = Math.max(largest, sum);
  }
  return largest;
}

describe("requests in a minute", () => {
  test("are never more than the limit, and nearly as many, evenly spread, when there is enough to do", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 3_000 })),
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 0, max: 90 }),
        async (perMinute, latencyMs, lateMs) => {
          const time = new SimulatedTime();
          // Timers come late, as they do in a busy process.
          const late = {
            now: () => time.now(),
            after: (ms: number, action: () => void) => time.after(ms + lateMs, action),
          };
          const gate = new Limiter(late);
          const sent: { at: number; amount: number }[] = [];
          // Enough at a time for the limit to be what holds, also while little is let through at the same time at first.
          const workers = Math.min(8, Math.ceil((perMinute * latencyMs) / MINUTE) + 1);
          const feasible = Math.min(perMinute, (workers * MINUTE) / (latencyMs + lateMs + 1));
          const minutes = perMinute < 60 ? 20 : 2;
          const end = time.now() + minutes * MINUTE;
          for (let worker = 0; worker < workers; worker++) {
            void (async () => {
              while (time.now() < end) {
                const permit = await gate.enter(entry({ requestsPerMinute: perMinute }), never);
                sent.push({ at: time.now(), amount: 1 });
                await time.pass(latencyMs);
                permit.leave(answered());
              }
            })();
          }
          await time.run(minutes * MINUTE);
          expect(most(sent)).toBeLessThanOrEqual(perMinute);
          expect(sent.length).toBeGreaterThanOrEqual(Math.floor(0.95 * feasible * minutes));
          // No second has more than its share, but for the few that catch up with late timers.
          const inASecond = sent.map(
            ({ at }) => sent.filter((other) => other.at >= at && other.at < at + 1_000).length,
          );
          if (sent.length < 2_000) expect(Math.max(...inASecond)).toBeLessThanOrEqual((1.1 * perMinute) / 60 + 1);
        },
      ),
      { numRuns: 12 },
    );
  });

  test("begin with one, not with a burst, and again after a pause", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const sent: number[] = [];
    const ask = async (): Promise<void> => {
      const permit = await gate.enter(entry({ requestsPerMinute: 600 }), never);
      sent.push(time.now());
      permit.leave(answered());
    };
    const start = time.now();
    for (let i = 0; i < 10; i++) void ask();
    await time.run(250);
    expect(sent.map((at) => at - start)).toEqual([0, expect.closeTo(102, 0), expect.closeTo(204, 0)]);
    await time.run(MINUTE);
    sent.length = 0;
    for (let i = 0; i < 10; i++) void ask();
    await time.run(50);
    expect(sent).toHaveLength(1);
  });

  test("are those of the model, where it has limits of its own, and others pass by it", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const slow: ProviderLimits = { requestsPerMinute: 6, tokensPerMinute: null, concurrency: 8 };
    const order: string[] = [];
    const ask = async (model: string, limits: Entry["limits"]): Promise<void> => {
      const permit = await gate.enter(entry({}, { model, limits }), never);
      order.push(model);
      permit.leave(answered());
    };
    void ask("slow", { model: slow });
    void ask("slow", { model: slow });
    void ask("quick", {});
    await time.run(100);
    expect(order).toEqual(["slow", "quick"]);
    await time.run(11_000);
    expect(order).toEqual(["slow", "quick", "slow"]);
  });
});

describe("tokens in a minute", () => {
  test("are never more than the limit, whatever was reserved, and nearly as many", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20_000, max: 200_000 }),
        fc.array(
          fc.record({
            reserved: fc.integer({ min: 200, max: 2_000 }),
            share: fc.double({ min: 0.3, max: 1, noNaN: true }),
          }),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        async (perMinute, kinds) => {
          const time = new SimulatedTime();
          const gate = new Limiter(time);
          const taken: { at: number; amount: number }[] = [];
          const minutes = 4;
          const end = time.now() + minutes * MINUTE;
          let next = 0;
          for (let worker = 0; worker < 8; worker++) {
            void (async () => {
              while (time.now() < end) {
                const { reserved, share } = kinds[next++ % kinds.length] ?? { reserved: 200, share: 1 };
                const actual = Math.ceil(reserved * share);
                const permit = await gate.enter(entry({ tokensPerMinute: perMinute }, { tokens: reserved }), never);
                taken.push({ at: time.now(), amount: actual });
                await time.pass(100);
                permit.leave(answered(actual));
              }
            })();
          }
          await time.run(minutes * MINUTE);
          expect(most(taken)).toBeLessThanOrEqual(perMinute);
          const total = taken.reduce((sum, { amount }) => sum + amount, 0);
          // What is reserved and not yet known is not there for others: up to eight requests, and one that waits for room.
          const largest = Math.max(...kinds.map(({ reserved }) => reserved));
          expect(total).toBeGreaterThanOrEqual(0.95 * (perMinute - 9 * largest) * minutes);
        },
      ),
      { numRuns: 10 },
    );
  });

  test("that a request may take beyond the limit are waited for with an empty minute, not for ever", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const limits = { tokensPerMinute: 1_000 };
    (await gate.enter(entry(limits, { tokens: 500 }), never)).leave(answered(500));
    const start = time.now();
    let waited = 0;
    void gate.enter(entry(limits, { tokens: 5_000 }), never).then((permit) => {
      waited = permit.waitedMs;
    });
    await time.run();
    expect(waited).toBe(time.now() - start);
    expect(waited).toBeGreaterThanOrEqual(MINUTE);
    expect(waited).toBeLessThan(MINUTE + 10);
  });
});

describe("limits that nobody described", () => {
  const bare: Entry = { provider: "openai", model: "small", tokens: 100 };

  test("are taken from what answers tell", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const limits = { requests: { limit: 60, remaining: 59, resetMs: 1_000 } };
    (await gate.enter(bare, never)).leave({ kind: "answered", tokens: 10, limits });
    const sent: number[] = [];
    for (let i = 0; i < 5; i++) {
      void gate.enter(bare, never).then((permit) => {
        sent.push(time.now());
        permit.leave(answered());
      });
    }
    await time.run();
    for (const [at, moment] of sent.entries()) {
      if (at > 0) expect(moment - (sent[at - 1] ?? 0)).toBeGreaterThan(990);
    }
  });

  test("of a day are no limit of a minute", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const limits = { requests: { limit: 200, remaining: 199, resetMs: 432_000 } };
    (await gate.enter(bare, never)).leave({ kind: "answered", tokens: 10, limits });
    for (let i = 0; i < 20; i++) (await gate.enter(bare, never)).leave(answered());
    expect(time.waiting).toBe(0);
  });

  test.each([
    ["a bucket of a minute", 600, 600, 0.92],
    ["a bucket of a second", 600, 10, 0.92],
    ["never two at once", 600, 1, 0.6],
    ["one in a second", 60, 1, 0.7],
    ["a small bucket", 30, 3, 0.8],
  ])("are learnt from refusals: %s", async (_, perMinute, burst, used) => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const limit = new RequestLimit(perMinute, burst, () => time.now());
    const start = time.now();
    const refusals: number[] = [];
    const answers: number[] = [];
    const end = start + 5 * MINUTE;
    for (let worker = 0; worker < 16; worker++) {
      void (async () => {
        for (let failed = 0; time.now() < end; ) {
          const permit = await gate.enter(bare, never);
          const ok = limit.take();
          await time.pass(100);
          (ok ? answers : refusals).push(time.now() - start);
          permit.leave(ok ? answered() : { kind: "limited" });
          failed = ok ? 0 : failed + 1;
          if (!ok) await time.pass(500 * 2 ** Math.min(6, failed));
        }
      })();
    }
    await time.run(5 * MINUTE);
    expect(refusals.filter((at) => at > MINUTE)).toEqual([]);
    const last = answers.filter((at) => at > 2 * MINUTE && at <= 4 * MINUTE).length / 2;
    expect(last).toBeGreaterThan(used * perMinute);
  });

  test("are not taken for lower because nothing was to be sent for a while", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const limit = new RequestLimit(600, 10, () => time.now());
    const start = time.now();
    const answers: number[] = [];
    const busyUntil = async (end: number): Promise<void> => {
      while (time.now() < end) {
        const permit = await gate.enter(bare, never);
        const ok = limit.take();
        await time.pass(20);
        permit.leave(ok ? answered() : { kind: "limited" });
        if (ok) answers.push(time.now() - start);
        else await time.pass(500);
      }
    };
    // As long as it takes until a limit is believed in, a pause in the midst of measuring it, and on.
    for (let worker = 0; worker < 16; worker++)
      void busyUntil(start + 2_500).then(async () => {
        await time.pass(40_000);
        await busyUntil(start + 4 * MINUTE);
      });
    await time.run(4 * MINUTE);
    expect(answers.filter((at) => at > 3 * MINUTE).length).toBeGreaterThan(0.9 * 600);
  });

  test("do not become less and less where refusals have other causes", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const start = time.now();
    const answers: number[] = [];
    let sent = 0;
    for (let worker = 0; worker < 16; worker++) {
      void (async () => {
        while (time.now() < start + 10 * MINUTE) {
          const permit = await gate.enter(bare, never);
          await time.pass(50);
          // All of the first ones, and every 20th from then on.
          const ok = ++sent > 12 && sent % 20 !== 0;
          permit.leave(ok ? answered() : { kind: "limited" });
          if (ok) answers.push(time.now() - start);
          else await time.pass(500);
        }
      })();
    }
    await time.run(10 * MINUTE);
    const inMinute = (minute: number) => answers.filter((at) => Math.floor(at / MINUTE) === minute).length;
    expect(inMinute(9)).toBeGreaterThan(2 * inMinute(0));
  });

  test("are not believed in for single refusals", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const start = time.now();
    let sent = 0;
    for (let worker = 0; worker < 8; worker++) {
      void (async () => {
        while (time.now() < start + 10_000) {
          const permit = await gate.enter(bare, never);
          await time.pass(10);
          permit.leave(++sent % 20 === 0 ? { kind: "limited" } : answered());
        }
      })();
    }
    await time.run(10_000);
    // Some at a time, a hundred times a second each: no pace was taken for a limit.
    expect(sent).toBeGreaterThan(10 * 150);
  });
});
