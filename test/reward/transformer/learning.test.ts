import * as runtime from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { inProcessRewards, localRewards } from "../../../src/reward/inProcessRewards.ts";
import type { LocalRewards } from "../../../src/reward/localRewards.ts";
import { rankingAccuracy } from "../../../src/reward/preferenceLoss.ts";
import type { PreferencePair } from "../../../src/reward/preferencePair.ts";
import { AdapterTraining, startValues } from "../../../src/reward/transformer/adapterTraining.ts";
import type { Backbone } from "../../../src/reward/transformer/backbone.ts";
import { tensorNames, trainingGraph } from "../../../src/reward/transformer/rewardGraph.ts";
import { TrainingMemory } from "../../../src/reward/transformer/trainingMemory.ts";
import { transformerEncoder } from "../../../src/reward/transformer/transformerEncoder.ts";
import { transformerMethod } from "../../../src/reward/transformer/transformerMethod.ts";
import { trainedBackbone } from "../../../src/reward/transformer/wholeWeights.ts";
import { shareInterval } from "../../../src/run/statistics.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { fitOf, itemsOf, never } from "../localRewardsContract.ts";
import { marginsOf, tokenPairs, trainOnPairs } from "./pairTraining.ts";
import { HIDDEN, randomBert } from "./randomBert.ts";
import { orderPairs, planner } from "./wordOrder.ts";
import { vocabularySize, wordCounts, wordTokenizer } from "./wordTokenizer.ts";

const random = seededRandom("learning");
const pooling = "mean";
const training = orderPairs("trained", 600, random.derive("training"));
const heldOut = orderPairs("held out", 300, random.derive("held out"));
const words = [...wordCounts([planner], [...training, ...heldOut]).keys()];
const tokenizer = wordTokenizer(words, 64);

/** Nobody has trained it. */
const backbone: Backbone = {
  model: randomBert({
    layers: 2,
    width: 32,
    heads: 4,
    feedForward: 64,
    vocabulary: vocabularySize(words),
    places: 64,
    random: random.derive("weights"),
    spread: 0.1,
  }),
  hidden: HIDDEN,
  width: 32,
};

/** By heads on texts' statistics, words, neighbours and parts of words. */
let lexical: number;

beforeAll(async () => {
  const rewards = inProcessRewards();
  await rewards.fit(fitOf(training, { component: planner }), never);
  lexical = rankingAccuracy(await scoredMargins(rewards, heldOut)) ?? Number.NaN;
});

describe("preferences for an order of words, on plans with words that were never seen", () => {
  test("are made of texts with the same words and lengths, whose neighbours tell nothing to lexical rewards", () => {
    for (const { chosen, rejected } of [...training, ...heldOut]) {
      const [better, worse] = [chosen, rejected].map(({ output }) => String(output.text).split(" ").sort());
      expect(better).toEqual(worse);
    }
    expect(lexical).toBeGreaterThan(0.4);
    expect(lexical).toBeLessThan(0.6);
  });

  test("are learned to 0.95 and more by a small transformer from random weights", async () => {
    const trained = await learned(150);
    expect(rankingAccuracy(trained.margins)).toBeGreaterThanOrEqual(0.95);

    // The same backbone, opened for scoring with what was learned, sees the same.
    const values = new Map(trained.values);
    const settings = { name: "learned", tokenizer, pooling, threads: 1 } as const;
    const encoder = await transformerEncoder(runtime, trainedBackbone(backbone, values), settings);
    const some = heldOut.slice(0, 20);
    const head = values.get(tensorNames.heads) ?? [];
    const rewards = (await encoder.encode(itemsOf(some), never, planner)).map(({ dense: [meaning] }) =>
      (meaning?.values ?? new Float64Array(0)).reduce((sum, value, at) => sum + value * (head[at] as number), 0),
    );
    for (const index of some.keys())
      expect((rewards[2 * index] as number) - (rewards[2 * index + 1] as number)).toBeCloseTo(
        trained.margins[index] as number,
        3,
      );
  });

  test("are learned better than by lexical rewards where the transformer stays as it is, but for its adapters", async () => {
    const lora = { rank: 32, alpha: 16, targets: "all-linear" } as const;
    const reading = { name: "random", tokenizer, pooling, threads: 1 } as const;
    const learning = { lora, online: "adapter", memory: new TrainingMemory(null), checkpoints: undefined } as const;
    const rewards = localRewards(await transformerMethod({ runtime, backbone, reading }, learning));
    await rewards.fit(fitOf(training, { component: planner }), never);
    const alignment = rankingAccuracy(await scoredMargins(rewards, heldOut)) ?? Number.NaN;
    await rewards.dispose();
    expect(shareInterval(alignment, heldOut.length).low).toBeGreaterThan(shareInterval(lexical, heldOut.length).high);
  });

  test("are learned alike with the same seed", async () => {
    const [first, second] = [await learned(5), await learned(5)];
    expect(first.values).toEqual(second.values);
    expect(first.margins).toEqual(second.margins);
  });
});

/** Trains all weights for some steps of 32 pairs. */
async function learned(steps: number) {
  const graph = await trainingGraph(runtime, backbone, 1, "all weights");
  const settings = { learningRate: 3e-3, decay: 0.01, greatestNorm: 1 };
  const run = await AdapterTraining.open(runtime, graph, startValues(graph, random.derive("start")), settings, 1);
  const passes = { heads: 1, pooling, batch: 32, steps, random: random.derive("passes") } as const;
  await trainOnPairs(run, tokenPairs(tokenizer, [planner], training), passes);
  const margins = await marginsOf(run, tokenPairs(tokenizer, [planner], heldOut), 1, pooling);
  await run.release();
  return { margins, values: run.values };
}

async function scoredMargins(rewards: LocalRewards, pairs: readonly PreferencePair[]): Promise<number[]> {
  const scores = await rewards.score(planner, itemsOf(pairs), never);
  return pairs.map((_, index) => (scores[2 * index] as number) - (scores[2 * index + 1] as number));
}
