import { describe, expect, test } from "vitest";
import { landscapeValues } from "../../src/optimize/landscape.ts";
import { choice, component, modelChoice, options, range } from "../../src/system/declaration.ts";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { eventsOf, runToy } from "./toySystem.ts";

const searched = component({
  name: "searched",
  description: "",
  inputs: ["x"],
  outputs: ["y"],
  variable: options({
    k: choice([1, 5]),
    n: range(1, 3, { integer: true }),
    t: range(0, 1),
    rate: range(0.0001, 1, { log: true }),
    seed: range(1, 1_000_000_000, { integer: true }),
  }),
  run: () => ({ y: "" }),
});
const now = { k: 5, n: 2, t: 0.5, rate: 0.01, seed: 7 };
const shown = (key: string) =>
  landscapeValues(searched, key, now).map((value) => (value as Readonly<Record<string, unknown>>)[key]);

describe("the values of a landscape", () => {
  test("are those of one option, with everything else as it is", () => {
    expect(landscapeValues(searched, "k", now)).toEqual([{ ...now, k: 1 }, now]);
    expect(shown("n")).toEqual([1, 2, 3]);
  });

  test("of a continuous option are nine, evenly or over orders of magnitude", () => {
    expect(shown("t")).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]);
    const rates = shown("rate").map(Number);
    expect(rates).toHaveLength(9);
    for (const [index, rate] of rates.slice(1).entries()) expect(rate / (rates[index] ?? 0)).toBeCloseTo(10 ** 0.5, 9);
  });

  test("of a range with very many values are some of them", () => {
    const seeds = shown("seed").map(Number);
    expect(seeds.length).toBeLessThanOrEqual(64);
    expect(seeds.every(Number.isInteger)).toBe(true);
    expect([seeds[0], seeds.at(-1)]).toEqual([1, 1_000_000_000]);
  });

  test("of a model choice are its models, whatever the current one", () => {
    const chooser = { ...searched, variable: modelChoice(["a:x", "b:y"]) };
    expect(landscapeValues(chooser, "model", { perInput: true, fallback: "a:x" })).toEqual(["a:x", "b:y"]);
  });
});

describe("drawing a landscape", () => {
  const draw = (componentName: string, key: string) =>
    runToy({
      goal: { kind: "landscape", component: componentName, key },
      request: { rewards: fixedRewards(toyLocalReward) },
    });

  test("tells local and global reward of every value, and which one is in force", async () => {
    const { events, summary } = await draw("picker", "k");
    const points = eventsOf(events, "landscape");
    expect(points.map(({ value }) => (value as { k: number }).k)).toEqual([1, 2, 4, 8]);
    expect(points.map(({ global }) => Number(global.toFixed(3)))).toEqual([0, 0.15, 0.3, 0.15]);
    const [one, , four] = points.map(({ local }) => local ?? 0);
    // The fixed local reward is -1 for k = 1 and 0 for k = 4.
    expect(one).toBeCloseTo(1 / (1 + Math.E), 9);
    expect(four).toBeCloseTo(0.5, 9);
    expect(points.map(({ current }) => current)).toEqual([true, false, false, false]);
    expect(new Set(points.map(({ inputs }) => inputs))).toEqual(new Set([5]));
    expect(summary).toMatchObject({ stop: "landscape drawn", accepted: 0, iterations: 0 });
  });

  test("runs only what is behind the component, and charges it as landscape", async () => {
    const { summary } = await draw("answerer", "model");
    // Two models on five rows, a third of the system each.
    expect(summary.runsByPurpose.landscape).toBeCloseTo(10 / 3, 5);
  });

  test("fits the one component's local reward only", async () => {
    const { events } = await draw("answerer", "model");
    expect(eventsOf(events, "rewards").map(({ component: name }) => name)).toEqual(["answerer"]);
  });
});

test("a choice per input uses its fallback as long as there is no local reward to choose by", async () => {
  const configuration = { answerer: { perInput: true, fallback: "fake:large" } } as const;
  const rewards = fixedRewards((_component, { output }) => (String(output.answer).includes("small") ? 1 : 0));
  const evaluated = await runToy({ goal: { kind: "evaluate" }, request: { rewards, configuration } });
  expect(evaluated.summary.unoptimized.validation.mean).toBeCloseTo(0.2, 9);
  expect(evaluated.summary.runsByPurpose).toEqual({ validation: 5 });
  // Once it is fitted, the local reward above prefers the small model, which scores 0 on the test rows.
  const fitted = await runToy({ goal: { kind: "rewards" }, request: { rewards, configuration } });
  expect(fitted.summary.unoptimized).toMatchObject({ validation: { mean: 0.2 }, test: { mean: 0 } });
});

test("the goals `evaluate` and `rewards` end where they say", async () => {
  const rewards = fixedRewards(toyLocalReward);
  const evaluated = await runToy({ goal: { kind: "evaluate" }, request: { rewards } });
  expect(evaluated.summary).toMatchObject({ stop: "evaluated", runsByPurpose: { validation: 5 }, iterations: 0 });
  expect(rewards.fits).toEqual([]);
  const fitted = await runToy({ goal: { kind: "rewards" }, request: { rewards } });
  expect(fitted.summary).toMatchObject({ stop: "rewards fitted", iterations: 0 });
  expect(rewards.fits).toEqual(["drafter", "picker", "answerer"]);
});
