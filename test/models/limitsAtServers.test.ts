import { setMaxListeners } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import type { CompletionRequest } from "../../src/models/languageModel.ts";
import { Limiter } from "../../src/models/limiter.ts";
import type { ModelDescriptions, ProviderLimits } from "../../src/models/modelAccess.ts";
import { languageModel } from "../../src/models/modelRegistry.ts";
import { retryingModel } from "../../src/models/retryingModel.ts";
import { type Faults, scripted, seededFaults } from "./loopback/faults.ts";
import { type LoopbackOptions, type LoopbackServer, startLoopback } from "./loopback/loopbackServer.ts";
import { RequestLimit } from "./loopback/requestLimit.ts";
import { openAccess } from "./modelAccess.ts";

const never = new AbortController().signal;
setMaxListeners(0, never);

const request = (number: number): CompletionRequest => ({
  messages: [{ role: "user", content: `Question ${number}: which river runs through Paris?` }],
  temperature: 0,
  maxTokens: 50,
  sample: number,
});

const servers: LoopbackServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server, and what two runs that ask it have in common: the gate. */
async function bench(options: LoopbackOptions, limits?: ProviderLimits) {
  const server = await startLoopback(options);
  servers.push(server);
  const described: ModelDescriptions["limits"] = new Map(limits ? [["openai", limits]] : []);
  const access = openAccess(
    {
      openai: { baseUrl: `${server.url}/v1`, keyVariable: "OPENAI_API_KEY" },
      anthropic: { baseUrl: server.url, keyVariable: "ANTHROPIC_API_KEY" },
    },
    { gate: new Limiter() },
  );
  const run = (name: string) =>
    languageModel(name, { ...access, descriptions: { ...access.descriptions, limits: described } });
  return { server, run };
}

const ask = (model: ReturnType<typeof languageModel>, from: number, to: number) =>
  Promise.all(Array.from({ length: to - from }, (_, at) => model.complete(request(from + at), never)));

describe("at a server with limits", () => {
  test("runs that share an account keep its limit together: nothing is refused", async () => {
    const limits = { requestsPerMinute: 1_200, tokensPerMinute: null, concurrency: 16 };
    const { server, run } = await bench({ limit: new RequestLimit(1_200, 8) }, limits);
    const [one, other] = [run("openai:a"), run("openai-responses:b")];
    // A first request takes longer on its way: those after it would overtake it, and arrive together.
    await ask(one, 0, 1);
    await ask(other, 1, 2);
    const began = performance.now();
    await Promise.all([ask(one, 2, 21), ask(other, 21, 40)]);
    expect(performance.now() - began).toBeGreaterThan(37 * 50 - 100);
    expect(server.ledger).toMatchObject({ answered: 40, limited: 0 });
  });

  test.each(["openai:a", "anthropic:a"])(
    "%s tells its limit with the first answer, which is kept from then on",
    async (name) => {
      const { server, run } = await bench({ limit: new RequestLimit(1_200, 8) });
      const model = run(name);
      await model.complete(request(0), never);
      await ask(model, 1, 31);
      expect(server.ledger).toMatchObject({ answered: 31, limited: 0 });
    },
  );

  test("no more are under way at the same time than is described", async () => {
    const { server, run } = await bench(
      { latencyMs: 20 },
      { requestsPerMinute: null, tokensPerMinute: null, concurrency: 3 },
    );
    await Promise.all([ask(run("openai:a"), 0, 15), ask(run("openai:b"), 15, 30)]);
    expect(server.ledger).toMatchObject({ answered: 30, mostUnderWay: 3 });
  });

  test("a pause that one run is asked for holds for the others", async () => {
    const { server, run } = await bench({ faults: scripted({ kind: "limited", told: "milliseconds", afterMs: 400 }) });
    const began = performance.now();
    await expect(run("openai:a").complete(request(0), never)).rejects.toMatchObject({
      kind: "rate limit",
      retryAfterMs: 400,
    });
    const earlier = performance.now() - began;
    const answers = await ask(run("openai:b"), 1, 5);
    for (const { waitedMs = 0 } of answers) expect(earlier + waitedMs).toBeGreaterThan(398);
    expect(server.ledger.arrivals[1]).toBeGreaterThanOrEqual(399);
  });

  test("turns of requests that are aborted are free again", async () => {
    const { server, run } = await bench(
      { faults: scripted({ kind: "silent" }, { kind: "silent" }) },
      { requestsPerMinute: null, tokensPerMinute: null, concurrency: 2 },
    );
    const model = run("openai:a");
    const controller = new AbortController();
    const silent = [0, 1].map((number) => model.complete(request(number), controller.signal));
    const told = silent.map((asked) => expect(asked).rejects.toThrow("enough"));
    const next = ask(model, 2, 4);
    await expect.poll(() => server.ledger.received).toBe(2);
    controller.abort(new Error("enough"));
    await Promise.all(told);
    expect(await next).toHaveLength(2);
  });

  test("every fifth request fails, and the answers are those of a server that never does", async () => {
    const texts = async (faults?: Faults) => {
      const { server, run } = await bench(faults ? { faults } : {});
      const model = retryingModel(run("openai:a"), { random: () => 0 });
      const answers = await ask(model, 0, 60);
      return { texts: answers.map(({ text }) => text), answers, server };
    };
    const well = await texts();
    const ill = await texts(seededFaults("limits", 0.2));
    expect(ill.texts).toEqual(well.texts);
    const failed = ill.answers.reduce((sum, { failedAttempts = 0 }) => sum + failedAttempts, 0);
    expect(failed).toBeGreaterThan(3);
    expect(ill.server.ledger.received).toBe(60 + failed);
  });
});
