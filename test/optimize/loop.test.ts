import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RewardItem } from "../../src/reward/localRewards.ts";
import { eventSchema } from "../../src/run/events.ts";
import { BudgetExhausted } from "../../src/system/ledger.ts";
import { UserError } from "../../src/system/userError.ts";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { completing, eventsOf, runToy, type ToyRun, timeless, toy, toyReward, toySplits } from "./toySystem.ts";

/** Runs with rewards that are right from the start, so that a test takes no training. */
const run = (given: ToyRun = {}) =>
  runToy({ ...given, request: { rewards: fixedRewards(toyLocalReward), ...given.request } });

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

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

describe("the budget", () => {
  test("is never overshot, and every run that can start ends with a summary", async () => {
    const splits = await toySplits();
    const scenario = fc.record({
      budgetRuns: fc.integer({ min: 7, max: 160 }),
      seed: fc.integer({ min: 1, max: 1000 }),
      stochastic: fc.boolean(),
      searchInputs: fc.constantFrom(1, 3, 6),
      freshInputs: fc.constantFrom(0, 4),
      trusted: fc.constantFrom("yes", "no", "sometimes"),
      scorer: fc.constantFrom<("local" | "global")[]>("local", "global"),
      failing: fc.boolean(),
      perInput: fc.boolean(),
      stageOneShare: fc.constantFrom(0.45, 0.99),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ stochastic, trusted, failing, perInput, ...settings }) => {
        let fits = 0;
        const rewards = fixedRewards(toyLocalReward);
        const original = rewards.fit;
        rewards.fit = async (...request) => {
          fits += 1;
          const report = await original(...request);
          return trusted === "yes" || (trusted === "sometimes" && fits % 2 === 1)
            ? report
            : { ...report, alignment: 0 };
        };
        const made = toy({
          stochastic,
          change: (component) =>
            failing && component.name !== "drafter"
              ? {
                  ...component,
                  run: (inputs, context) => {
                    // Every other row fails, in one component or in both.
                    if (/[13579]/.test(JSON.stringify(inputs)) && component.name === "picker") throw new Error("odd");
                    return component.run(inputs, context);
                  },
                }
              : component,
        });
        const { summary, events } = await run({
          toy: made,
          splits,
          settings: { iterations: 12, rollouts: 2, ...settings },
          // Rows differ a little, so that failures alone never make the reward look constant.
          experiment: {
            reward: async (output, example, context) =>
              Number(await toyReward(output, example, context)) + Number(/\d+/.exec(example.id)?.[0]) / 1000,
          },
          request: {
            rewards,
            ...(perInput && { configuration: { answerer: { perInput: true, fallback: "fake:small" } } }),
          },
        });
        const spent = Object.values(summary.runsByPurpose).reduce((sum, runs) => sum + runs, 0);
        expect(spent).toBeLessThanOrEqual(settings.budgetRuns + 1e-4);
        expect(Math.max(...events.map(({ systemRuns }) => systemRuns))).toBeLessThanOrEqual(settings.budgetRuns + 1e-4);
        expect(["budget", "iterations"]).toContain(summary.stop);
        const executed = [...made.executions.values()].reduce((sum, count) => sum + count / 3, 0);
        if (!failing) expect(spent + summary.testRuns).toBeCloseTo(executed, 3);
      }),
      { numRuns: 60 },
    );
  });

  test("that does not pay for the start is refused, with what to do", async () => {
    const message = await refusal(run({ settings: { budgetRuns: 4 } }));
    expect(message).toMatch(
      /budget of 4 system runs .* 5 validation rows; raise --budget-runs or lower .*validationRows/,
    );
  });

  test("that does not pay for stage 1 warns and goes on with the global reward", async () => {
    const { summary, events } = await run({ settings: { budgetRuns: 12, searchInputs: 1 } });
    expect(eventsOf(events, "warning")[0]?.message).toMatch(/does not pay for preferences/);
    expect(new Set(eventsOf(events, "candidate").map(({ scorer }) => scorer))).toEqual(new Set(["global"]));
    expect(summary.stop).toBe("budget");
  });

  test("is never planned away on stage 1 after the start was measured", async () => {
    for (let budgetRuns = 6; budgetRuns <= 40; budgetRuns++) {
      const { summary } = await run({ settings: { budgetRuns, stageOneShare: 0.99, iterations: 0 } });
      expect(summary.stop).toBe("iterations");
    }
  });

  test("that no longer pays for a search because trust was lost ends the run, and pretends no search", async () => {
    for (let budgetRuns = 20; budgetRuns <= 60; budgetRuns++) {
      const rewards = fixedRewards(toyLocalReward);
      const original = rewards.fit;
      // Trusted after stage 1, no longer after the first fresh pairs.
      rewards.fit = async (request, ...rest) => ({
        ...(await original(request, ...rest)),
        alignment: request.stage === "converge" ? 1 : 0,
      });
      const settings = { budgetRuns, components: ["picker"], searchInputs: 1 };
      const { events } = await run({ settings, request: { rewards } });
      expect(eventsOf(events, "warning")).toEqual([]);
    }
  });

  test("of null is no limit", async () => {
    const { summary } = await run({ settings: { budgetRuns: null, iterations: 1 } });
    expect(summary.stop).toBe("iterations");
  });

  test("is not charged for the test rows", async () => {
    const { summary } = await run({ settings: { iterations: 1 } });
    expect(summary.testRuns).toBe(4);
    expect(summary.runsByPurpose).not.toHaveProperty("test");
  });
});

