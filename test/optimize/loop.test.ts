import { describe, expect, test } from "vitest";
import type { RewardItem } from "../../src/reward/localRewards.ts";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { run } from "./toyRuns.ts";
import { eventsOf, runToy, timeless, toy } from "./toySystem.ts";

const best = { k: 4, loud: false };

describe("a run", () => {
  test("improves the toy with local rewards that it learns itself", async () => {
    const { summary, events } = await runToy({ settings: { iterations: 6 } });
    expect(summary.unoptimized).toEqual({ validation: { mean: 0, n: 5 }, test: { mean: 0, n: 2 } });
    expect(summary.optimized.validation.mean).toBeGreaterThan(0.5);
    expect(summary.optimized.test?.mean).toBeCloseTo(summary.optimized.validation.mean, 9);
    expect(summary.difference.validation).toMatchObject({ n: 5, mean: summary.optimized.validation.mean });
    expect(summary.accepted).toBeGreaterThanOrEqual(2);
    expect(Object.keys(summary.alignment)).toEqual(["drafter", "picker", "answerer"]);
    expect(events.at(-1)).toMatchObject({ type: "summary", stop: "iterations", iterations: 6 });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
  });

  test("reaches the best configuration there is when its rewards are right", async () => {
    const { summary } = await run({ settings: { iterations: 20, budgetRuns: null, promptCandidates: 6 } });
    expect(summary.configuration).toMatchObject({ picker: best });
    expect(summary.optimized.validation.mean).toBeCloseTo(1, 9);
  });

  test("charges every execution: what is summed up is what was executed", async () => {
    const made = toy();
    const { summary, events } = await run({ toy: made });
    const executed = [...made.executions.values()].reduce((sum, count) => sum + count / 3, 0);
    const charged = Object.values(summary.runsByPurpose).reduce((sum, runs) => sum + runs, 0);
    expect(charged + summary.testRuns).toBeCloseTo(executed, 4);
    expect(events.at(-1)?.systemRuns).toBeCloseTo(charged, 4);
    expect(summary.modelCalls.drafter?.calls).toBe(made.executions.get("drafter"));
  });

  test("records the same events for the same seed, and others for another", async () => {
    const [one, two, other] = [await runToy(), await runToy(), await runToy({ settings: { seed: 2 } })];
    expect(timeless(two.events)).toEqual(timeless(one.events));
    expect(timeless(other.events)).not.toEqual(timeless(one.events));
  });

  test("records the same events however many examples are under way at once", async () => {
    const at = async (concurrency: number) =>
      timeless((await run({ settings: { concurrency } })).events.filter(({ type }) => type !== "run.started"));
    expect(await at(1)).toEqual(await at(8));
  });

  test("tries the values of one search side by side", async () => {
    const underWay = new Map<string, number>();
    let most = 0;
    const made = toy({
      change: (component) =>
        component.name !== "picker"
          ? component
          : {
              ...component,
              run: async (inputs, context) => {
                const value = JSON.stringify(context.variable);
                underWay.set(value, (underWay.get(value) ?? 0) + 1);
                most = Math.max(most, [...underWay.values()].filter((count) => count > 0).length);
                await new Promise((resolve) => setImmediate(resolve));
                underWay.set(value, (underWay.get(value) ?? 0) - 1);
                return component.run(inputs, context);
              },
            },
    });
    const { summary } = await run({ toy: made, settings: { concurrency: 24, searchInputs: 3 } });
    expect(summary.accepted).toBeGreaterThan(0);
    // The grid has eight points.
    expect(most).toBeGreaterThanOrEqual(4);
  });

  test("of a system that is best already changes nothing and rejects or skips every update", async () => {
    const configuration = { drafter: "verify cite compare", picker: best, answerer: "fake:large" };
    const { summary, events } = await run({ request: { configuration } });
    expect(summary.configuration).toEqual(configuration);
    expect(summary.accepted).toBe(0);
    // The two test rows tell all with one measurement.
    expect(summary.testRuns).toBe(2);
    expect(summary.difference.validation).toEqual({ mean: 0, low: 0, high: 0, n: 5 });
    for (const { decision } of eventsOf(events, "update")) expect(decision).not.toBe("accepted");
  });

  test("without anything to optimize says so", async () => {
    const plain = toy({
      change: (made) => ({
        ...made,
        variable: { kind: "none" },
        run: () => ({ [Object.keys(made.outputs)[0] ?? ""]: "solid" }),
      }),
    });
    const { summary } = await run({ toy: plain });
    expect(summary.stop).toBe("nothing to optimize");
  });

  test("with no iterations only measures and fits", async () => {
    const { summary, events } = await run({ settings: { iterations: 0 } });
    expect(summary).toMatchObject({ stop: "iterations", iterations: 0, accepted: 0 });
    expect(eventsOf(events, "update")).toEqual([]);
  });

  test("lets a component rest after an accepted update of it, where the settings say so", async () => {
    const { events } = await run({ settings: { cooldown: 1, iterations: 12, budgetRuns: null } });
    const updates = eventsOf(events, "update");
    const followed = updates.slice(0, -1).filter(({ decision }) => decision === "accepted");
    expect(followed.length).toBeGreaterThan(1);
    for (const { iteration, component } of followed) expect(updates[iteration]?.component).not.toBe(component);
  });

  test("runs everything afresh in a stochastic system, where nothing recorded stays true", async () => {
    const { summary } = await run({
      toy: toy({ stochastic: true }),
      settings: { components: ["answerer"], iterations: 2, freshInputs: 4 },
    });
    // In each iteration four whole runs, and a third of one for the other model on each of the four rows.
    expect(summary.runsByPurpose["fresh pairs"]).toBeCloseTo(2 * (4 + 4 / 3), 5);
  });

  test("optimizes only the components that the settings name", async () => {
    const { events } = await run({ settings: { components: ["picker"], iterations: 3 } });
    expect(new Set(eventsOf(events, "update").map(({ component }) => component))).toEqual(new Set(["picker"]));
  });
});

