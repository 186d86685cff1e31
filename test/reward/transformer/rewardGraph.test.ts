import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { openModel } from "../../../src/onnx/runtime.ts";
import type { ParameterValues } from "../../../src/reward/transformer/adapter.ts";
import { AdapterTraining, type PairBatch, trainingFeeds } from "../../../src/reward/transformer/adapterTraining.ts";
import { readBackbone } from "../../../src/reward/transformer/backbone.ts";
import { poolWeights } from "../../../src/reward/transformer/pooling.ts";
import { type TrainingGraph, tensorNames, trainingGraph } from "../../../src/reward/transformer/rewardGraph.ts";
import { type Fixture, type FixtureTensor, readFixture } from "../../onnx/fixture.ts";
import { sharedFixtures } from "../../sharedData.ts";

const folder = sharedFixtures("onnx");
if (folder !== undefined)
  for (const kind of ["encoder", "decoder"] as const)
    for (const exporter of ["dynamo", "legacy"] as const)
      describe(`the training graph of the ${kind} as the ${exporter} exporter writes it`, () => {
        const fixture = readFixture(folder, kind);
        let graph: TrainingGraph;

        beforeAll(async () => {
          const backbone = await readBackbone(runtime, join(folder, `${kind}-${exporter}.onnx`));
          const { rank, alpha, targets } = fixture.lora;
          const named = targets.map(({ name }) => name);
          graph = await trainingGraph(runtime, backbone, fixture.heads, { rank, alpha, targets: named });
        });

        test("adapts the layers that PyTorch adapted", () => {
          expect(graph.adapters.map(({ layer }) => layer.path).sort()).toEqual(
            fixture.lora.targets.map(({ name }) => name).sort(),
          );
          expect(graph.adapters.map(({ layer }) => layer.node.name).sort()).toEqual(
            fixture.lora.targets.map(({ nodes }) => nodes[exporter]?.node).sort(),
          );
        });

        test("gives PyTorch's rewards, loss and gradients, these within 2e-5 of each one's greatest value", async () => {
          const session = await openModel(runtime, graph.model);
          const feeds = trainingFeeds(runtime, graph, valuesOf(graph, fixture.parameters.init), batchOf(fixture));
          const results = await session.run(feeds);
          expect(greatestDifference(results[tensorNames.rewards], fixture.rewards)).toBeLessThan(2e-5);
          expect(Number(results[tensorNames.loss]?.data[0])).toBeCloseTo(fixture.loss, 6);
          for (const { name, gradient } of graph.parameters)
            expect(
              relativeDifference(results[gradient], fixture.parameters.grads[fixtureName(name)]),
              name,
            ).toBeLessThan(2e-5);
          await session.release();
        });

        // Places of an encoder's tokens are learned, so its padding cannot be on the left.
        if (kind === "decoder")
          test("gives the same gradients where the padding is on the left", async () => {
            const session = await openModel(runtime, graph.model);
            const batch = leftPadded(batchOf(fixture));
            const values = valuesOf(graph, fixture.parameters.init);
            const results = await session.run(
              trainingFeeds(runtime, graph, values, { ...batch, poolWeights: poolWeights("last", batch.tokens) }),
            );
            for (const { name, gradient } of graph.parameters)
              expect(
                relativeDifference(results[gradient], fixture.parameters.grads[fixtureName(name)]),
                name,
              ).toBeLessThan(2e-5);
            await session.release();
          });

        test("comes to PyTorch's parameters within 1e-5 in 20 steps of AdamW", async () => {
          const { lr, beta1, beta2, eps, weightDecay, steps } = fixture.adamw;
          const settings = {
            learningRate: lr,
            firstDecay: beta1,
            secondDecay: beta2,
            epsilon: eps,
            decay: weightDecay,
            greatestNorm: Number.POSITIVE_INFINITY,
          };
          const start = valuesOf(graph, fixture.parameters.init);
          const training = await AdapterTraining.open(runtime, graph, start, settings, 1);
          const losses: number[] = [];
          for (let step = 0; step < steps; step++) {
            losses.push(await training.add(batchOf(fixture)));
            training.step();
          }
          losses.push(await training.add(batchOf(fixture)));
          for (const [at, loss] of [...fixture.losses, fixture.lossAfter20].entries())
            expect(Math.abs((losses[at] as number) - loss)).toBeLessThan(1e-5);
          for (const [name, values] of valuesOf(graph, fixture.parameters.after20)) {
            const found = training.values.get(name) ?? [];
            const greatest = Math.max(...values.map((value, at) => Math.abs(value - (found[at] as number))));
            expect(greatest, name).toBeLessThan(1e-5);
          }
          await training.release();
        });
      });

/** Parameters are called as PEFT calls them; the reference has the kind first. */
function fixtureName(name: string): string {
  if (name === tensorNames.heads) return "head.weight";
  const [, path, part] = /^(.*)\.lora_([AB])\.weight$/.exec(name) ?? [];
  return `lora_${part}::${path}`;
}

function valuesOf(graph: TrainingGraph, parameters: Record<string, FixtureTensor>): ParameterValues {
  return new Map(
    graph.parameters.map(({ name }) => [name, Float32Array.from(parameters[fixtureName(name)]?.data ?? [])]),
  );
}

function batchOf({ inputs, pooling, pairs, pairWeight }: Fixture): PairBatch {
  const { input_ids: ids, attention_mask: mask, token_type_ids: types } = inputs;
  if (ids === undefined || mask === undefined) throw new Error("no tokens");
  const [sequences = 0, length = 0] = ids.shape;
  const big = ({ data }: FixtureTensor) => BigInt64Array.from(data, BigInt);
  const tokens = {
    sequences,
    length,
    ids: big(ids),
    mask: big(mask),
    types: types === undefined ? new BigInt64Array(ids.data.length) : big(types),
  };
  return { tokens, poolWeights: poolWeights(pooling, tokens), pairs, pairWeights: Float32Array.from(pairWeight.data) };
}

function leftPadded(batch: PairBatch): PairBatch {
  const { sequences, length, mask } = batch.tokens;
  const moved = (values: BigInt64Array) => {
    const result = new BigInt64Array(values.length);
    for (let row = 0; row < sequences; row++) {
      const there = mask.subarray(row * length, (row + 1) * length).filter((one) => one === 1n).length;
      result.set(values.subarray(row * length, row * length + there), (row + 1) * length - there);
    }
    return result;
  };
  const { ids, types } = batch.tokens;
  return { ...batch, tokens: { ...batch.tokens, ids: moved(ids), mask: moved(mask), types: moved(types) } };
}

/** In units of the greatest value. */
function relativeDifference(found: runtime.Tensor | undefined, expected: FixtureTensor | undefined): number {
  if (expected === undefined) throw new Error("nothing is expected");
  return greatestDifference(found, expected) / Math.max(...expected.data.map(Math.abs));
}

function greatestDifference(found: runtime.Tensor | undefined, expected: FixtureTensor): number {
  if (found === undefined) throw new Error("nothing was found");
  expect(found.dims).toEqual(expected.shape);
  return Math.max(...expected.data.map((value, at) => Math.abs(value - Number(found.data[at]))));
}
