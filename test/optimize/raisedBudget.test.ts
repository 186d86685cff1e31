import { expect, test } from "vitest";
import { pursue } from "../../src/optimize/pursue.ts";
import { parseSettings } from "../../src/optimize/settings.ts";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { run } from "./toyRuns.ts";
import { toyRequest, toySettings } from "./toySystem.ts";

test("a run that its budget ended goes on where the budget is raised, and keeps what it had", async () => {
  const settings = { ...toySettings, iterations: 12, budgetRuns: 120 };
  const first = await run({ settings });
  expect(first.summary).toMatchObject({ stop: "budget", budget: "system runs" });

  const request = await toyRequest({ settings, request: { rewards: fixedRewards(toyLocalReward) } });
  const summary = await pursue({
    ...request,
    settings: parseSettings({ ...settings, budgetRuns: 400 }),
    resume: first.recorder.resumePoint(),
  });
  expect(summary.iterations).toBeGreaterThan(first.summary.iterations);
  expect(summary.accepted).toBeGreaterThanOrEqual(first.summary.accepted);
  const runs = Object.values(summary.runsByPurpose).reduce((sum, one) => sum + one, 0);
  expect(runs).toBeGreaterThan(120);
  expect(runs).toBeLessThanOrEqual(400);
});
