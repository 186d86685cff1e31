import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { refusal, run } from "./toyRuns.ts";
import { eventsOf, toy, toyReward, toySplits } from "./toySystem.ts";

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