describe("a proposer", () => {
  const failing = (fails: (call: number) => boolean) => {
    let calls = 0;
    return completing("fake:proposer", (request) => {
      if (fails(calls++)) throw new Error("overloaded");
      return `<prompt>Write a draft. verify ${request.sample}</prompt>`;
    });
  };

  test("that fails now and then costs a proposal, not the run", async () => {
    const proposer = failing((call) => call % 2 === 0);
    const { summary, events } = await run({
      settings: { components: ["drafter"], iterations: 2 },
      request: { proposer },
    });
    expect(summary.stop).toBe("iterations");
    expect(eventsOf(events, "candidate").some(({ current }) => !current)).toBe(true);
  });

  test("that never answers ends the run, saying so", async () => {
    const settings = { components: ["drafter"], explorationPrompts: 0, iterations: 1 };
    const message = await refusal(run({ settings, request: { proposer: failing(() => true) } }));
    expect(message).toMatch(/^fake:proposer answered none of 9 requests for new prompts of drafter: overloaded/);
    const stageOne = await refusal(run({ request: { proposer: failing(() => true) } }));
    expect(stageOne).toMatch(/answered none of 4 requests/);
  });
});

test("a budget that is too small to learn from goes to the global reward, and the events say so", async () => {
  const { summary, events } = await run({ settings: { budgetRuns: 200, stageOneShare: 0.5, leastStageOneRuns: 101 } });
  expect(eventsOf(events, "warning").map(({ message }) => message)).toEqual([
    expect.stringMatching(/^A budget of 200 system runs is too small to learn local rewards from/),
  ]);
  expect(new Set(eventsOf(events, "candidate").map(({ scorer }) => scorer))).toEqual(new Set(["global"]));
  expect(summary.runsByPurpose).not.toHaveProperty("offline pairs");
  expect(summary.runsByPurpose).not.toHaveProperty("fresh pairs");
});

test("an evaluation measures every validation row, not the gate's sample", async () => {
  const { summary, events } = await run({ settings: { validationRows: 2 }, goal: { kind: "evaluate" } });
  expect(summary.unoptimized.validation.n).toBe(5);
  expect(eventsOf(events, "evaluation").map(({ of, split }) => `${of} ${split}`)).toEqual([
    "unoptimized validation",
    "unoptimized test",
  ]);
});

