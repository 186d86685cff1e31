import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openGate } from "../../src/models/requestGate.ts";
import type { Consent, ConsentAnswer } from "../../src/notebook/kernelProtocol.ts";
import type { SettingsInput } from "../../src/optimize/settings.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { choice, component, experiment, llm, options, rows, system } from "../../src/sdk/index.ts";
import { startLoopback } from "../models/loopback/loopbackServer.ts";
import { fixedReply } from "../models/loopback/simulatedReply.ts";
import { fixedRewards } from "../optimize/fixedRewards.ts";
import { cell } from "./cell.ts";

const made = (n: number, salt: string) => Array.from({ length: n }, (_, at) => ({ question: `${salt} ${at}?` }));
const asking = system({
  name: "asking",
  components: [
    llm({ name: "drafter", description: "Drafts.", inputs: ["question"], outputs: ["draft"], prompt: "Draft." }),
    component({
      name: "picker",
      description: "Picks.",
      inputs: ["draft"],
      outputs: ["answer"],
      variable: options({ k: choice([1, 2, 3]) }),
      run: ({ draft }, { variable }) => ({ answer: `${String(draft)} ${variable.k}` }),
    }),
  ],
  outputs: ["answer"],
});

type Bench = Awaited<ReturnType<ReturnType<typeof dear>["open"]>>;

/** An experiment whose every call of its model costs a dollar or so at most. */
function dear(settings: SettingsInput = {}) {
  return experiment({
    system: asking,
    model: "mine:dear",
    data: { train: rows(made(6, "train")), validation: rows(made(4, "validation")) },
    reward: ({ answer }) => String(answer).length % 7,
    settings: { validationRows: 4, stageOneInputs: 2, iterations: 1, budgetRuns: 100, ...settings },
  });
}

const startRewards = () => Promise.resolve(fixedRewards(() => 0));

describe("a step that may cost money", () => {
  let folder = "";
  let stop: () => Promise<void> = async () => undefined;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "optimas-asked-"));
    const server = await startLoopback({ answer: fixedReply("### draft\nAn answer.") });
    stop = () => server.close();
    const servers = { mine: { baseUrl: `${server.url}/v1` } };
    const prices = { "mine:dear": { inputPerMillion: 1_000, outputPerMillion: 1_000 } };
    writeFileSync(join(folder, "optimas.models.json"), JSON.stringify({ version: 1, servers, prices }));
  });
  afterEach(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });

  const somebody = (answer: (request: Consent) => ConsentAnswer) => {
    const asked: Consent[] = [];
    const consent = async (request: Consent) => {
      asked.push(request);
      return answer(request);
    };
    return { asked, host: cell({ folder, models: { gate: openGate, consent } }) };
  };

  test("says what it is, and leaves nothing behind where it is declined", async () => {
    const { asked, host } = somebody(() => ({ agreed: false }));
    const steps = {
      evaluation: (bench: Bench) => bench.evaluate(),
      rewards: (bench: Bench) => bench.fitRewards(),
      landscape: (bench: Bench) => bench.landscape("picker", "k"),
      run: (bench: Bench) => bench.optimize({ iterations: 3 }),
    };
    for (const step of Object.values(steps)) {
      const refused = host.run(async () => {
        const bench = await dear().open({ file: join(folder, "experiment.ts"), startRewards });
        await step(bench);
      });
      await expect(refused).rejects.toThrow("The run was not begun, and nothing was spent.");
    }
    expect(asked.map(({ what }) => what)).toEqual(Object.keys(steps));
    const [evaluation = 0, rewards = 0, landscape = 0, run = 0] = asked.map(({ mostUsd }) => mostUsd ?? 0);
    expect(evaluation).toBeLessThan(rewards);
    expect(evaluation).toBeLessThan(landscape);
    expect(rewards).toBeLessThan(run);
    expect(readdirSync(folder)).toEqual(["optimas.models.json"]);
  });

  test("counts what its run has spent, and begins under the budgets that were chosen", async () => {
    const { asked, host } = somebody(({ budgets }) => ({
      agreed: true,
      // No more than this one step.
      upToUsd: 0,
      ...(budgets && { budgets: { budgetTokens: 4_000_000, budgetCalls: 400 } }),
    }));
    const events: RunEvent[] = [];
    await host.run(async () => {
      const onEvent = (event: RunEvent): void => void events.push(event);
      const bench = await dear().open({ onEvent, startRewards });
      await bench.evaluate();
      await bench.landscape("picker", "k");
      await bench.close();
    });
    expect(asked.map(({ what, spentUsd = 0 }) => [what, spentUsd > 0])).toEqual([
      ["evaluation", false],
      ["landscape", true],
    ]);
    const started = events.find((event) => event.type === "run.started");
    expect(started?.settings).toMatchObject({ budgetTokens: 4_000_000, budgetCalls: 400, budgetRuns: 100 });
    expect(started?.estimate?.calls.high).toBeLessThanOrEqual(400);
  });

  test("that was stopped or failed is not asked about when it goes on", async () => {
    const { asked, host } = somebody(() => ({ agreed: true }));
    await host.run(async () => {
      let failing = true;
      const starting = () => (failing ? Promise.reject(new Error("not yet")) : startRewards());
      const bench = await dear().open({ startRewards: starting });
      await expect(bench.evaluate()).rejects.toThrow("not yet");
      failing = false;
      await bench.evaluate();
      await bench.close();
    });
    expect(asked).toHaveLength(1);
  });

  test("of trials is asked about like a run, each with what was spent before", async () => {
    const { asked, host } = somebody(({ what }) => ({ agreed: what !== "check" }));
    await host.run(async () => {
      const trials = await dear().trials();
      const offer = await trials.offer();
      expect(asked).toEqual([]);
      const [drafter, picker] = offer.components;
      expect(drafter?.tryUsd).toBeGreaterThan(0);
      expect(picker?.checkUsd).toBeGreaterThan(picker?.tryUsd ?? Number.NaN);
      await trials.tryValue("picker", { k: 2 });
      await expect(trials.check("picker", { k: 2 })).rejects.toThrow("Nothing was tried, and nothing was spent on it.");
      const ids = offer.examples.map(({ example }) => example.id);
      expect(await trials.runExamples(ids)).toHaveLength(ids.length);
      await trials.close();
      const whole = (offer.rowUsd ?? 0) * ids.length + (asked.at(-1)?.spentUsd ?? 0);
      expect(asked.at(-1)?.mostUsd).toBeCloseTo(whole, 9);
    });
    expect(asked.map(({ what, spentUsd = 0 }) => [what, spentUsd > 0])).toEqual([
      ["value", false],
      ["check", true],
      ["rows", true],
    ]);
  });
});
