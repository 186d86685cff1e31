import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { experiment, rows, type TrialOptions, type TrialProgress } from "optimas";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TRIAL_OUTPUT_MIME, trialOutputSchema } from "../../src/run/trialOutput.ts";
import { DISPLAY } from "../../src/sdk/display/displayed.ts";
import type { TypedSystem } from "../../src/sdk/experiment.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { toy, toyModel, toyProposer, toyReward, toySettings } from "../optimize/toySystem.ts";
import { cell } from "./cell.ts";

const questions = (split: string, count: number) =>
  rows(
    Array.from({ length: count }, (_, index) => ({ id: `${split}${index}`, question: `${split} question ${index}` })),
  );

const declared = (made = toy()) =>
  experiment({
    system: made.system as TypedSystem<{ readonly answer: string }>,
    data: { train: questions("train", 12), validation: questions("validation", 5), test: questions("test", 2) },
    reward: (output, example, context) => Number(toyReward({ ...output }, example, context)),
    model: toyModel,
    proposer: toyProposer,
    settings: toySettings,
  });

/** What a value shows of itself to the editor. */
function told(value: object) {
  const look = (value as { [DISPLAY]?: () => Record<string, unknown> })[DISPLAY];
  return trialOutputSchema.parse(look?.()[TRIAL_OUTPUT_MIME]);
}

