import * as runtime from "onnxruntime-node";
import { expect, test } from "vitest";
import type { Encoder } from "../../src/reward/encoder.ts";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import { joinedEncoder } from "../../src/reward/joinedEncoder.ts";
import { lexicalEncoder } from "../../src/reward/lexicalEncoder.ts";
import type { PreferencePair } from "../../src/reward/preferencePair.ts";
import { transformerEncoder } from "../../src/reward/transformer/transformerEncoder.ts";
import { seededRandom } from "../../src/system/random.ts";
import { describeEncoder } from "./encoderContract.ts";
import { component, fitOf, itemsOf, never } from "./localRewardsContract.ts";
import { taskPairs } from "./preferenceTasks.ts";
import { HIDDEN, randomBert } from "./transformer/randomBert.ts";
import { vocabularySize, wordTokenizer } from "./transformer/wordTokenizer.ts";

const words = ["lorem", "ipsum", "dolor", "text", "answer", "k"];
const writer = { name: "writer", description: "Writes." };

async function transformer(): Promise<Encoder> {
  const random = seededRandom("beside");
  const sizes = { layers: 1, width: 8, heads: 2, feedForward: 8, places: 32 };
  const model = randomBert({ ...sizes, vocabulary: vocabularySize(words), random });
  const settings = { name: "small", tokenizer: wordTokenizer(words, 32), pooling: "mean", threads: 1 } as const;
  return transformerEncoder(runtime, { model, hidden: HIDDEN, width: 8 }, settings);
}

describeEncoder("the lexical encoder", async () => lexicalEncoder(), 12);
describeEncoder("a transformer's encoder", transformer, 4);
describeEncoder("both side by side", async () => joinedEncoder(lexicalEncoder(), await transformer()), 4);
describeEncoder(
  "a lexical encoder beside another, by other names",
  async () => joinedEncoder(lexicalEncoder(), marked()),
  12,
);

test("what both see is there under the names of both, and nothing is lost or added up", async () => {
  const item = { input: { question: "Lorem?" }, output: { text: "lorem ipsum dolor" }, options: { k: 5 } };
  const [lexical, other] = [lexicalEncoder(), marked()];
  const both = joinedEncoder(lexical, other);
  expect(both.name).toBe("lexical-1+marked");
  expect(both.buckets).toBe(2 * lexical.buckets);
  const [features, first, second] = await Promise.all(
    [both, lexical, other].map(async (encoder) => (await encoder.encode([item], never, writer))[0]),
  );
  expect(features?.dense).toEqual([...(first?.dense ?? []), ...(second?.dense ?? [])]);
  expect(features?.buckets.length).toBe(2 * (first?.buckets.length ?? 0));
  expect([...(features?.bucketValues ?? [])]).toEqual([
    ...(first?.bucketValues ?? []),
    ...(second?.bucketValues ?? []),
  ]);
});

test("two blocks of one name are refused", async () => {
  const both = joinedEncoder(lexicalEncoder(), lexicalEncoder());
  const item = { input: {}, output: { text: "lorem" } };
  await expect(both.encode([item], never, writer)).rejects.toThrow('a block of features called "output"');
});

test("heads on both rank as well as heads on what tells something", async () => {
  const pairs = taskPairs("short answers", 40, seededRandom("joined"));
  const isHeld = ({ exampleId }: PreferencePair) => Number(exampleId.split(" ").at(-1)) % 4 === 0;
  const [train, held] = [pairs.filter((pair) => !isHeld(pair)), pairs.filter(isHeld)];
  const rewards = inProcessRewards(joinedEncoder(lexicalEncoder(), await transformer()));
  const report = await rewards.fit(fitOf(train), never);
  expect(report.alignment).toBeGreaterThan(0.85);
  const scores = await rewards.score(component, itemsOf(held), never);
  const right = held.filter((_, at) => (scores[2 * at] as number) > (scores[2 * at + 1] as number)).length;
  expect(right / held.length).toBeGreaterThan(0.85);
  await rewards.dispose();
});

/** The lexical encoder, its blocks called otherwise. */
function marked(): Encoder {
  const encoder = lexicalEncoder();
  return {
    ...encoder,
    name: "marked",
    async encode(items, signal, component) {
      const features = await encoder.encode(items, signal, component);
      return features.map((each) => ({
        ...each,
        dense: each.dense.map((block) => ({ ...block, name: `${block.name}'` })),
      }));
    },
  };
}
