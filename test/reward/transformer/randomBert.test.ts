import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { writeModel } from "../../../src/onnx/modelFile.ts";
import type { Model } from "../../../src/onnx/proto.ts";
import { openModel } from "../../../src/onnx/runtime.ts";
import { floatsOf } from "../../../src/onnx/tensor.ts";
import { startValues, trainingFeeds } from "../../../src/reward/transformer/adapterTraining.ts";
import { readBackbone } from "../../../src/reward/transformer/backbone.ts";
import { backboneFeeds, type TokenBatch } from "../../../src/reward/transformer/backboneInputs.ts";
import { poolWeights } from "../../../src/reward/transformer/pooling.ts";
import { tensorNames, trainingGraph } from "../../../src/reward/transformer/rewardGraph.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { type BertSettings, HIDDEN, randomBert } from "./randomBert.ts";

const tiny: BertSettings = {
  layers: 2,
  width: 8,
  heads: 2,
  feedForward: 12,
  vocabulary: 20,
  places: 12,
  random: seededRandom("tiny"),
  spread: 0.5,
};

/** The second of the two sequences is shorter. */
const batch: TokenBatch = {
  sequences: 2,
  length: 4,
  ids: BigInt64Array.of(3n, 7n, 1n, 19n, 5n, 6n, 0n, 0n),
  mask: BigInt64Array.of(1n, 1n, 1n, 1n, 1n, 1n, 0n, 0n),
  types: BigInt64Array.of(0n, 0n, 1n, 1n, 0n, 1n, 0n, 0n),
};

describe("a BERT of chance", () => {
  test("gives the hidden state that its equations say", async () => {
    const model = randomBert(tiny);
    const session = await openModel(runtime, model);
    const found = (await session.run(backboneFeeds(runtime, model.graph, batch)))[HIDDEN];
    await session.release();
    expect(found?.dims).toEqual([2, 4, 8]);
    for (const sequence of [0, 1]) {
      const rows = hiddenState(model, tiny, batch, sequence);
      for (const [place, row] of rows.entries())
        for (const [at, value] of row.entries())
          expect(found?.data[(sequence * batch.length + place) * tiny.width + at]).toBeCloseTo(value, 4);
    }
  });

  test("has weights of the spread that is asked for, the same for the same seed", () => {
    const wide: BertSettings = { ...tiny, layers: 1, width: 64, feedForward: 256, spread: 0.02 };
    const weights = weightsOf(randomBert(wide)).get("encoder.layer.0.intermediate.dense.weight") ?? [];
    expect(weights).toHaveLength(64 * 256);
    expect(Math.sqrt([...weights].reduce((sum, value) => sum + value ** 2, 0) / weights.length)).toBeCloseTo(0.02, 3);
    expect(randomBert(tiny)).toEqual(randomBert({ ...tiny, random: seededRandom("tiny") }));
  });

  test("is read as a backbone, whose adapters have the gradients that central differences say", async () => {
    const file = join(scratchFolder({}), "model.onnx");
    writeModel(randomBert(tiny), file);
    const backbone = await readBackbone(runtime, file);
    expect(backbone.width).toBe(8);
    const graph = await trainingGraph(runtime, backbone, 2, { rank: 2, alpha: 4, targets: ["query", "output.dense"] });
    expect(graph.adapters.map(({ layer }) => layer.path)).toEqual(
      [0, 1].flatMap((layer) =>
        ["attention.self.query", "attention.output.dense", "output.dense"].map(
          (module) => `encoder.layer.${layer}.${module}`,
        ),
      ),
    );
    const random = seededRandom("adapters");
    const values = startValues(graph, random);
    for (const [name, array] of values)
      if (name.includes("lora_B")) for (const at of array.keys()) array[at] = random.normal() * 0.3;
    const pairs = {
      tokens: batch,
      poolWeights: poolWeights("mean", batch),
      pairs: [[0, 1]] as const,
      pairWeights: Float32Array.of(1, 0.5),
    };
    const session = await openModel(runtime, graph.model);
    const run = () => session.run(trainingFeeds(runtime, graph, values, pairs));
    const results = await run();
    for (const { name, gradient } of graph.parameters) {
      const array = values.get(name) as Float32Array;
      for (const at of [0, array.length - 1]) {
        const [before, step] = [array[at] as number, 1e-2];
        const losses: number[] = [];
        for (const side of [1, -1]) {
          array[at] = before + side * step;
          losses.push(Number((await run())[tensorNames.loss]?.data[0]));
        }
        array[at] = before;
        const slope = ((losses[0] as number) - (losses[1] as number)) / (2 * step);
        expect(Math.abs(Number(results[gradient]?.data[at]) - slope), `${name} ${at}`).toBeLessThan(1e-3);
      }
    }
    const first = results[graph.parameters[0]?.gradient ?? ""];
    expect(Math.max(...Array.from(first?.data ?? [], Number))).toBeGreaterThan(0.01);
    await session.release();
  });
});

