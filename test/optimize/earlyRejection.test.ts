import { describe, expect, test } from "vitest";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { eventsOf, runToy, type ToyRun, timeless, toy } from "./toySystem.ts";

describe("a gate with early rejection", () => {
  const run = (given: ToyRun["settings"]) =>
    runToy({
      settings: { iterations: 25, budgetRuns: null, validationRows: 5, ...given },
      // Right about the picker and wrong about the others, so that good and bad values come to the gate.
      request: {
        configuration: { drafter: "verify cite compare", picker: { k: 1, loud: true }, answerer: "fake:large" },
        rewards: fixedRewards((name, item) => toyLocalReward(name, item) * (name === "picker" ? 1 : -1)),
      },
    });

  test("accepts only what was ahead on all rows, and gives others up after part of them", async () => {
    const { events } = await run({ earlyRejection: true });
    const gates = eventsOf(events, "update").flatMap(({ decision, validation }) =>
      validation
        ? [{ decision, scored: validation.after.length, ids: validation.exampleIds.length, of: validation.rows }]
        : [],
    );
    for (const { decision, scored, ids, of } of gates) {
      expect(ids).toBe(scored);
      if (decision === "accepted") expect(scored).toBe(of);
    }
    expect(gates.some(({ decision, scored }) => decision === "accepted" && scored === 5)).toBe(true);
    expect(gates.some(({ decision, scored }) => decision === "rejected" && scored < 5)).toBe(true);
  });

  test("measures every row without it", async () => {
    const { events } = await run({ earlyRejection: false });
    for (const { validation } of eventsOf(events, "update")) {
      if (validation) expect(validation.after).toHaveLength(5);
    }
  });

  test("does so in a stochastic system too, measuring the incumbent on the same rows", async () => {
    const given = {
      toy: toy({ stochastic: true }),
      settings: { iterations: 4, earlyRejection: true, freshInputs: 1 },
      request: { rewards: fixedRewards(() => 0.5) },
    };
    const [one, two] = [await runToy(given), await runToy(given)];
    expect(timeless(one.events)).toEqual(timeless(two.events));
    for (const { validation } of eventsOf(one.events, "update")) {
      if (validation) expect(validation.before).toHaveLength(validation.after.length);
    }
  });
});
