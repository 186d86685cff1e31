import { describe, expect, test } from "vitest";
import type { Component } from "../../src/system/component.ts";
import { eventsOf, runToy, toy } from "./toySystem.ts";

describe("a budget too small for stage 1", () => {
  const small = {
    budgetRuns: 400,
    stageOneShare: 0.5,
    leastStageOneRuns: 201,
    iterations: 30,
    searchInputs: 6,
    freshInputs: 0,
  };

  test("begins on the global reward, and says so", async () => {
    const { summary, events } = await runToy({ settings: small });
    expect(eventsOf(events, "warning").map(({ message }) => message)).toEqual([
      expect.stringMatching(/^A budget of 400 system runs is too small to collect preferences first/),
    ]);
    expect(eventsOf(events, "candidate")[0]?.scorer).toBe("global");
    expect(summary.runsByPurpose).not.toHaveProperty("offline pairs");
  });

  test("learns from what those searches show, and then trusts what it has learned", async () => {
    const { events } = await runToy({ settings: small });
    const learned = eventsOf(events, "rewards").find(({ trusted }) => trusted);
    expect(learned?.iteration).toBeGreaterThan(0);
    const later = eventsOf(events, "update").find(
      ({ component, iteration }) => component === learned?.component && iteration > (learned?.iteration ?? 0),
    );
    expect(later?.scorer).toBe("local");
  });
});

test("a search by the global reward pays for no preferences besides itself", async () => {
  const settings = { scorer: "local", freshInputs: 0, leastStageOneRuns: 1e9, iterations: 4 } as const;
  const { summary } = await runToy({ settings });
  expect(Object.keys(summary.runsByPurpose).sort()).toEqual(["local search", "validation"]);
});

test("where chance decides downstream, one rollout of a search is no expected reward and teaches nothing", async () => {
  const settings = { freshInputs: 0, leastStageOneRuns: 1e9, iterations: 6, components: ["drafter"] };
  const chance = (made: Component): Component => (made.name === "answerer" ? { ...made, deterministic: false } : made);
  const { events } = await runToy({ toy: toy({ change: chance }), settings });
  expect(eventsOf(events, "update").map(({ scorer }) => scorer)).toContain("global");
  expect(eventsOf(events, "rewards")).toEqual([]);
});
