import { describe, expect, it } from "vitest";
import type { Head } from "../../src/reward/head.ts";
import { rewardFunction } from "../../src/reward/head.ts";
import { fitHead } from "../../src/reward/headFit.ts";
import { lexicalEncoder } from "../../src/reward/lexicalEncoder.ts";
import type { FitRequest } from "../../src/reward/localRewards.ts";
import { rankingAccuracy } from "../../src/reward/preferenceLoss.ts";
import type { PreferencePair } from "../../src/reward/preferencePair.ts";
import { seededRandom } from "../../src/system/random.ts";
import { fitOf, itemsOf, never } from "./localRewardsContract.ts";
import { type Task, taskPairs } from "./preferenceTasks.ts";

const encoder = lexicalEncoder();
const writer = { name: "writer", description: "Writes." };

function train(pairs: readonly PreferencePair[], changes: Partial<FitRequest> = {}, previous?: Head) {
  return fitHead(encoder, previous, fitOf(pairs, { gapWeights: false, ...changes }), never);
}

/** Share of pairs that `head` ranks rightly. */
async function accuracy(head: Head, pairs: readonly PreferencePair[]): Promise<number> {
  const rewards = (await encoder.encode(itemsOf(pairs), never, writer)).map(rewardFunction(head, encoder.buckets));
  return rankingAccuracy(pairs.map((_, pair) => (rewards[2 * pair] ?? 0) - (rewards[2 * pair + 1] ?? 0))) ?? 0;
}

describe("what is learned", () => {
  it.each<[Task, number]>([
    ["short answers", 0.85],
    ["overlap with input", 0.8],
    ["option value", 0.85],
    ["copied numbers", 0.9],
  ])("%s: ranks new examples after 20 examples, and says so", async (task, least) => {
    const { head, report } = await train(taskPairs(task, 20, seededRandom("train")));
    const onNew = await accuracy(head, taskPairs(task, 60, seededRandom("test")));
    expect(onNew).toBeGreaterThan(least);
    expect(report.alignment).toBeGreaterThan(least - 0.1);
    // The estimate from 20 examples is as good as its standard error, about 0.05, allows.
    expect(Math.abs((report.alignment ?? 0) - onNew)).toBeLessThan(0.15);
  });

  it("random labels: stays near one half on pairs it has not seen, though it fits those it has", async () => {
    const alignments: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const { report } = await train(taskPairs("random labels", 50, seededRandom(`labels ${seed}`)));
      expect(report.trainAlignment).toBeGreaterThan(0.6);
      alignments.push(report.alignment ?? 1);
    }
    expect(alignments.reduce((sum, value) => sum + value, 0) / 4).toBeGreaterThan(0.42);
    expect(alignments.reduce((sum, value) => sum + value, 0) / 4).toBeLessThan(0.55);
  });
});

describe("what is held out", () => {
  it("is every pair, once, as soon as there are two examples", async () => {
    const pairs = taskPairs("short answers", 2, seededRandom("two"));
    const { report } = await train(pairs);
    expect(report).toMatchObject({ pairs: pairs.length, heldOut: pairs.length });
    expect(report.alignment).toBeDefined();
  });

  it("is nothing with a single example, and the alignment is then undefined", async () => {
    const pairs = taskPairs("short answers", 1, seededRandom("one"));
    const { report, head } = await train(pairs);
    expect(report).toMatchObject({ heldOut: 0, alignment: undefined });
    expect(report.epochs).toBeGreaterThan(0);
    expect(await accuracy(head, pairs)).toBeGreaterThan(0.5);
  });

  it("stays unseen through adaptation: examples keep their fold, and repeating random labels never raises the alignment", async () => {
    const pairs = taskPairs("random labels", 30, seededRandom("again"));
    let { head, report } = await train(pairs);
    const folds = [...head.folds];
    for (let round = 0; round < 5; round++) ({ head, report } = await train(pairs, { stage: "adapt" }, head));
    expect([...head.folds]).toEqual(folds);
    expect(await accuracy(head, pairs)).toBeGreaterThan(0.6);
    expect(report.alignment).toBeLessThan(0.58);
  });

  it("includes the first example once others have come", async () => {
    const [first, later] = [
      taskPairs("short answers", 1, seededRandom("first")),
      taskPairs("short answers", 9, seededRandom("later")),
    ];
    const renamed = later.map((pair) => ({ ...pair, exampleId: `later ${pair.exampleId}` }));
    const { head } = await train(first);
    const { report } = await train([...first, ...renamed], { stage: "adapt" }, head);
    expect(report.heldOut).toBe(first.length + later.length);
    expect(report.alignment).toBeGreaterThan(0.6);
  });
});

describe("stages and settings", () => {
  const pairs = taskPairs("short answers", 10, seededRandom("stages"));

  it("adapting without a head is fitting from the start", async () => {
    expect((await train(pairs, { stage: "adapt" })).report).toEqual((await train(pairs)).report);
  });

  it("converging forgets the weights that were there", async () => {
    const { head: other } = await train(taskPairs("option value", 10, seededRandom("old")));
    const again = await train(pairs, {}, other);
    expect(again).toEqual(await train(pairs));
  });

  it("adapting learns features that were not there before", async () => {
    const { head } = await train(pairs);
    const options = taskPairs("option value", 20, seededRandom("options"));
    let adapted = head;
    for (let round = 0; round < 4; round++) ({ head: adapted } = await train(options, { stage: "adapt" }, adapted));
    const fresh = taskPairs("option value", 40, seededRandom("fresh"));
    expect(await accuracy(adapted, fresh)).toBeGreaterThan((await accuracy(head, fresh)) + 0.1);
  });

  it("weights by gap when asked: pairs of hardly different score then count for little", async () => {
    const right = taskPairs("short answers", 20, seededRandom("gaps"));
    // Twice as many examples say the opposite, by a hair.
    const wrong = taskPairs("short answers", 40, seededRandom("hair")).map((pair) => ({
      ...pair,
      exampleId: `wrong ${pair.exampleId}`,
      chosen: { ...pair.rejected, score: 0.001 },
      rejected: { ...pair.chosen, score: 0 },
    }));
    const test = taskPairs("short answers", 40, seededRandom("test"));
    const weighted = await train([...right, ...wrong], { gapWeights: true });
    const plain = await train([...right, ...wrong], { gapWeights: false });
    expect(await accuracy(weighted.head, test)).toBeGreaterThan(0.7);
    expect(await accuracy(plain.head, test)).toBeLessThan(0.3);
  });

  it("gives outputs of the fit rewards around 0", async () => {
    const { head } = await train(pairs);
    const rewards = (await encoder.encode(itemsOf(pairs), never, writer)).map(rewardFunction(head, encoder.buckets));
    expect(rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length).toBeCloseTo(0, 5);
  });

  it("repeats itself with equal seeds and differs with others", async () => {
    const one = await train(pairs, { seed: 1 });
    expect(await train(pairs, { seed: 1 })).toEqual(one);
    expect((await train(pairs, { seed: 2 })).head.weights).not.toEqual(one.head.weights);
  });
});
