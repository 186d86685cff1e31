import { copyFileSync } from "node:fs";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { linearLayers, targetedLayers } from "../../../../src/onnx/lora.ts";
import { foldCount, type Head } from "../../../../src/reward/head.ts";
import { type LoraSettings, mergedBackbone, type TrainedAdapter } from "../../../../src/reward/transformer/adapter.ts";
import { type Backbone, readBackbone } from "../../../../src/reward/transformer/backbone.ts";
import type { Pooling } from "../../../../src/reward/transformer/pooling.ts";
import { readTokenizer } from "../../../../src/reward/transformer/textTokens.ts";
import { MEANING } from "../../../../src/reward/transformer/transformerEncoder.ts";
import type { OpenedBackbone } from "../../../../src/reward/transformer/transformerMethod.ts";
import { seededRandom } from "../../../../src/system/random.ts";
import { scratchFolder } from "../../../data/scratchFolder.ts";

export const fixtureModels = ["encoder-dynamo", "encoder-legacy", "decoder-dynamo", "decoder-legacy"] as const;

/** One of the fixtures as a backbone's folder, opened. */
export async function openedFixture(
  fixtures: string,
  model: (typeof fixtureModels)[number],
  pooling: Pooling = model.startsWith("encoder") ? "mean" : "last",
): Promise<{ readonly opened: OpenedBackbone; readonly backboneFolder: string }> {
  const kind = model.startsWith("encoder") ? "encoder" : "decoder";
  const backboneFolder = scratchFolder();
  copyFileSync(join(fixtures, `tokenizer-${kind}.json`), join(backboneFolder, "tokenizer.json"));
  const backbone = await readBackbone(runtime, join(fixtures, `${model}.onnx`));
  const tokenizer = readTokenizer(backboneFolder, 96);
  const reading = { name: `${model}-${pooling}-0123456789ab`, tokenizer, pooling, threads: 1 };
  return { opened: { runtime, backbone, reading }, backboneFolder };
}

/** An adapter of chance that changes what the backbone says. */
export function someAdapter(
  { model, hidden }: Backbone,
  targets: LoraSettings["targets"] = "all-linear",
  rank = 3,
): TrainedAdapter {
  const random = seededRandom("export").derive("adapter");
  const numbers = (name: string, length: number) => {
    const drawn = random.derive(name);
    return Float32Array.from({ length }, () => 0.3 * (2 * drawn.next() - 1));
  };
  const values = new Map(
    targetedLayers(linearLayers(model.graph, hidden), targets).flatMap(({ path, inputs, outputs }) =>
      (
        [
          [`${path}.lora_A.weight`, rank * inputs],
          [`${path}.lora_B.weight`, rank * outputs],
        ] as const
      ).map(([name, length]) => [name, numbers(name, length)] as const),
    ),
  );
  return { settings: { rank, alpha: 4, targets }, values };
}

/** Heads of chance, in units of their own, as fits leave them. */
export function someHeads(names: readonly string[], width: number): Map<string, Head> {
  const random = seededRandom("export").derive("heads");
  const numbers = (name: string, least: number, most: number) => {
    const drawn = random.derive(name);
    return Float32Array.from({ length: width }, () => least + (most - least) * drawn.next());
  };
  return new Map(
    names.map((name) => {
      const weights = (which: string) => ({ dense: numbers(`${name} ${which}`, -1, 1), buckets: new Float32Array(0) });
      const head: Head = {
        layout: {
          blocks: [{ name: MEANING, size: width }],
          scales: numbers(`${name} scales`, 0.1, 3),
          buckets: new Uint32Array(0),
        },
        weights: weights("weights"),
        foldWeights: Array.from({ length: foldCount }, (_, fold) => weights(`fold ${fold}`)),
        folds: new Map([
          ["example 1", 0],
          ["example 2", 4],
        ]),
        bias: random.derive(name).next(),
      };
      return [name, head] as const;
    }),
  );
}

export const merged = ({ backbone }: OpenedBackbone, adapter: TrainedAdapter | undefined): Backbone =>
  adapter === undefined ? backbone : mergedBackbone(backbone, adapter);
