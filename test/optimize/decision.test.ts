import { describe, expect, test } from "vitest";
import { standardErrors } from "../../src/optimize/decision.ts";
import type { SettingsInput } from "../../src/optimize/settings.ts";
import { seededRandom } from "../../src/system/random.ts";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { eventsOf, runToy, type ToyRun } from "./toySystem.ts";

const run = (given: ToyRun = {}) =>
  runToy({ ...given, request: { rewards: fixedRewards(toyLocalReward), ...given.request } });

describe("the advantage of a candidate", () => {
  test("is the mean of its paired differences in standard errors", () => {
    // Differences 1, 0, 2: mean 1, standard deviation 1, standard error 1/sqrt(3).
    expect(standardErrors([0, 0, 0], [1, 0, 2])).toBeCloseTo(Math.sqrt(3), 9);
    expect(standardErrors([1, 0, 2], [0, 0, 0])).toBeCloseTo(-Math.sqrt(3), 9);
  });

  test("has no bound where every input gains the same, and is 0 where nothing changes", () => {
    expect(standardErrors([1, 2], [2, 3])).toBe(Number.POSITIVE_INFINITY);
    expect(standardErrors([1, 2], [1, 2])).toBe(0);
    expect(standardErrors([2, 3], [1, 2])).toBe(0);
  });

  test("is taken over the inputs that both were scored on", () => {
    expect(standardErrors([0, 0, 5, 5], [1, 3])).toBeCloseTo(standardErrors([0, 0], [1, 3]), 9);
  });

  test("keeps the gate from being paid for a gain that may be chance", async () => {
    const settings = { components: ["picker"], iterations: 1 };
    const [any] = eventsOf((await run({ settings })).events, "update");
    expect(any?.validation).not.toBeNull();
    // By chance of input and output, with a slight lean to what is better.
    const noisy = fixedRewards(
      (component, item) =>
        8 * seededRandom(JSON.stringify([item.input, item.output])).next() + 0.1 * toyLocalReward(component, item),
    );
    const strict = { ...settings, advantage: 50 };
    const [careful] = eventsOf((await run({ settings: strict, request: { rewards: noisy } })).events, "update");
    expect(careful).toMatchObject({ decision: "unchanged", validation: null });
  });
});

describe("the component that writes the final outputs", () => {
  const scorers = async (lastComponent: "local" | "global", component: string) => {
    const { events } = await run({ settings: { components: [component], iterations: 1, lastComponent } });
    return new Set(eventsOf(events, "candidate").map(({ scorer }) => scorer));
  };

  test("is scored by its local reward as in the paper, or by the global reward on request", async () => {
    expect(await scorers("local", "answerer")).toEqual(new Set(["local"]));
    expect(await scorers("global", "answerer")).toEqual(new Set(["global"]));
  });

  test("is the only one that the request concerns", async () => {
    expect(await scorers("global", "picker")).toEqual(new Set(["local"]));
  });

  test("is then shown as optimized on the global reward, however well its local reward is aligned", async () => {
    const settings: SettingsInput = { components: ["answerer", "picker"], iterations: 1, lastComponent: "global" };
    const fitted = eventsOf((await run({ settings })).events, "rewards").filter(({ iteration }) => iteration === 0);
    expect(Object.fromEntries(fitted.map(({ component, trusted }) => [component, trusted]))).toEqual({
      answerer: false,
      picker: true,
    });
    expect(fitted.find(({ component }) => component === "answerer")?.reason).toContain(
      "leave the last component to the global reward",
    );
  });

  test("needs no fresh preferences then", async () => {
    const { summary } = await run({ settings: { components: ["answerer"], iterations: 2, lastComponent: "global" } });
    expect(summary.runsByPurpose["fresh pairs"] ?? 0).toBe(0);
  });
});
