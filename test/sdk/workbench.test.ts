import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { experiment, rows, UserError } from "optimas";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import type { TypedSystem } from "../../src/sdk/experiment.ts";
import type { WorkbenchOptions } from "../../src/sdk/workbench.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { toy, toyModel, toyProposer, toyReward, toySettings } from "../optimize/toySystem.ts";

const questions = (split: string, count: number) =>
  rows(Array.from({ length: count }, (_, index) => ({ question: `${split} question ${index}` })));

const declared = (made = toy()) =>
  experiment({
    system: made.system as TypedSystem<{ readonly answer: string }>,
    data: { train: questions("train", 12), validation: questions("validation", 5), test: questions("test", 2) },
    reward: (output, example, context) => Number(toyReward({ ...output }, example, context)),
    model: toyModel,
    proposer: toyProposer,
    settings: toySettings,
  });

describe("working on an experiment step by step", () => {
  let folder = "";
  const opened: { close(): Promise<void> }[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "optimas-workbench-"));
  });
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close();
    rmSync(folder, { recursive: true });
  });
  const open = async (options: WorkbenchOptions = {}, made = declared()) => {
    const startRewards = async () => fixedRewards(toyLocalReward);
    const bench = await made.open({ out: join(folder, "runs"), startRewards, ...options });
    opened.push(bench);
    return bench;
  };

  test("keeps with every run what it was thought to come to, and the next knows what this one has shown", async () => {
    const begun: Extract<RunEvent, { type: "run.started" }>[] = [];
    const onEvent = (event: RunEvent) => void (event.type === "run.started" && begun.push(event));
    const first = await open({ onEvent });
    await first.evaluate();
    await first.close();
    const second = await open({ onEvent });
    await second.evaluate();
    expect(begun.map(({ estimate }) => estimate?.calls.expected)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(begun[0]?.estimate?.sentences.join(" ")).toContain("no earlier run of this experiment");
    expect(begun[1]?.estimate?.sentences.join(" ")).toContain("measured in 1 earlier run");
  });

  test("each step does first what it needs", async () => {
    const seen: string[] = [];
    const bench = await open({ onEvent: ({ type }) => void seen.push(type) });
    const update = await bench.step();
    expect(update).toMatchObject({ type: "update", iteration: 1 });
    expect(seen[0]).toBe("run.started");
    for (const type of ["evaluation", "rewards", "iteration", "update"]) expect(seen).toContain(type);
    expect(bench.updates()).toEqual([update]);
  });

  test("the configuration in force follows accepted updates", async () => {
    const bench = await open({ settings: { components: ["picker"] } });
    expect(bench.configuration.picker).toEqual({ k: 1, loud: false });
    expect(await bench.step()).toMatchObject({ decision: "accepted" });
    expect(bench.configuration.picker).toEqual({ k: 4, loud: false });
  });

  test("what is accepted is beside the experiment's file at once, and the next run starts there", async () => {
    const file = join(folder, "toy.ts");
    const bench = await open({ file, settings: { components: ["picker"] } });
    await bench.step();
    const saved = JSON.parse(readFileSync(join(folder, "toy.optimas.json"), "utf8"));
    expect(saved).toMatchObject({
      configuration: { picker: { k: 4, loud: false } },
      replaces: { picker: { k: 1, loud: false } },
    });
    await bench.close();
    const next = await open({ file });
    await next.evaluate();
    expect(next.configuration.picker).toEqual({ k: 4, loud: false });
    const afresh = await open({ file, start: "source" });
    await afresh.evaluate();
    expect(afresh.configuration.picker).toEqual({ k: 1, loud: false });
  });

  test("a run starts from the values that it is given, and what it accepts takes the place of the saved ones", async () => {
    const file = join(folder, "toy.ts");
    const state = join(folder, "toy.optimas.json");
    writeFileSync(state, JSON.stringify({ format: 1, configuration: { picker: { k: 4, loud: true } } }));
    const bench = await open({ file, start: { picker: { k: 2, loud: true } }, settings: { components: ["picker"] } });
    await bench.evaluate();
    expect(bench.configuration.picker).toEqual({ k: 2, loud: true });
    expect(JSON.parse(readFileSync(state, "utf8")).configuration).toEqual({ picker: { k: 4, loud: true } });
    expect(await bench.step()).toMatchObject({ decision: "accepted", before: { k: 2, loud: true } });
    expect(JSON.parse(readFileSync(state, "utf8")).configuration).toEqual(bench.configuration);
  });

  test("values for components that are not there, or that they cannot have, are left out with a warning", async () => {
    const warnings: string[] = [];
    const onEvent = (event: RunEvent) => void (event.type === "warning" && warnings.push(event.message));
    const bench = await open({ start: { gone: "x", picker: { k: 99, loud: false } }, onEvent });
    await bench.evaluate();
    expect(bench.configuration.picker).toEqual({ k: 1, loud: false });
    expect(warnings).toEqual([expect.stringMatching(/gone is left out/), expect.stringMatching(/picker is left out/)]);
  });

  test("components that are not there are refused before anything is spent", async () => {
    const bench = await open({ settings: { components: ["piker"] } });
    await expect(bench.step()).rejects.toThrow(/no component.*piker/i);
  });

  test("steps asked for at once wait for one another", async () => {
    const bench = await open();
    const updates = await Promise.all([bench.step(), bench.step(), bench.step()]);
    expect(updates.map((update) => update?.iteration)).toEqual([1, 2, 3]);
  });

  test("`evaluate` tells the start on the validation rows, at any time", async () => {
    const bench = await open();
    const start = await bench.evaluate();
    expect(start).toMatchObject({ of: "unoptimized", split: "validation", mean: 0, n: 5 });
    await bench.optimize({ iterations: 2 });
    expect(await bench.evaluate()).toEqual(start);
  });

  test("optimizes for as many iterations as the settings say, unless it is told another number", async () => {
    const bench = await open({ settings: { iterations: 3 } });
    expect(await bench.optimize()).toMatchObject({ type: "summary", iterations: 3 });
    await expect(bench.optimize({ iterations: -1 })).rejects.toThrow(/whole number from 0, but is -1/);
  });

  test("`optimize` goes on from the steps before it and sums up", async () => {
    const bench = await open();
    await bench.step();
    const summary = await bench.optimize({ iterations: 2 });
    expect(summary).toMatchObject({ type: "summary", iterations: 3, stop: "iterations" });
    expect(summary.optimized.test?.n).toBe(2);
    expect(summary.configuration).toEqual(bench.configuration);
  });

  test("`fitRewards` and `landscape` tell what they found", async () => {
    const bench = await open();
    expect((await bench.fitRewards()).map(({ component }) => component)).toEqual(["drafter", "picker", "answerer"]);
    const points = await bench.landscape({ name: "picker" }, "k");
    expect(points.map(({ global }) => Number(global.toFixed(2)))).toEqual([0, 0.15, 0.3, 0.15]);
    await expect(bench.landscape("pickr", "k")).rejects.toThrow(/no component "pickr"/);
  });

  test("a budget that pays for no further iteration ends them", async () => {
    const bench = await open({ settings: { budgetRuns: 12 } });
    let steps = 0;
    while ((await bench.step()) !== undefined) steps += 1;
    expect(steps).toBeLessThan(5);
    expect(await bench.optimize({ iterations: 1 })).toMatchObject({ stop: "budget" });
  });

  test("a step that fails leaves the next ones usable", async () => {
    const bench = await open();
    await expect(bench.landscape("picker", "kk")).rejects.toThrow(UserError);
    expect(await bench.step()).toMatchObject({ iteration: 1 });
  });

  test("`save` writes the configuration in force, and asks for a name where there is none", async () => {
    const bench = await open({ settings: { components: ["picker"] } });
    await bench.step();
    await expect(bench.save()).rejects.toThrow(/Name the file/);
    const file = await bench.save(join(folder, "toy.optimas.json"));
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      configuration: { picker: { k: 4, loud: false } },
    });
  });

  test("settings of the workbench override those of the experiment; unknown ones are refused", async () => {
    const bench = await open({ settings: { iteratons: 3 } as never });
    await expect(bench.evaluate()).rejects.toThrow(/settings cannot be used: .*iteratons/);
  });
});
