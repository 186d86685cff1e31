import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Encoder } from "../../../src/reward/encoder.ts";
import { inProcessRewards } from "../../../src/reward/inProcessRewards.ts";
import type { PreferencePair } from "../../../src/reward/preferencePair.ts";
import { readBackbone } from "../../../src/reward/transformer/backbone.ts";
import { readTokenizer, TextTokenizer } from "../../../src/reward/transformer/textTokens.ts";
import { transformerEncoder } from "../../../src/reward/transformer/transformerEncoder.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { sharedFixtures } from "../../sharedData.ts";

const never = new AbortController().signal;
const writer = { name: "writer", description: "Writes a reply." };
const folder = sharedFixtures("onnx");

if (folder !== undefined) {
  const tokenizerOf = (kind: "encoder" | "decoder") =>
    new Tokenizer(JSON.parse(readFileSync(join(folder, `tokenizer-${kind}.json`), "utf8")), {});
  const encoded = z.object({ text: z.string(), ids: z.array(z.number()) });
  const references = z
    .object({
      encoder: z.array(encoded),
      decoder: z.array(encoded),
      encoderPair: z.object({ a: z.string(), b: z.string(), ids: z.array(z.number()), typeIds: z.array(z.number()) }),
    })
    .parse(JSON.parse(readFileSync(join(folder, "tokenizer-reference.json"), "utf8")));

  describe("tokens of a text", () => {
    test("are those of the Python library, of words, accents, line breaks and nothing", () => {
      for (const kind of ["encoder", "decoder"] as const)
        for (const { text, ids } of references[kind]) expect(tokenizerOf(kind).encode(text).ids).toEqual(ids);
    });

    test("stand in the frame that the model was trained with", () => {
      const { a, b, ids, typeIds } = references.encoderPair;
      const tokens = new TextTokenizer(tokenizerOf("encoder"), undefined, 64).encode({ task: a, output: b });
      expect(tokens).toEqual({ ids, types: typeIds });
    });

    test("get a line break and the end mark where there is no frame", () => {
      const tokenizer = tokenizerOf("decoder");
      const { ids } = new TextTokenizer(tokenizer, 0, 64).encode({
        task: "Check every step.",
        output: "Nothing useful.",
      });
      expect(tokenizer.decode(ids, { skip_special_tokens: false })).toBe(
        "Check every step.\nNothing useful.<|endoftext|>",
      );
    });

    test("lose the end of the task before anything of the output", () => {
      const tokenizer = tokenizerOf("encoder");
      const output = "This reply ignores it.";
      const plain = tokenizer.encode(output, { add_special_tokens: false }).ids;
      for (let limit = 4; limit < 20; limit++) {
        const { ids } = new TextTokenizer(tokenizer, undefined, limit).encode({ task: "Explain the old bug.", output });
        expect(ids.length).toBeLessThanOrEqual(limit);
        expect(ids.slice(-1 - Math.min(plain.length, limit - 3), -1)).toEqual(plain.slice(0, limit - 3));
      }
    });
  });

  describe("a transformer as the encoder of local rewards", () => {
    const open = async (kind: "encoder" | "decoder"): Promise<Encoder> => {
      const model = scratchFolder({});
      copyFileSync(join(folder, `tokenizer-${kind}.json`), join(model, "tokenizer.json"));
      const backbone = await readBackbone(runtime, join(folder, `${kind}-dynamo.onnx`));
      const tokenizer = readTokenizer(model, 64);
      return transformerEncoder(runtime, backbone, { name: kind, tokenizer, pooling: "mean", threads: 1 });
    };

    test("sees the same meaning in a text whatever is read beside it", async () => {
      for (const kind of ["encoder", "decoder"] as const) {
        const items = ["a note", "the answer explains the main idea clearly and with care", "x"].map((text) => ({
          input: { question: "Explain the old bug." },
          output: { reply: text },
        }));
        const together = await (await open(kind)).encode(items, never, writer);
        const encoder = await open(kind);
        for (const [index, item] of items.entries()) {
          const [alone] = await encoder.encode([item], never, writer);
          const [first, second] = [alone, together[index]].map((features) => features?.dense[0]?.values ?? []);
          expect(first?.length).toBe(64);
          for (const [at, value] of (first ?? []).entries()) expect(value).toBeCloseTo(second?.[at] as number, 4);
        }
      }
    });

    test("tells outputs apart that have the same words in another order", async () => {
      const encoder = await open("encoder");
      const items = ["the cat sees the dog", "the dog sees the cat"].map((text) => ({ input: {}, output: { text } }));
      const [first, second] = await encoder.encode(items, never, writer);
      expect(first?.dense[0]?.values).not.toEqual(second?.dense[0]?.values);
    });

    test("is fitted, scores, and is trusted by what it ranks rightly among outputs it has not seen", async () => {
      const rewards = inProcessRewards(await open("encoder"));
      const words = ["note", "answer", "idea", "step", "report", "source", "case", "user", "code", "bug"];
      const pairs = words.map(
        (word, index): PreferencePair => ({
          component: writer.name,
          exampleId: `example ${index}`,
          input: { question: word },
          chosen: { output: { reply: `This ${word} explains the main idea clearly.` }, score: 1 },
          rejected: { output: { reply: `Nothing useful ${word}.` }, score: 0 },
        }),
      );
      const report = await rewards.fit(
        { component: writer, pairs, stage: "converge", gapWeights: false, seed: 1 },
        never,
      );
      expect(report.alignment).toBeGreaterThan(0.7);
      const [good, bad] = await rewards.score(
        writer,
        [
          { input: { question: "rain" }, output: { reply: "This rain explains the main idea clearly." } },
          { input: { question: "rain" }, output: { reply: "Nothing useful rain." } },
        ],
        never,
      );
      expect(good).toBeGreaterThan(bad as number);
    });
  });
}