describe("trying values by hand", () => {
  let folder = "";
  const opened: { close(): Promise<void> }[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "optimas-trials-"));
  });
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close();
    rmSync(folder, { recursive: true });
  });
  const startRewards = async () => fixedRewards(toyLocalReward);
  const open = async (options: TrialOptions = {}, made = declared()) => {
    const bench = await made.trials({ startRewards, ...options });
    opened.push(bench);
    return bench;
  };
  /** The folder of a run that has learnt local rewards. */
  const learnt = async () => {
    const bench = await declared().open({
      out: join(folder, "runs"),
      startRewards: () => import("../../src/reward/inProcessRewards.ts").then((m) => m.inProcessRewards()),
    });
    await bench.fitRewards();
    await bench.close();
    return join(folder, "runs", readdirSync(join(folder, "runs"))[0] ?? "");
  };

  test("offers components with what is in force, rows to try on, and what it costs", async () => {
    const bench = await open();
    const offer = told(await bench.offer());
    expect(offer).toMatchObject({ kind: "offer", system: "toy", simulated: false, checkRows: 5, leftOut: [] });
    if (offer.kind !== "offer") throw new Error(offer.kind);
    expect(offer.examples.slice(0, 2)).toEqual([
      { id: "validation0", text: "validation question 0", split: "validation" },
      { id: "validation1", text: "validation question 1", split: "validation" },
    ]);
    expect(offer.examples.some(({ id }) => id.startsWith("test"))).toBe(false);
    const picker = offer.components.find(({ name }) => name === "picker");
    expect(picker).toMatchObject({ current: { k: 1, loud: false }, source: { k: 1, loud: false }, rewarded: false });
    // Five rows: once whole for what is in force, and once from the picker on (two of three components).
    expect(picker?.checkRuns).toBeCloseTo(5 + 5 * (2 / 3), 6);
  });

  test("runs the component alone, with the value, with the one in force and with those beside", async () => {
    const made = toy();
    const bench = await open({}, declared(made));
    const trial = told(await bench.tryValue("picker", { k: 4, loud: false }));
    if (trial.kind !== "value") throw new Error(trial.kind);
    expect(trial).toMatchObject({
      component: "picker",
      exampleId: "validation0",
      input: { question: "validation question 0" },
    });
    expect(trial.tried.map(({ role, value }) => [role, value])).toEqual([
      ["asked", { k: 4, loud: false }],
      ["current", { k: 1, loud: false }],
      ["neighbour", { k: 1, loud: false }],
      ["neighbour", { k: 2, loud: false }],
      ["neighbour", { k: 8, loud: false }],
      ["neighbour", { k: 4, loud: true }],
    ]);
    expect(trial.tried[0]?.output).toEqual({ passages: "passage 0 passage 1 passage 2 passage 3" });
    expect(trial.tried[0]?.localReward).toBeNull();
    expect(made.executions.get("answerer")).toBe(1);
    await bench.tryValue("picker", { k: 8, loud: false }, { alone: true });
    // The row's own run is reused, and equal calls are not made twice.
    expect(made.executions.get("answerer")).toBe(1);
    expect(made.executions.get("picker")).toBe(5);
  });

  test("gives outputs the local reward that a run has learnt, beside the alignment", async () => {
    const bench = await open({ rewardsFrom: await learnt() });
    const offer = told(await bench.offer());
    if (offer.kind !== "offer") throw new Error(offer.kind);
    expect(offer.components.find(({ name }) => name === "drafter")).toMatchObject({
      rewarded: true,
      alignment: expect.any(Number),
    });
    const trial = await bench.tryValue("picker", { k: 4, loud: false }, { example: "train3" });
    const [asked, current] = trial.tried;
    expect(asked?.localReward).toBeGreaterThan(current?.localReward ?? 1);
    expect(asked?.localReward).toBeLessThan(1);
  });

  test("checks a value on the validation rows as a run's gate would, for the cost told before", async () => {
    const bench = await open();
    const { components } = await bench.offer();
    const check = await bench.check("picker", { k: 4, loud: false });
    expect(check).toMatchObject({
      accepted: true,
      reason: "the mean on 5 validation rows rose by 0.300 (5 better, 0 worse)",
      before: [0, 0, 0, 0, 0],
    });
    expect(check.systemRuns).toBeLessThanOrEqual(components.find(({ name }) => name === "picker")?.checkRuns ?? 0);
    const second = await bench.check("picker", { k: 2, loud: false });
    // What is in force was measured by the first.
    expect(second.systemRuns).toBeLessThan(check.systemRuns);
    expect(told(second)).toMatchObject({ kind: "check", accepted: true });
    expect((await bench.offer()).components.find(({ name }) => name === "picker")?.current).toEqual({
      k: 1,
      loud: false,
    });
  });

  test("tells how far a check is, row by row", async () => {
    const bench = await open();
    const heard: TrialProgress[] = [];
    await bench.check("picker", { k: 4, loud: false }, { onProgress: (progress) => void heard.push(progress) });
    const gate = heard.filter(({ label }) => label === "putting the update to the gate");
    expect(gate.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(heard.map(({ total }) => total))).toEqual(new Set([5]));
    const before = heard.length;
    await bench.check("picker", { k: 2, loud: false });
    expect(heard).toHaveLength(before);
  });

  test("starts from what was kept", async () => {
    const bench = await open();
    await bench.check("picker", { k: 4, loud: false });
    await bench.keep("picker", { k: 4, loud: false });
    expect(await bench.check("picker", { k: 2, loud: false })).toMatchObject({ accepted: false });
  });

  test("runs rows whole, each with its trajectory, as they come", async () => {
    const bench = await open();
    const seen: string[] = [];
    const runs = await bench.runExamples(["validation1", "train0"], ({ exampleId }) => void seen.push(exampleId));
    expect(seen.sort()).toEqual(["train0", "validation1"]);
    const run = told(runs[0] ?? {});
    if (run.kind !== "example") throw new Error(run.kind);
    expect(run).toMatchObject({ exampleId: "validation1", score: 0, failure: null });
    expect(run.steps.map(({ component }) => component)).toEqual(["drafter", "picker", "answerer"]);
  });

  test("runs rows as a run did, under values of its own choosing, and tells what each component took", async () => {
    const made = declared().open({ out: join(folder, "runs"), startRewards });
    const bench = await made;
    await bench.evaluate();
    await bench.close();
    const asInRun = join(folder, "runs", readdirSync(join(folder, "runs"))[0] ?? "");
    const again = await open({ asInRun, start: { picker: { k: 8, loud: false } } });
    const steps: string[] = [];
    const offer = told(await again.offer());
    const [run] = await again.runExamples(["validation1"], undefined, undefined, (id, component) => {
      steps.push(`${id} ${component}`);
    });
    expect(offer.kind === "offer" && offer.components.find(({ name }) => name === "picker")?.current).toEqual({
      k: 8,
      loud: false,
    });
    expect(steps.sort()).toEqual(["validation1 answerer", "validation1 drafter", "validation1 picker"]);
    const shown = told(run ?? {});
    if (shown.kind !== "example") throw new Error(shown.kind);
    expect(shown.steps.every(({ ms, calls }) => typeof ms === "number" && ms >= 0 && typeof calls === "number")).toBe(
      true,
    );
    const other = experiment({
      system: toy().system as TypedSystem<{ readonly answer: string }>,
      data: { train: questions("train", 12), validation: questions("validation", 6), test: questions("test", 2) },
      reward: () => 1,
      model: toyModel,
      proposer: toyProposer,
      settings: toySettings,
    });
    await expect((await open({ asInRun }, other)).offer()).rejects.toThrow(/the validation data .* changed/);
  });

  test("refuses what is not there, and values that are none, before anything runs", async () => {
    const made = toy();
    const bench = await open({}, declared(made));
    await expect(bench.tryValue("piker", null)).rejects.toThrow(/no component.*piker/i);
    await expect(bench.tryValue("picker", { k: 3, loud: false })).rejects.toThrow(
      'The value of "picker" must have "k" in 1, 2, 4, 8, not 3.',
    );
    await expect(bench.tryValue("picker", { k: 2, loud: false }, { example: "test0" })).rejects.toThrow(
      /No validation or training row is called "test0"/,
    );
    expect(made.executions.size).toBe(0);
  });

  test("tells what went wrong where the component fails, and why nothing gets to it", async () => {
    const failing = toy({
      change: (component) =>
        component.name === "picker"
          ? {
              ...component,
              run: () => {
                throw new Error("no index");
              },
            }
          : component,
    });
    const bench = await open({}, declared(failing));
    const trial = await bench.tryValue("picker", { k: 4, loud: false }, { alone: true });
    expect(trial.tried[0]).toMatchObject({ output: undefined, failure: expect.stringContaining("no index") });
    await expect(bench.tryValue("answerer", "fake:large")).rejects.toThrow(
      /answerer gets nothing for the row "validation0": picker failed: .*no index.* Choose another row\./,
    );
  });

  test("stops with its cell, and goes on with the next", async () => {
    let started: (() => void) | undefined;
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    let hangs = true;
    const slow = toy({
      change: (component) =>
        component.name === "answerer"
          ? {
              ...component,
              run: (inputs, context) => {
                started?.();
                return hangs ? new Promise<never>(() => undefined) : component.run(inputs, context);
              },
            }
          : component,
    });
    const bench = await open({}, declared(slow));
    const host = cell({ folder });
    const checked = host.run(() => bench.check("picker", { k: 4, loud: false }));
    await running;
    host.interrupt();
    await expect(checked).rejects.toThrow();
    hangs = false;
    expect(await bench.check("picker", { k: 4, loud: false })).toMatchObject({ accepted: true });
  });

  test("writes nothing", async () => {
    const file = join(folder, "toy.ts");
    const bench = await open({ file });
    await bench.check("picker", { k: 4, loud: false });
    await bench.keep("picker", { k: 4, loud: false });
    expect(existsSync(join(folder, "toy.optimas.json"))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });
});