type Rows = number[][];

const weightsOf = (model: Model): Map<string, Float32Array> =>
  new Map(
    model.graph.initializer.flatMap((tensor) => {
      const floats = floatsOf(tensor);
      return floats === undefined ? [] : [[tensor.name, floats] as const];
    }),
  );

/** BERT's equations (arXiv 1810.04805 and 1706.03762) for one sequence, number by number. */
function hiddenState(model: Model, settings: BertSettings, tokens: TokenBatch, sequence: number): Rows {
  const { width, heads, layers } = settings;
  const weights = weightsOf(model);
  const matrix = (path: string) => weights.get(`${path}.weight`) as Float32Array;
  const row = (name: string, index: number | bigint) => [
    ...matrix(`embeddings.${name}_embeddings`).subarray(Number(index) * width, (Number(index) + 1) * width),
  ];
  const linear = (path: string, rows: Rows): Rows => {
    const weight = matrix(path);
    return rows.map((x) => {
      const outputs = weight.length / x.length;
      return Array.from({ length: outputs }, (_, output) =>
        x.reduce((sum, value, input) => sum + value * (weight[input * outputs + output] as number), 0),
      );
    });
  };
  const places = Array.from({ length: tokens.length }, (_, place) => sequence * tokens.length + place);
  let x = places.map((at, place) =>
    norm(
      added(
        added(row("word", tokens.ids[at] ?? 0n), row("token_type", tokens.types[at] ?? 0n)),
        row("position", place),
      ),
    ),
  );
  for (let layer = 0; layer < layers; layer++) {
    const path = `encoder.layer.${layer}`;
    const [q, k, v] = ["query", "key", "value"].map((name) => linear(`${path}.attention.self.${name}`, x)) as [
      Rows,
      Rows,
      Rows,
    ];
    const size = width / heads;
    const mixed = q.map((query) =>
      Array.from({ length: width }, (_, column) => {
        const start = Math.floor(column / size) * size;
        const part = (vector: readonly number[]) => vector.slice(start, start + size);
        const scores = k.map((key, place) =>
          tokens.mask[places[place] as number] === 1n ? dot(part(query), part(key)) / Math.sqrt(size) : -Infinity,
        );
        const shares = scores.map((score) => Math.exp(score - Math.max(...scores)));
        const total = shares.reduce((sum, share) => sum + share, 0);
        return v.reduce(
          (sum, value, place) => sum + ((shares[place] as number) / total) * (value[column] as number),
          0,
        );
      }),
    );
    const middle = linear(`${path}.attention.output.dense`, mixed).map((y, at) => norm(added(y, x[at] as number[])));
    const wide = linear(`${path}.intermediate.dense`, middle).map((y) => y.map((value) => value * normalShare(value)));
    x = linear(`${path}.output.dense`, wide).map((y, at) => norm(added(y, middle[at] as number[])));
  }
  return x;
}

const added = (a: readonly number[], b: readonly number[]): number[] => a.map((value, at) => value + (b[at] as number));
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);

function norm(x: readonly number[]): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value) => (value - mean) / Math.sqrt(variance));
}

/** The share of a normal distribution below x, by Simpson's rule. */
function normalShare(x: number): number {
  const steps = 2_000;
  const density = (at: number) => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let at = 1; at < steps; at++) sum += (at % 2 === 1 ? 4 : 2) * density((x * at) / steps);
  return 0.5 + (sum * x) / steps / 3;
}
