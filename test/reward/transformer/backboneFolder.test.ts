import { copyFileSync, cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readModel, writeModel } from "../../../src/onnx/modelFile.ts";
import type { Node } from "../../../src/onnx/proto.ts";
import { isSameBackbone } from "../../../src/reward/backboneName.ts";
import type { PreferencePair } from "../../../src/reward/preferencePair.ts";
import { rewardSettingsSchema } from "../../../src/reward/rewardSettings.ts";
import { startTrainer } from "../../../src/reward/trainerClient.ts";
import { openBackboneFolder } from "../../../src/reward/transformer/backboneFolder.ts";
import { TrainingMemory } from "../../../src/reward/transformer/trainingMemory.ts";
import { transformerEncoder } from "../../../src/reward/transformer/transformerEncoder.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { sharedFixtures } from "../../sharedData.ts";

const entry = fileURLToPath(new URL("../../../dist/trainer.js", import.meta.url));
const never = new AbortController().signal;
const on = (backbone: string) => rewardSettingsSchema.parse({ backbone });
const writer = { name: "writer", description: "Writes a reply." };
const item = { input: {}, output: { reply: "The answer explains the main idea clearly." } };

test("a folder without a model, or without a tokenizer, is refused with what is missing", async () => {
  await expect(openBackboneFolder(scratchFolder({}))).rejects.toThrow(
    /There is no model\.onnx and no onnx.model\.onnx in/,
  );
  await expect(openBackboneFolder(scratchFolder({ "model.onnx": "x" }))).rejects.toThrow(
    /There is no .*tokenizer\.json/,
  );
});

test("a file that is no model is refused by its name", async () => {
  const folder = scratchFolder({ "model.onnx": "no model at all" });
  copyFileSync(join(sharedFixtures("onnx") ?? "", "tokenizer-encoder.json"), join(folder, "tokenizer.json"));
  await expect(openBackboneFolder(folder)).rejects.toThrow(/model\.onnx is not an ONNX model that can be read/);
});

test("a model that is too large for the memory there is is refused before it is read", async () => {
  const folder = scratchFolder({ "model.onnx": "", "tokenizer.json": "{}" });
  truncateSync(join(folder, "model.onnx"), 300 * 2 ** 20);
  const memory = new TrainingMemory(500, { held: () => 0, available: () => undefined, total: 2 ** 40 });
  await expect(openBackboneFolder(folder, memory)).rejects.toThrow(/Opening .* needs about 600 MiB, .* of 500 MiB/);
});

