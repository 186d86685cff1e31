import { expect, it } from "vitest";
import { randomRewards } from "../../src/reward/randomRewards.ts";
import { seededRandom } from "../../src/system/random.ts";
import { component, fitOf, itemsOf, never } from "./localRewardsContract.ts";
import { taskPairs } from "./preferenceTasks.ts";

const pairs = taskPairs("short answers", 60, seededRandom("random"));
const items = itemsOf(pairs);

it("scores by seed, component and item alone", async () => {
  const scores = await randomRewards(1).score(component, items, never);
  expect(await randomRewards(1).score(component, items.toReversed(), never)).toEqual(scores.toReversed());
  expect(await randomRewards(2).score(component, items, never)).not.toEqual(scores);
  expect(await randomRewards(1).score({ name: "other", description: "" }, items, never)).not.toEqual(scores);
  expect(new Set(scores).size).toBe(new Set(items.map((item) => JSON.stringify(item))).size);
});

it("is aligned no better than a coin, and learns nothing", async () => {
  const rewards = randomRewards(1);
  const before = await rewards.score(component, items, never);
  const report = await rewards.fit(fitOf(pairs), never);
  expect(Math.abs((report.alignment ?? 1) - 0.5)).toBeLessThan(0.1);
  expect(report).toMatchObject({ heldOut: pairs.length, epochs: 0 });
  expect(await rewards.score(component, items, never)).toEqual(before);
  await expect(rewards.fit(fitOf([]), never)).rejects.toThrow(RangeError);
});