describe("what the user can mend is refused", () => {
  test("a reward that is the same for everything", async () => {
    const message = await refusal(run({ experiment: { reward: () => 0.5 } }));
    expect(message).toMatch(/reward gave 0\.5 to every output .* nothing to learn/);
  });

  test("but not a reward that differs between rows only", async () => {
    const reward = async (_output: unknown, { id }: { readonly id: string }) => (id === "validation0" ? 1 : 0);
    expect((await run({ experiment: { reward } })).summary.stop).toBe("iterations");
  });

  test("a system that fails on every row, with the first failure", async () => {
    const broken = toy({
      change: (made) =>
        made.name === "picker" ? { ...made, run: () => Promise.reject(new Error("no index at /tmp/none.")) } : made,
    });
    const message = await refusal(run({ toy: broken }));
    expect(message).toMatch(
      /All 5 validation rows failed, the first \(validation\d\) in picker: no index at \/tmp\/none\./,
    );
  });

  test("a reward that fails on every row", async () => {
    const message = await refusal(run({ experiment: { reward: () => Number.NaN } }));
    expect(message).toMatch(/All 5 validation rows failed, the first .* in reward: .*NaN/);
  });

  test.each<[string, ToyRun, RegExp]>([
    [
      "a component to optimize that does not exist",
      { settings: { components: ["pickr"] } },
      /no component "pickr"; there are drafter, picker, answerer/,
    ],
    [
      "a component of a landscape that does not exist",
      { goal: { kind: "landscape", component: "pickr", key: "k" } },
      /no component "pickr"/,
    ],
    [
      "a key that does not exist",
      { goal: { kind: "landscape", component: "picker", key: "kk" } },
      /"picker" has no option "kk"; there are k, loud/,
    ],
    [
      "a landscape of a prompt",
      { goal: { kind: "landscape", component: "drafter", key: "k" } },
      /variable of "drafter" is a prompt\. Name a component with options/,
    ],
    [
      "another key than the model",
      { goal: { kind: "landscape", component: "answerer", key: "k" } },
      /Its only key is "model"/,
    ],
    [
      "a start outside the search space",
      { request: { configuration: { picker: { k: 3, loud: false } } } },
      /"picker" must have "k" in 1, 2, 4, 8, not 3/,
    ],
    [
      "a state that cannot be read",
      { request: { resume: { state: { version: 0 }, candidates: [], rewardsFile: undefined } } },
      /state of run toy-run cannot be read/,
    ],
  ])("%s", async (_what, given, message) => {
    const made = toy();
    expect(await refusal(run({ ...given, toy: made }))).toMatch(message);
    expect(made.executions.size).toBe(0);
  });

  test("and a failed run says so in its last event", async () => {
    const events: unknown[] = [];
    await run({ experiment: { reward: () => 0.5 }, onEvent: (event) => events.push(event) }).catch(() => {});
    expect(events.at(-1)).toMatchObject({ type: "run.failed", message: expect.stringMatching(/reward gave 0\.5/) });
  });

  test("but running out of budget is no mistake of the user's", () => {
    expect(new BudgetExhausted(2, 1)).toBeInstanceOf(UserError);
  });
});

test("a component that no recorded row reaches is left as it is, and no event holds NaN", async () => {
  const { system, executions } = toy();
  const routed = {
    ...system,
    route: ({ question }: Readonly<Record<string, unknown>>) =>
      String(question).startsWith("validation") ? ["drafter", "picker", "answerer"] : ["drafter"],
  };
  for (const scorer of ["local", "global"] as const) {
    const { events, summary } = await run({
      toy: { system: routed, executions },
      settings: { components: ["picker"], iterations: 2, scorer },
    });
    expect(summary.accepted).toBe(0);
    for (const event of events) expect(eventSchema.safeParse(JSON.parse(JSON.stringify(event))).error).toBeUndefined();
  }
});

test("a reward that compares nothing in the final output is seen", () => {
  expect(
    toyReward({ answer: "solid solid from 4 by fake:large" }, { id: "x" }, { signal: new AbortController().signal }),
  ).toBeCloseTo(2 / 6 + 0.5, 12);
});