describe("the gate of a run", () => {
  test("rolls a rejected update back: later updates start from the same value", async () => {
    // Local rewards that like what the global reward dislikes: everything fails at the gate.
    const { summary, events } = await run({
      settings: { iterations: 5 },
      request: {
        rewards: fixedRewards((component, item) => -toyLocalReward(component, item)),
        configuration: { drafter: "verify cite compare", picker: best, answerer: "fake:large" },
      },
    });
    const updates = eventsOf(events, "update");
    expect(updates.some(({ decision }) => decision === "rejected")).toBe(true);
    expect(summary).toMatchObject({
      accepted: 0,
      rejected: updates.filter(({ decision }) => decision === "rejected").length,
    });
    expect(summary.configuration).toEqual({ drafter: "verify cite compare", picker: best, answerer: "fake:large" });
    const starts = new Map(Object.entries(summary.configuration));
    for (const { component, before } of updates) expect(before).toEqual(starts.get(component));
  });

  test("rejects an update that changes no score: a tie keeps the incumbent", async () => {
    // The option `loud` makes no difference to the global reward.
    const { events } = await run({
      settings: { components: ["picker"], iterations: 1 },
      request: {
        rewards: fixedRewards((_component, { options }) => (options?.loud === true && options.k === 4 ? 5 : 0)),
        configuration: { picker: best },
      },
    });
    expect(eventsOf(events, "update")).toMatchObject([
      {
        decision: "rejected",
        before: best,
        after: { k: 4, loud: true },
        reason: expect.stringMatching(/did not change/),
      },
    ]);
  });

  test("is not asked about a configuration that did not change", async () => {
    const { summary, events } = await run({
      settings: { components: ["picker"], iterations: 2 },
      request: { rewards: fixedRewards(() => 0) },
    });
    // The grid was searched whole: the second iteration would only find the same again.
    expect(eventsOf(events, "update")).toMatchObject([{ decision: "unchanged", validation: null }]);
    expect(summary.stop).toBe("nothing left to try");
    // Five rows measured at the start, none again.
    expect(summary.runsByPurpose.validation).toBe(5);
  });

  test("compares on the same rows in the same order, and measures only what changed in a deterministic system", async () => {
    const { summary, events } = await run({ settings: { components: ["answerer"], iterations: 1 } });
    const [update] = eventsOf(events, "update");
    const [start] = eventsOf(events, "evaluation");
    expect(update).toMatchObject({ decision: "accepted", after: "fake:large" });
    expect(update?.validation).toMatchObject({ before: start?.scores, exampleIds: start?.exampleIds });
    // Five rows, of which only the last of three components runs again.
    expect(summary.runsByPurpose.validation).toBeCloseTo(5 + 5 / 3, 5);
  });

  test("is asked about a choice of model per input where the local reward tells inputs apart", async () => {
    const prefers = ({ input, output }: RewardItem) => {
      const letters = [...String(input.draft)].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
      return String(output.answer).includes(letters % 2 === 0 ? "large" : "small") ? 6 : -6;
    };
    const { events } = await run({
      settings: { components: ["answerer"], iterations: 1 },
      request: { rewards: fixedRewards((_component, item) => prefers(item)) },
    });
    const [update] = eventsOf(events, "update");
    expect(update).toMatchObject({ after: { perInput: true } });
    expect(update?.validation).not.toBeNull();
    const chosen = Object.values(update?.models ?? {});
    expect(chosen.reduce((sum, { inputs }) => sum + inputs, 0)).toBe(
      eventsOf(events, "candidate").find(({ current }) => current)?.inputs,
    );
    // Each input has one model that it prefers by far.
    expect(chosen).toHaveLength(2);
    for (const { reward } of chosen) expect(reward).toBeCloseTo(1 / (1 + Math.exp(-6)), 2);
  });

  test("measures the incumbent again in a stochastic system", async () => {
    const { summary, events } = await run({
      toy: toy({ stochastic: true }),
      settings: { components: ["answerer"], iterations: 1 },
    });
    expect(eventsOf(events, "update")[0]?.decision).toBe("accepted");
    expect(summary.runsByPurpose.validation).toBe(5 + 5 + 5);
  });
});

