import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../../src/onnx/graph.ts";
import { openModel } from "../../../src/onnx/runtime.ts";
import { elementsIn } from "../../../src/onnx/tensor.ts";
import { copied, type ParameterValues } from "../../../src/reward/transformer/adapter.ts";
import { type PairBatch, startValues, trainingFeeds } from "../../../src/reward/transformer/adapterTraining.ts";
import { type Backbone, readBackbone } from "../../../src/reward/transformer/backbone.ts";
import { backboneFeeds, type TokenBatch } from "../../../src/reward/transformer/backboneInputs.ts";
import { poolWeights } from "../../../src/reward/transformer/pooling.ts";
import { tensorNames, trainingGraph } from "../../../src/reward/transformer/rewardGraph.ts";
import { trainedBackbone, weightsIn } from "../../../src/reward/transformer/wholeWeights.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { node } from "../../onnx/graphOf.ts";
import { sharedFixtures } from "../../sharedData.ts";
import { HIDDEN, randomBert } from "./randomBert.ts";

const VOCABULARY = 20;
const bert: Backbone = {
  model: randomBert({
    layers: 1,
    width: 8,
    heads: 2,
    feedForward: 12,
    vocabulary: VOCABULARY,
    places: 12,
    random: seededRandom("whole"),
    spread: 0.3,
  }),
  hidden: HIDDEN,
  width: 8,
};

const weightsOf = ({ model, hidden }: Backbone) => weightsIn(new GraphBuilder(copied(model).graph), hidden);

describe("the weights of a backbone", () => {
  test("are tables, linear layers, norms and shifts, without what a mask is computed with", () => {
    const layers = ["query", "key", "value"].map((name) => `attention.self.${name}`);
    const dense = [...layers, "attention.output.dense", "intermediate.dense", "output.dense"];
    const modules = [
      ...["embeddings.LayerNorm", ...["attention.output.LayerNorm", "output.LayerNorm", ...dense].map(inLayer)].flatMap(
        (path) => [`${path}.weight`, `${path}.bias`],
      ),
      ...["word", "position", "token_type"].map((name) => `embeddings.${name}_embeddings.weight`),
    ];
    expect(
      weightsOf(bert)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(modules.sort());
  });

  test("that are shared and of one value become weights of their own, and others stay shared", () => {
    const model = copied(bert.model);
    const [norm, query] = ["LayerNorm.bias", "query.weight"].map((end) =>
      model.graph.initializer.find(({ name }) => name.endsWith(end)),
    );
    for (const each of model.graph.node)
      each.input = each.input.map((name) => {
        if (name.endsWith("LayerNorm.bias")) return norm?.name ?? "";
        return name.endsWith("key.weight") ? (query?.name ?? "") : name;
      });
    const names = weightsOf({ ...bert, model }).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.startsWith(norm?.name ?? "-"))).toHaveLength(3);
    expect(names.filter((name) => name.startsWith(query?.name ?? "-"))).toHaveLength(1);
  });

  test("do not count frequencies that only places meet", () => {
    const model = copied(bert.model);
    const g = new GraphBuilder(model.graph);
    const [weight] = model.graph.initializer.filter(({ name }) => name.endsWith("LayerNorm.weight"));
    const name = g.add({ ...(weight as NonNullable<typeof weight>), name: "frequencies" });
    const angles = g.op("Mul", [g.op("Cast", [g.op("Unsqueeze", ["input_ids", g.integers([2])])], { to: 1 }), name]);
    model.graph.node.push(node("Add", [HIDDEN, g.op("Cos", [angles])], ["turned"]));
    const names = weightsOf({ ...bert, model, hidden: "turned" }).map((each) => each.name);
    expect(names).toHaveLength(weightsOf(bert).length);
    expect(names).not.toContain("frequencies");
  });

  test("with other values are a backbone that gives something else, and with their own the same", async () => {
    const batch = tokens(VOCABULARY);
    const own = new Map(weightsOf(bert).map(({ name, values }) => [name, values]));
    const before = await hiddenOf(bert, batch);
    expect(await hiddenOf(trainedBackbone(bert, own), batch)).toEqual(before);
    const table = own.get("embeddings.word_embeddings.weight") ?? new Float32Array(0);
    const changed = new Map([...own, ["embeddings.word_embeddings.weight", table.map((value) => -value)]]);
    expect(await hiddenOf(trainedBackbone(bert, changed), batch)).not.toEqual(before);
  });
});

describe("the gradient of every weight is what central differences say", () => {
  test("of a transformer whose places are cut from a table", () => checkGradients(bert, VOCABULARY));

  const folder = sharedFixtures("onnx");
  if (folder !== undefined)
    for (const name of ["encoder-dynamo", "encoder-legacy", "decoder-dynamo", "decoder-legacy"])
      test(`of the model ${name}`, async () => {
        await checkGradients(await readBackbone(runtime, join(folder, `${name}.onnx`)), VOCABULARY);
      });
});

const inLayer = (path: string) => `encoder.layer.0.${path}`;

/** Four sequences of five tokens, each token below `vocabulary`; the second ends earlier. */
function tokens(vocabulary: number): TokenBatch {
  const random = seededRandom("tokens");
  const [sequences, length] = [4, 5];
  const ids = BigInt64Array.from({ length: sequences * length }, () => BigInt(random.integer(vocabulary)));
  const mask = BigInt64Array.from(ids, (_, at) => (at === 8 || at === 9 ? 0n : 1n));
  return { sequences, length, ids, mask, types: BigInt64Array.from(ids, (_, at) => (at % length > 2 ? 1n : 0n)) };
}

async function hiddenOf({ model, hidden }: Backbone, batch: TokenBatch): Promise<unknown> {
  const session = await openModel(runtime, { ...model, graph: { ...model.graph, output: [{ name: hidden }] } });
  const results = await session.run(backboneFeeds(runtime, model.graph, batch));
  await session.release();
  return results[hidden]?.data;
}

/** Along one direction per weight, drawn at random: a slope that is wrong anywhere is wrong along it. */
async function checkGradients(backbone: Backbone, vocabulary: number): Promise<void> {
  const graph = await trainingGraph(runtime, backbone, 2, "all weights");
  const random = seededRandom("directions");
  const values = startValues(graph, random);
  const batch = pairsOf(tokens(vocabulary));
  const session = await openModel(runtime, graph.model);
  const run = (some: ParameterValues) => session.run(trainingFeeds(runtime, graph, some, batch));
  const results = await run(values);
  expect(graph.parameters).toHaveLength(graph.start.size + 1);
  for (const { name, shape, gradient } of graph.parameters) {
    const at = values.get(name) as Float32Array;
    const direction = Float32Array.from({ length: elementsIn(shape) }, () => random.normal() / Math.sqrt(at.length));
    const lossAt = async (step: number) => {
      const moved = at.map((value, index) => value + step * (direction[index] as number));
      return Number((await run(new Map([...values, [name, moved]])))[tensorNames.loss]?.data[0]);
    };
    const step = 1 / 64;
    const expected = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    const slopes = results[gradient]?.data as Float32Array;
    const found = slopes.reduce((sum, slope, index) => sum + slope * (direction[index] as number), 0);
    expect(Math.abs(found - expected), name).toBeLessThan(3e-5 + 2e-3 * Math.abs(expected));
  }
  await session.release();
}

function pairsOf(batch: TokenBatch): PairBatch {
  const pairs = [
    [0, 1],
    [2, 3],
  ] as const;
  return {
    tokens: batch,
    poolWeights: poolWeights("mean", batch),
    pairs,
    pairWeights: Float32Array.of(1, 0.5, 0.25, 1),
  };
}