const fixtures = sharedFixtures("onnx");
if (fixtures !== undefined)
  describe("a folder with a transformer", () => {
    const folderWith = (kind: "encoder" | "decoder", at: string, config: unknown): string => {
      const folder = scratchFolder({});
      mkdirSync(join(folder, at), { recursive: true });
      copyFileSync(join(fixtures, `${kind}-dynamo.onnx`), join(folder, at, "model.onnx"));
      copyFileSync(join(fixtures, `tokenizer-${kind}.json`), join(folder, "tokenizer.json"));
      writeFileSync(join(folder, "config.json"), JSON.stringify(config));
      return folder;
    };

    test("is opened as exporters lay it, and as hubs do, with the pooling of its kind", async () => {
      const encoder = await openBackboneFolder(folderWith("encoder", ".", { architectures: ["BertModel"] }));
      expect(encoder.reading.name).toMatch(/-mean-[0-9a-f]{12}$/);
      const decoder = await openBackboneFolder(folderWith("decoder", "onnx", { architectures: ["Qwen2ForCausalLM"] }));
      expect(decoder.reading.name).toMatch(/-last-[0-9a-f]{12}$/);
      for (const { runtime, backbone, reading } of [encoder, decoder]) {
        const read = await transformerEncoder(runtime, backbone, reading);
        expect((await read.encode([item], never, writer))[0]?.dense[0]?.values.length).toBe(64);
      }
    });

    test("is what a trainer process learns on, and what its saved rewards ask for again", async () => {
      const backbone = folderWith("encoder", ".", {});
      const trainer = await startTrainer({ entry, rewards: on(backbone) });
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
      const fit = await trainer.fit({ component: writer, pairs, stage: "converge", gapWeights: false, seed: 1 }, never);
      expect(fit.alignment).toBeGreaterThan(0.7);
      const file = join(scratchFolder({}), "rewards.json");
      await trainer.save(file);
      const scores = await trainer.score(writer, [item], never);
      await trainer.dispose();
      const again = await startTrainer({ entry, rewards: on(backbone) });
      await again.load(file);
      expect(await again.score(writer, [item], never)).toEqual(scores);
      await again.dispose();
      const lexical = await startTrainer({ entry });
      await expect(lexical.load(file)).rejects.toThrow(/was fitted with the backbone/);
      await lexical.dispose();
    });

    test("reads no longer texts than its model has places for, whether its description says so or not", async () => {
      const long = { input: {}, output: { reply: "code ".repeat(400) } };
      // The model has learned 128 places.
      for (const config of [{}, { max_position_embeddings: 128 }, { max_position_embeddings: 100 }]) {
        const { runtime, backbone, reading } = await openBackboneFolder(folderWith("encoder", ".", config));
        expect(reading.tokenizer.limit).toBe(config.max_position_embeddings ?? 128);
        const read = await transformerEncoder(runtime, backbone, reading);
        expect((await read.encode([long], never, writer))[0]?.dense[0]?.values.length).toBe(64);
      }
      const { reading } = await openBackboneFolder(folderWith("decoder", ".", {}));
      expect(reading.tokenizer.limit).toBe(512);
    });

    test("is refused where its tokenizer has tokens that the model does not know", async () => {
      const folder = folderWith("encoder", ".", {});
      const tokenizer = JSON.parse(readFileSync(join(folder, "tokenizer.json"), "utf8"));
      tokenizer.model.vocab.beyond = 512;
      writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
      await expect(openBackboneFolder(folder)).rejects.toThrow(
        /has tokens up to number 512, and the model beside it knows 512: they do not belong together/,
      );
    });

    test("is known by what it holds, wherever it lies", async () => {
      const nameOf = async (folder: string) => (await openBackboneFolder(folder)).reading.name;
      const one = folderWith("encoder", ".", {});
      const commit = join(scratchFolder({}), "owner", "small", "0123456789abcdef0123456789abcdef01234567");
      cpSync(one, commit, { recursive: true });
      const [here, there] = [await nameOf(one), await nameOf(commit)];
      expect(there).toMatch(/^owner\/small-mean-/);
      expect(isSameBackbone(here, there)).toBe(true);
      expect(isSameBackbone(here, await nameOf(folderWith("decoder", ".", {})))).toBe(false);
      const tokenizer = join(commit, "tokenizer.json");
      writeFileSync(tokenizer, readFileSync(tokenizer, "utf8").replace("[CLS]", "[cls]"));
      expect(isSameBackbone(here, `${await nameOf(commit)}`)).toBe(false);
    });

    test("that no adapter can be trained on is refused before anything is learned, by the node in the way", async () => {
      const folder = folderWith("encoder", ".", {});
      const model = readModel(join(folder, "model.onnx"));
      const gelu = model.graph.node.findIndex(({ opType }) => opType === "Gelu");
      const made = { name: "joined", opType: "FastGelu", domain: "com.microsoft", attribute: [] };
      const opsetImport = [...model.opsetImport, { domain: "com.microsoft", version: 1 }];
      const node = model.graph.node.with(gelu, { ...(model.graph.node[gelu] as Node), ...made });
      writeModel({ ...model, opsetImport, graph: { ...model.graph, node } }, join(folder, "model.onnx"));
      await expect(startTrainer({ entry, rewards: on(folder) })).rejects.toThrow(
        /no gradient for the operator FastGelu of "com\.microsoft", which the node FastGelu "joined" needs\. Export the model/,
      );
    });

    test("that cannot be opened ends the trainer with the reason", async () => {
      await expect(startTrainer({ entry, rewards: on(scratchFolder({})) })).rejects.toThrow(/There is no model\.onnx/);
    });
  });
