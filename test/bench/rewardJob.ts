import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as Runtime from "onnxruntime-node";
import * as z from "zod";
import { writeModel } from "../../src/onnx/modelFile.ts";
import { elementsIn, floatsOf, shapeOf } from "../../src/onnx/tensor.ts";
import { type PairBatch, startValues } from "../../src/reward/transformer/adapterTraining.ts";
import { readBackbone } from "../../src/reward/transformer/backbone.ts";
import { poolWeights } from "../../src/reward/transformer/pooling.ts";
import { trainingGraph } from "../../src/reward/transformer/rewardGraph.ts";
import { seededRandom } from "../../src/system/random.ts";
import { type BertSettings, randomBert } from "../reward/transformer/randomBert.ts";

const listed = z.array(z.object({ name: z.string(), shape: z.array(z.number()) }));

/** What both sides are given: a model, a batch and settings, in a folder that a process of any language can read. */
const jobSchema = z.object({
  bert: z.record(z.string(), z.number()),
  rank: z.number(),
  alpha: z.number(),
  heads: z.number(),
  threads: z.number(),
  learningRate: z.number(),
  decay: z.number(),
  greatestNorm: z.number(),
  sequences: z.number(),
  length: z.number(),
  ids: z.array(z.number()),
  pairs: z.array(z.tuple([z.number(), z.number()])),
  /** (pairs, heads), row by row. */
  pairWeights: z.array(z.number()),
  /** What lies in `weights.bin` and `values.bin`, in order, as 32-bit floats. */
  weights: listed,
  parameters: listed,
});

export type Job = z.infer<typeof jobSchema>;

const bert: Omit<BertSettings, "random"> = {
  layers: 6,
  width: 384,
  heads: 12,
  feedForward: 1536,
  vocabulary: 30_522,
  places: 512,
  types: 2,
};

/** BERT's size of 6 layers, 8 pairs of 128 tokens each, 3 heads, adapters of rank 32 at every linear layer. */
export async function writeJob(runtime: typeof Runtime, folder: string, threads: number): Promise<Job> {
  const random = seededRandom("bench");
  const model = randomBert({ ...bert, random });
  const file = join(folder, "model.onnx");
  writeModel(model, file);
  const [rank, alpha, heads, sequences, length] = [32, 16, 3, 16, 128];
  const graph = await trainingGraph(runtime, await readBackbone(runtime, file), heads, {
    rank,
    alpha,
    targets: "all-linear",
  });
  // With B at zero, as training starts, the gradients of A would be zero, too.
  const values = startValues(graph, random);
  const adapter = random.derive("adapter");
  for (const [name, array] of values) {
    if (name.endsWith("lora_B.weight")) for (const at of array.keys()) array[at] = 0.02 * adapter.normal();
  }
  const weights = model.graph.initializer.flatMap((tensor) => {
    const floats = floatsOf(tensor);
    return floats !== undefined && /\.(weight|bias)$/.test(tensor.name)
      ? [{ name: tensor.name, shape: shapeOf(tensor), floats }]
      : [];
  });
  const parameters = graph.parameters.map(({ name, shape }) => ({ name, shape: [...shape] }));
  writeFloats(
    join(folder, "weights.bin"),
    weights.map(({ floats }) => floats),
  );
  writeFloats(join(folder, "values.bin"), [...values.values()]);
  const pairs = Array.from({ length: sequences / 2 }, (_, pair): [number, number] => [2 * pair, 2 * pair + 1]);
  const job: Job = {
    bert: { ...bert },
    rank,
    alpha,
    heads,
    threads,
    learningRate: 1e-3,
    decay: 0.01,
    greatestNorm: 1,
    sequences,
    length,
    ids: Array.from({ length: sequences * length }, () => random.integer(bert.vocabulary)),
    pairs,
    pairWeights: Array.from({ length: pairs.length * heads }, () => 1 / (pairs.length * heads)),
    weights: weights.map(({ name, shape }) => ({ name, shape })),
    parameters,
  };
  writeFileSync(join(folder, "job.json"), JSON.stringify(job));
  return job;
}

export function readJob(folder: string): { job: Job; values: Map<string, Float32Array> } {
  const job = jobSchema.parse(JSON.parse(readFileSync(join(folder, "job.json"), "utf8")));
  return { job, values: floatsIn(join(folder, "values.bin"), job.parameters) };
}

export function batchOf(job: Job): PairBatch {
  const { sequences, length, ids, pairs, pairWeights } = job;
  const tokens = {
    sequences,
    length,
    ids: BigInt64Array.from(ids, BigInt),
    mask: new BigInt64Array(ids.length).fill(1n),
    types: new BigInt64Array(ids.length),
  };
  return { tokens, poolWeights: poolWeights("mean", tokens), pairs, pairWeights: Float32Array.from(pairWeights) };
}

export function writeFloats(file: string, arrays: readonly Float32Array[]): void {
  writeFileSync(
    file,
    Buffer.concat(arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))),
  );
}

export function floatsIn(file: string, entries: Job["parameters"]): Map<string, Float32Array> {
  const bytes = Uint8Array.from(readFileSync(file));
  const all = new Float32Array(bytes.buffer);
  let at = 0;
  return new Map(
    entries.map(({ name, shape }) => {
      const start = at;
      at += elementsIn(shape);
      return [name, all.slice(start, at)];
    }),
  );
}
