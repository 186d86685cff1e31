import { describe, expect, test } from "vitest";
import type { GateWait } from "../../src/models/gateWait.ts";
import { Limiter } from "../../src/models/limiter.ts";
import type { Entry, ProviderLimits } from "../../src/models/requestGate.ts";
import { answered, entry, never } from "./gateEntry.ts";
import { SimulatedTime } from "./simulatedTime.ts";

/** Asks for some turns at once, answers each at once, and gives what was told meanwhile. */
async function toldBy(limits: Partial<ProviderLimits>, count: number, more: Partial<Entry> = {}): Promise<GateWait[]> {
  const time = new SimulatedTime();
  const gate = new Limiter(time);
  const told: GateWait[] = [];
  const hear = (wait: GateWait): void => void told.push(wait);
  for (let asked = 0; asked < count; asked++) {
    void gate.enter(entry(limits, more), never, hear).then((permit) => permit.leave(answered(more.tokens)));
  }
  await time.run();
  return told;
}

describe("whoever waits at the gate", () => {
  test("hears of a limit that lets nothing through for long, each time anew", async () => {
    const told = await toldBy({ requestsPerMinute: 10 }, 3);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told[0]).toEqual({ provider: "openai", why: "requests", perMinute: 10, ms: expect.closeTo(6_122, -1) });
  });

  test("hears nothing of the ordinary pace of a limit", async () => {
    expect(await toldBy({ requestsPerMinute: 600 }, 50)).toEqual([]);
  });

  test("hears of tokens that a minute has no room for", async () => {
    const [wait] = await toldBy({ tokensPerMinute: 1_000 }, 2, { tokens: 900 });
    expect(wait).toMatchObject({ why: "tokens", perMinute: 1_000 });
    expect(wait?.ms).toBeGreaterThan(30_000);
  });

  test("hears of limits of its model, and of no other's", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    const slow: ProviderLimits = { requestsPerMinute: 6, tokensPerMinute: null, concurrency: 8 };
    const told: string[] = [];
    const ask = (model: string, limits: Entry["limits"]): void => {
      const entered = gate.enter({ ...entry({}, { model }), limits }, never, ({ why, perMinute }) =>
        told.push(`${model}: ${why} ${perMinute}`),
      );
      void entered.then((permit) => permit.leave(answered()));
    };
    for (let asked = 0; asked < 2; asked++) ask("slow", { model: slow });
    ask("quick", {});
    await time.run();
    expect(new Set(told)).toEqual(new Set(["slow: requests 6"]));
  });

  test("hears of a pause that the provider asks for, also who comes during it, and not who has gone", async () => {
    const time = new SimulatedTime();
    const gate = new Limiter(time);
    (await gate.enter(entry(), never)).leave({ kind: "limited", retryAfterMs: 20_000 });
    const told: [who: string, wait: GateWait][] = [];
    const gone = new AbortController();
    const left = gate.enter(entry(), gone.signal, (wait) => told.push(["gone", wait])).catch(() => undefined);
    gone.abort();
    await left;
    told.length = 0;
    void gate.enter(entry(), never, (wait) => told.push(["first", wait]));
    await time.run(5_000);
    void gate.enter(entry(), never, (wait) => told.push(["late", wait]));
    expect(new Set(told.map(([who]) => who))).toEqual(new Set(["first", "late"]));
    expect(told.at(-1)?.[1]).toEqual({ provider: "openai", why: "pause", ms: 15_000 });
    await time.run();
  });
});
