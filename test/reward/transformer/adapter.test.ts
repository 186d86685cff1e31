import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { expect, test } from "vitest";
import { GraphBuilder } from "../../../src/onnx/graph.ts";
import type { Model, Node } from "../../../src/onnx/proto.ts";
import { openModel } from "../../../src/onnx/runtime.ts";
import { elementType, floatTensor } from "../../../src/onnx/tensor.ts";
import { adaptersIn, mergedBackbone } from "../../../src/reward/transformer/adapter.ts";
import { startValues } from "../../../src/reward/transformer/adapterTraining.ts";
import { type Backbone, readBackbone } from "../../../src/reward/transformer/backbone.ts";
import { backboneFeeds } from "../../../src/reward/transformer/backboneInputs.ts";
import { trainingGraph } from "../../../src/reward/transformer/rewardGraph.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { UserError } from "../../../src/system/userError.ts";
import { sharedFixtures } from "../../sharedData.ts";

const folder = sharedFixtures("onnx");

/** A product of x with a weight, in a graph of its own. */
function product(node: Partial<Node>, dataType: number = elementType.float32): Backbone {
  const weight = { ...floatTensor("w", [2, 2], new Float32Array(4)), dataType };
  const made = { name: "first", opType: "MatMul", domain: "", input: ["x", "w"], output: ["y"], attribute: [] };
  const graph = { name: "g", node: [{ ...made, metadataProps: [], ...node }], initializer: [weight] };
  const model = { irVersion: 8, opsetImport: [{ domain: "", version: 17 }], metadataProps: [] };
  return {
    model: { ...model, graph: { ...graph, input: [], output: [], valueInfo: [] } } as unknown as Model,
    hidden: "y",
    width: 2,
  };
}

test.each([
  [
    "quantised",
    product({ opType: "MatMulInteger" }),
    /nodes such as MatMulInteger "first"\. Export the model in 32-bit floats/,
  ],
  [
    "joined with others",
    product({ opType: "Attention", domain: "com.microsoft" }),
    /nodes such as Attention "first"\. Export/,
  ],
  [
    "of 16 bits",
    product({}, elementType.float16),
    /weight of the node MatMul "first" is not of 32-bit floats\. Export/,
  ],
])("weights that are %s are refused by their node, with what to do", (_what, backbone, message) => {
  const settings = { rank: 1, alpha: 1, targets: "all-linear" } as const;
  const g = new GraphBuilder(backbone.model.graph);
  expect(() => adaptersIn(g, backbone.hidden, settings)).toThrow(UserError);
  expect(() => adaptersIn(g, backbone.hidden, settings)).toThrow(message);
});

if (folder !== undefined)
  for (const model of ["encoder-dynamo", "encoder-legacy", "decoder-dynamo", "decoder-legacy"])
    test(`the ${model} with an adapter in its weights gives what it gives with the adapter beside them`, async () => {
      const settings = { rank: 4, alpha: 8, targets: "all-linear" } as const;
      const backbone = await readBackbone(runtime, join(folder, `${model}.onnx`));
      const graph = await trainingGraph(runtime, backbone, 1, settings);
      const random = seededRandom("adapter");
      const values = new Map(
        [...startValues(graph, random)].map(([name, array]) => {
          const drawn = random.derive(name);
          return [name, array.map(() => 0.2 * (2 * drawn.next() - 1))] as const;
        }),
      );
      const batch = { sequences: 2, length: 5, ids: BigInt64Array.from([5, 6, 7, 8, 9, 9, 8, 7, 6, 5], BigInt) };
      const tokens = { ...batch, mask: new BigInt64Array(10).fill(1n), types: new BigInt64Array(10) };
      const hiddenOf = async (feeds: object, graphOf = backbone.model) => {
        const shown = { ...graphOf, graph: { ...graphOf.graph, output: [{ name: backbone.hidden }] } };
        const session = await openModel(runtime, shown);
        const given = Object.fromEntries(
          Object.entries({ ...backboneFeeds(runtime, graphOf.graph, tokens), ...feeds }).filter(([name]) =>
            session.inputNames.includes(name),
          ),
        );
        const result = await session.run(given);
        await session.release();
        return result[backbone.hidden]?.data as Float32Array;
      };
      const beside = Object.fromEntries(
        graph.parameters.map(({ name, shape }) => [
          name,
          new runtime.Tensor("float32", values.get(name) as Float32Array, shape),
        ]),
      );
      const zeros = (count: number, columns: number) =>
        new runtime.Tensor("float32", new Float32Array(count * columns), [count, columns]);
      const expected = await hiddenOf(
        { ...beside, pool_weights: zeros(2, 5), pairs: zeros(1, 2), pair_weights: zeros(1, 1) },
        graph.model,
      );
      const merged = mergedBackbone(backbone, { settings, values });
      const found = await hiddenOf({}, merged.model);
      const plain = await hiddenOf({});
      expect(found.length).toBe(expected.length);
      for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 4);
      expect(Math.max(...plain.map((value, at) => Math.abs(value - (expected[at] as number))))).toBeGreaterThan(0.01);
    });