describe("scorers", () => {
  test("an untrusted local reward gives way to the global reward, and the events say why", async () => {
    const { events } = await run({
      settings: { components: ["picker"], iterations: 1 },
      request: { rewards: fixedRewards(toyLocalReward, { alignment: 0.5 }) },
    });
    expect(eventsOf(events, "rewards")[0]).toMatchObject({
      trusted: false,
      reason: expect.stringMatching(/0\.50 .*below 0\.55/),
    });
    expect(new Set(eventsOf(events, "candidate").map(({ scorer }) => scorer))).toEqual(new Set(["global"]));
    expect(eventsOf(events, "update")).toMatchObject([{ scorer: "global", decision: "accepted", after: best }]);
  });

  test("so does one that was measured on too few pairs", async () => {
    const { events } = await run({
      settings: { components: ["picker"], iterations: 1 },
      request: { rewards: fixedRewards(toyLocalReward, { heldOut: 3 }) },
    });
    expect(eventsOf(events, "rewards")[0]).toMatchObject({
      trusted: false,
      reason: expect.stringMatching(/3 held-out pairs are too few/),
    });
    expect(eventsOf(events, "update")[0]?.scorer).toBe("global");
  });

  test("`global` fits nothing and scores by running what is behind the component", async () => {
    const rewards = fixedRewards(() => Number.NaN);
    const { summary, events } = await run({ settings: { scorer: "global", iterations: 3 }, request: { rewards } });
    expect(rewards.fits).toEqual([]);
    expect(summary.runsByPurpose["offline pairs"]).toBeUndefined();
    expect(summary.optimized.validation.mean).toBeGreaterThan(0);
    for (const { scorer } of eventsOf(events, "candidate")) expect(scorer).toBe("global");
  });

  test("`random` uses what knows nothing, and the gate keeps the system from getting worse", async () => {
    const { summary, events } = await run({ settings: { scorer: "random", iterations: 6 } });
    for (const { scorer } of eventsOf(events, "candidate")) expect(scorer).toBe("random");
    expect(summary.difference.validation.mean).toBeGreaterThanOrEqual(0);
  });

  test("the current value is scored by its own outputs, not by those of the value before it", async () => {
    // Fresh pairs would refresh the recorded outputs by the way.
    const { events } = await run({ settings: { components: ["picker"], iterations: 2, freshInputs: 0 } });
    const updates = eventsOf(events, "update");
    expect(updates).toMatchObject([
      { decision: "accepted", after: best },
      { decision: "unchanged", before: best },
    ]);
    expect(updates[1]?.rewardBefore).toBeCloseTo(updates[0]?.rewardAfter ?? Number.NaN, 12);
  });

  test("the global reward of a candidate is that of the system as it is now, also beside the component", async () => {
    // The components of a diamond improve one after the other; each search must see what the others have become.
    const { events } = await run({ settings: { scorer: "global", iterations: 12, budgetRuns: null } });
    const current = eventsOf(events, "candidate").filter((candidate) => candidate.current);
    const updates = eventsOf(events, "update");
    expect(updates.filter(({ decision }) => decision === "accepted").length).toBeGreaterThan(2);
    let standing = 0;
    for (const update of updates) {
      // All rows of the toy score alike, so train and validation means agree.
      expect(current.find(({ iteration }) => iteration === update.iteration)?.reward).toBeCloseTo(standing, 9);
      if (update.decision === "accepted") standing = update.rewardAfter;
    }
  });
});

test("an evaluation measures every validation row, not the gate's sample", async () => {
  const { summary, events } = await run({ settings: { validationRows: 2 }, goal: { kind: "evaluate" } });
  expect(summary.unoptimized.validation.n).toBe(5);
  expect(eventsOf(events, "evaluation").map(({ of, split }) => `${of} ${split}`)).toEqual([
    "unoptimized validation",
    "unoptimized test",
  ]);
});
