import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Limiter } from "../../src/models/limiter.ts";
import type { RequestGate } from "../../src/models/requestGate.ts";
import { KernelDied } from "../../src/notebook/kernel.ts";
import { openaiHabits } from "../models/loopback/chatWire.ts";
import { type LoopbackServer, startLoopback } from "../models/loopback/loopbackServer.ts";
import { RequestLimit } from "../models/loopback/requestLimit.ts";
import { KernelBench, until } from "./kernelBench.ts";

const PER_MINUTE = 1_800;
const AT_ONCE = 4;

const bench = new KernelBench();
let server: LoopbackServer;
let folder = "";

beforeAll(async () => {
  server = await startLoopback({
    latencyMs: 20,
    limit: new RequestLimit(PER_MINUTE, 10),
    habits: { ...openaiHabits, bound: undefined },
  });
  folder = join(bench.folder, "notebooks");
  mkdirSync(folder);
  const limits = { requestsPerMinute: PER_MINUTE, tokensPerMinute: null, concurrency: AT_ONCE };
  const described = {
    version: 1,
    servers: { mine: { baseUrl: `${server.url}/v1` } },
    limits: { mine: limits },
    // Nobody is asked whether a run may cost something that costs nothing.
    prices: { "mine:loopback": { inputPerMillion: 0, outputPerMillion: 0 } },
  };
  writeFileSync(join(folder, "optimas.models.json"), JSON.stringify(described));
});
afterAll(async () => {
  await bench.dispose();
  await server.close();
});

/** A cell that asks the server's model once for each of its rows, and does something once it is under way. */
const cell = (name: string, rows: number, meanwhile = ""): string => `
import { experiment, llm, system } from "optimas";
const answerer = llm({ name: "answerer", description: "Answers.", inputs: ["question"], outputs: ["answer"], prompt: "Answer." });
const rows = Array.from({ length: ${rows} }, (_, at) => ({ question: "${name} " + at + "?" }));
const e = experiment({
  system: system({ name: "${name}", components: [answerer], outputs: ["answer"] }),
  model: "mine:loopback",
  data: { train: [{ question: "Which?" }], validation: rows },
  reward: () => 1,
});
const asked = e.evaluate();
${meanwhile}
await asked;
console.log("asked");`;

describe("kernels of one parent", () => {
  test("keep the limits of an account together, and one that is killed takes none of it along", async () => {
    const gate: RequestGate = new Limiter();
    const start = () => bench.start({ folder, gate });
    const [one, other, killed] = await Promise.all([start(), start(), start()]);
    const dying = killed.run(cell("killed", 200)).catch((thrown: unknown) => thrown);
    await until(() => server.ledger.received > 0, "one that is killed has begun");
    const asked = Promise.all([one.run(cell("one", 15)), other.run(cell("other", 15))]);
    await until(() => server.ledger.received >= 10, "its requests are under way");
    process.kill(killed.kernel.pid, "SIGKILL");
    expect(await dying).toBeInstanceOf(KernelDied);
    const ran = await asked;
    expect(ran.map(({ stdout }) => stdout)).toEqual([
      expect.stringContaining("asked"),
      expect.stringContaining("asked"),
    ]);
    expect(server.ledger.limited).toBe(0);
    expect(server.ledger.mostUnderWay).toBeLessThanOrEqual(AT_ONCE);
  });

  test("do not wait for one that computes", async () => {
    const gate: RequestGate = new Limiter();
    const start = () => bench.start({ folder, gate });
    const [busy, other] = await Promise.all([start(), start()]);
    const computing = busy.run(
      cell(
        "busy",
        40,
        `await new Promise((resolve) => setTimeout(resolve, 200));
         console.log("computes");
         for (;;);`,
      ),
      (text, interrupt) => {
        if (text.includes("computes")) began.begin(interrupt);
      },
    );
    let isOver = false;
    void computing.then(() => {
      isOver = true;
    });
    const interrupt = await began.promise;
    expect((await other.run(cell("free", 10))).stdout).toContain("asked");
    expect(isOver).toBe(false);
    interrupt(true);
    await computing;
    // What the terminated cell had is free: all places are.
    expect((await other.run(cell("after", 10))).stdout).toContain("asked");
  });
});

const began = (() => {
  let begin: (interrupt: (force?: boolean) => void) => void = () => undefined;
  const promise = new Promise<(force?: boolean) => void>((resolve) => {
    begin = resolve;
  });
  return { promise, begin };
})();
