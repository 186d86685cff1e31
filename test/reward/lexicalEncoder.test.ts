import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Features } from "../../src/reward/encoder.ts";
import { lexicalEncoder } from "../../src/reward/lexicalEncoder.ts";
import type { RewardItem } from "../../src/reward/localRewards.ts";
import { overlapNames, textOverlap } from "../../src/reward/textOverlap.ts";
import { textShape } from "../../src/reward/textShape.ts";
import { statisticNames, textStatistics } from "../../src/reward/textStatistics.ts";
import { never } from "./localRewardsContract.ts";

const encoder = lexicalEncoder();
const writer = { name: "writer", description: "Writes." };
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.lorem({ maxCount: 30 }),
  fc.constantFrom("", " ", "\n\n", "1e999 -5", "a".repeat(7000), "日本語のテキスト", "🦊🦊", "\ud800"),
);
const fields = fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(texts, fc.jsonValue()), { maxKeys: 3 });
const items: fc.Arbitrary<RewardItem> = fc.record({
  input: fields,
  output: fields,
  options: fc.option(
    fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.double(), fc.string(), fc.boolean()), { maxKeys: 3 }),
    { nil: undefined },
  ),
});

async function encodeOne(item: RewardItem): Promise<Features> {
  const [features] = await encoder.encode([item], never, writer);
  if (features === undefined) throw new Error("no features");
  return features;
}

describe("the lexical encoder", () => {
  it("gives finite features and distinct buckets in range for any item", async () => {
    await fc.assert(
      fc.asyncProperty(items, async (item) => {
        const { dense, buckets, bucketValues } = await encodeOne(item);
        for (const { name, values } of dense)
          for (const [index, value] of values.entries()) expect(value, `${name} ${index}`).toSatisfy(Number.isFinite);
        expect(bucketValues.every((value) => Number.isFinite(value) && value > 0)).toBe(true);
        expect(new Set(buckets).size).toBe(buckets.length);
        expect(buckets.every((bucket) => bucket < encoder.buckets)).toBe(true);
      }),
    );
  });

  it("encodes an item alike alone, among others and again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(items, { minLength: 1, maxLength: 5 }), async (several) => {
        const together = await encoder.encode(several, never, writer);
        for (const [index, item] of several.entries()) expect(together[index]).toEqual(await encodeOne(item));
      }),
      { numRuns: 30 },
    );
  });

  it("does not depend on the order of fields", async () => {
    const one = await encodeOne({ input: { a: "x", b: "y" }, output: { c: "left", d: "right" } });
    expect(await encodeOne({ input: { b: "y", a: "x" }, output: { d: "right", c: "left" } })).toEqual(one);
  });

  it("has a block for each option value, each output field and each input field where there are several", async () => {
    const { dense } = await encodeOne({
      input: { question: "Who?", passages: "He." },
      output: { answer: "He", reason: "Said so" },
      options: { k: 5, mode: "fast", careful: true },
    });
    const names = dense.map(({ name }) => name);
    expect(names).toContain("overlap~passages");
    expect(names).toContain("output.reason");
    expect(names).toContain("overlap.answer");
    expect(names.filter((name) => name.startsWith("option."))).toEqual([
      "option.k=5",
      "option.k",
      "option.mode=fast",
      "option.careful=true",
    ]);
  });

  it("reads a long text to its limit and takes lengths from all of it", async () => {
    const tail = "zebra ".repeat(2000);
    const start = "word ".repeat(1200);
    const short = await encodeOne({ input: {}, output: { text: start } });
    const long = await encodeOne({ input: {}, output: { text: start + tail } });
    expect(long.buckets).toEqual(short.buckets);
    expect(textStatistics(textShape(start + tail))[0]).toBeCloseTo(Math.log1p(start.length + tail.length), 10);
  });

  it("stops when told to", async () => {
    const reason = new Error("enough");
    const item = { input: {}, output: { text: "word" } };
    await expect(encoder.encode([item], AbortSignal.abort(reason), writer)).rejects.toBe(reason);
  });
});

function statistic(name: string, text: string): number | undefined {
  return textStatistics(textShape(text))[statisticNames.indexOf(name)];
}

describe("text statistics", () => {
  it.each([
    ["words", "one two three", Math.log(4)],
    ["words", "don't stop at 3.14", Math.log(5)],
    ["words", "東京", Math.log(3)],
    ["words beyond 4", "a b c d e f g h", Math.log(2)],
    ["sentences", "First one. Second one! And 3.5 more", Math.log(4)],
    ["lines", "a\n\n b \nc", Math.log(4)],
    ["question mark", "Who is it? Me.", 1],
    ["ends with question mark", "Who is it? Me.", 0],
    ["ends with question mark", 'Who is "it?"', 1],
    ["is yes or no", "Yes.", 1],
    ["is yes or no", "Yes, it is", 0],
    ["starts with yes or no", "Yes, it is", 1],
    ["starts with a question word", "which river", 1],
    ["digits", "a1", 0.5],
    ["year", "built in 1889", 1],
    ["names", "In Paris, Marie Curie met him", Math.log(3)],
    ["capitals", "ABcd", 0.5],
    ["list lines", "- one\n- two\nthree\n4. four", 0.75],
    ["label lines", "Answer: 4\nnothing", 0.5],
    ["mean of numbers", "[1, 2, 6]", Math.log(4)],
    ["repetition", "a a a b", 0.5],
    ["empty", "  ", 1],
  ])("%s of %j", (name, text, value) => {
    expect(statisticNames).toContain(name);
    expect(statistic(name, text)).toBeCloseTo(value, 10);
  });
});

function overlap(name: (typeof overlapNames)[number], output: string, input: string): number | undefined {
  return textOverlap(textShape(output), textShape(input))[overlapNames.indexOf(name)];
}

describe("overlap of output and input", () => {
  it.each([
    ["Jaccard index of content words", "red fox", "red dog", 1 / 3],
    ["content words taken from the input", "red fox jumps", "red dog", 1 / 3],
    ["content words of the input kept", "red fox jumps", "red dog", 0.5],
    ["cosine of content words", "red fox", "red dog", 0.5],
    ["word pairs taken from the input", "the red fox", "a red fox", 0.5],
    ["equal to the input", " same ", "same", 1],
    ["numbers taken from the input", "1889 and 1900", "in 1889", 0.5],
    ["names taken from the input", "Marie Curie, Bohr", "who was marie curie", 0.5],
    ["new names", "Marie Curie, Bohr", "who was marie curie", Math.log(2)],
    ["best line's share of the input", "red\nred dog\nfox", "red dog", 1],
    ["mean line's share of the input", "red\nred dog\nfox", "red dog", 0.5],
  ] as const)("%s of %j in %j", (name, output, input, value) => {
    expect(overlap(name, output, input)).toBeCloseTo(value, 10);
  });
});
