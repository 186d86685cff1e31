import { renameSync } from "node:fs";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../../../src/onnx/graph.ts";
import { writeModel } from "../../../../src/onnx/modelFile.ts";
import { decodeModel, encodeModel, type Model } from "../../../../src/onnx/proto.ts";
import { openModel } from "../../../../src/onnx/runtime.ts";
import { elementType, floatTensor } from "../../../../src/onnx/tensor.ts";
import type { Backbone } from "../../../../src/reward/transformer/backbone.ts";
import { backboneFeeds, type TokenBatch } from "../../../../src/reward/transformer/backboneInputs.ts";
import { plainHeads } from "../../../../src/reward/transformer/export/plainHeads.ts";
import { rewardModel } from "../../../../src/reward/transformer/export/rewardModel.ts";
import { type Pooling, poolWeights } from "../../../../src/reward/transformer/pooling.ts";
import { tensorNames } from "../../../../src/reward/transformer/rewardGraph.ts";
import { POOLED, scoringGraph } from "../../../../src/reward/transformer/scoringGraph.ts";
import { scratchFolder } from "../../../data/scratchFolder.ts";
import { emptyModel } from "../../../onnx/graphOf.ts";
import { sharedFixtures } from "../../../sharedData.ts";
import { fixtureModels, merged, openedFixture, someAdapter, someHeads } from "./openedFixture.ts";

const components = ["writer", "editor", "Δ reader"];

/** Rows of tokens in one batch, padded before or behind with a token that is none. */
function paddedBatch(rows: readonly (readonly number[])[], side: "left" | "right", padding: number): TokenBatch {
  const length = Math.max(...rows.map((row) => row.length));
  const padded = (values: readonly number[], filler: number) => {
    const missing = new Array<number>(length - values.length).fill(filler);
    return side === "left" ? [...missing, ...values] : [...values, ...missing];
  };
  const all = (make: (row: readonly number[]) => number[]) => BigInt64Array.from(rows.flatMap(make), BigInt);
  return {
    sequences: rows.length,
    length,
    ids: all((row) => padded(row, padding)),
    mask: all((row) =>
      padded(
        row.map(() => 1),
        0,
      ),
    ),
    types: all((row) =>
      padded(
        row.map((_, place) => (2 * place > row.length ? 1 : 0)),
        0,
      ),
    ),
  };
}

async function rewardsOf(model: Model, batch: TokenBatch): Promise<number[][]> {
  const session = await openModel(runtime, model);
  const { dims, data } = (await session.run(backboneFeeds(runtime, model.graph, batch)))[tensorNames.rewards] ?? {};
  await session.release();
  expect(dims).toEqual([batch.sequences, components.length]);
  const values = Array.from(data as Float32Array);
  return Array.from({ length: batch.sequences }, (_, row) =>
    values.slice(row * components.length).slice(0, components.length),
  );
}

/** What scoring in this program makes of the same batch. */
async function expectedRewards(backbone: Backbone, pooling: Pooling, batch: TokenBatch): Promise<number[][]> {
  const model = scoringGraph(backbone);
  const session = await openModel(runtime, model);
  const weights = new runtime.Tensor("float32", poolWeights(pooling, batch), [batch.sequences, batch.length]);
  const feeds = { ...backboneFeeds(runtime, model.graph, batch), [tensorNames.poolWeights]: weights };
  const pooled = (await session.run(feeds))[POOLED]?.data as Float32Array;
  await session.release();
  const heads = plainHeads(someHeads(components, backbone.width), backbone.width);
  return Array.from({ length: batch.sequences }, (_, row) =>
    components.map((_name, head) => {
      let reward = heads.biases[head] as number;
      for (let at = 0; at < backbone.width; at++)
        reward += (heads.weights[head * backbone.width + at] as number) * (pooled[row * backbone.width + at] as number);
      return reward;
    }),
  );
}

function expectClose(found: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(found.length).toBe(expected.length);
  const differences = found.flatMap((row, at) =>
    row.map((value, head) => Math.abs(value - (expected[at]?.[head] ?? NaN))),
  );
  expect(Math.max(...differences)).toBeLessThan(1e-4);
}

const rows = [
  [2, 9, 17, 40, 3],
  [2, 100, 101, 102, 103, 104, 105, 106, 107, 3, 8, 3],
  [2, 77],
];

const fixtures = sharedFixtures("onnx");
if (fixtures !== undefined)
  describe.each(fixtureModels)("a model of rewards made of the %s", (name) => {
    test("gives what is scored here, from tokens and their mask alone, on whichever side they are padded", async () => {
      for (const pooling of ["mean", "first", "last"] as const) {
        const { opened } = await openedFixture(fixtures, name, pooling);
        const backbone = merged(opened, someAdapter(opened.backbone));
        const model = rewardModel(backbone, pooling, plainHeads(someHeads(components, backbone.width), backbone.width));
        for (const side of ["left", "right"] as const) {
          const batch = paddedBatch(rows, side, 0);
          expectClose(await rewardsOf(model, batch), await expectedRewards(backbone, pooling, batch));
        }
      }
    });

    test("gives the same with its weights in a file of their own, wherever both are moved", async () => {
      const { opened } = await openedFixture(fixtures, name);
      const heads = plainHeads(someHeads(components, opened.backbone.width), opened.backbone.width);
      const model = rewardModel(opened.backbone, opened.reading.pooling, heads);
      const [made, moved] = [scratchFolder(), scratchFolder()];
      writeModel(model, join(made, "model.onnx"), 1);
      for (const file of ["model.onnx", "model.onnx.data"]) renameSync(join(made, file), join(moved, file));
      const batch = paddedBatch(rows, "right", 0);
      const session = await runtime.InferenceSession.create(join(moved, "model.onnx"));
      const { data } = (await session.run(backboneFeeds(runtime, model.graph, batch)))[tensorNames.rewards] ?? {};
      await session.release();
      expect([...(data as Float32Array)]).toEqual((await rewardsOf(model, batch)).flat());
    });

    test("sees nothing of what stands where no token is", async () => {
      const { opened } = await openedFixture(fixtures, name);
      const { pooling } = opened.reading;
      const heads = plainHeads(someHeads(components, opened.backbone.width), opened.backbone.width);
      const model = rewardModel(opened.backbone, pooling, heads);
      for (const side of ["left", "right"] as const)
        expectClose(
          await rewardsOf(model, paddedBatch(rows, side, 0)),
          await rewardsOf(model, paddedBatch(rows, side, 311)),
        );
    });

    test("says which column is whose, and asks for nothing but what tokenizers give", async () => {
      const { opened } = await openedFixture(fixtures, name);
      const { backbone, reading } = opened;
      const heads = plainHeads(someHeads(components, backbone.width), backbone.width);
      const model = rewardModel(backbone, reading.pooling, heads);
      expect(model.metadataProps).toContainEqual({ key: "optimas.components", value: JSON.stringify(components) });
      expect(model.metadataProps).toContainEqual({ key: "optimas.pooling", value: reading.pooling });
      const inputs = ["attention_mask", "input_ids", ...(name.startsWith("encoder") ? ["token_type_ids"] : [])];
      expect(model.graph.input.map((input) => input.name).toSorted()).toEqual(inputs);
      const [output, ...others] = decodeModel(encodeModel(model)).graph.output;
      expect(output?.name).toBe("rewards");
      expect(others).toEqual([]);
      // As a reader of the standard sees it, to which only what was written last is there.
      expect(output?.type?.tensorType?.shape?.dim.map((size) => Object.entries(size).at(-1))).toEqual([
        ["dimParam", "batch"],
        ["dimValue", expect.objectContaining({ low: components.length })],
      ]);
    });
  });

/** A hidden state that is nothing but the sum of a token and its place, or the token alone. */
function tableBackbone(inputs: readonly string[]): Backbone {
  const model = emptyModel(17);
  const dim = ["batch", "sequence"].map((dimParam) => ({ dimParam }));
  model.graph.input.push(
    ...inputs.map((name) => ({ name, type: { tensorType: { elemType: elementType.int64, shape: { dim } } } })),
  );
  const g = new GraphBuilder(model.graph);
  const table = (name: string, step: number) =>
    g.add(
      floatTensor(
        name,
        [10, 2],
        Float32Array.from({ length: 20 }, (_, at) => step * at),
      ),
    );
  const words = g.op("Gather", [table("words", 1), "input_ids"]);
  const hidden = inputs.includes("position_ids")
    ? g.op("Add", [words, g.op("Gather", [table("places", 100), "position_ids"])])
    : words;
  g.rename(hidden, "last_hidden_state");
  model.graph.output = [{ name: "last_hidden_state" }];
  return { model, hidden: "last_hidden_state", width: 2 };
}

describe("a model of rewards", () => {
  const few = [
    [4, 5],
    [1, 2, 3],
  ];

  test("counts places by itself where its backbone asks for them", async () => {
    const backbone = tableBackbone(["input_ids", "attention_mask", "position_ids"]);
    for (const pooling of ["mean", "first", "last"] as const) {
      const model = rewardModel(backbone, pooling, plainHeads(someHeads(components, 2), 2));
      expect(model.graph.input.map(({ name }) => name)).toEqual(["input_ids", "attention_mask"]);
      for (const side of ["left", "right"] as const) {
        const batch = paddedBatch(few, side, 0);
        expectClose(await rewardsOf(model, batch), await expectedRewards(backbone, pooling, batch));
      }
    }
  });

  test("is told where tokens are, also where its backbone does without", async () => {
    const backbone = tableBackbone(["input_ids"]);
    const model = rewardModel(backbone, "last", plainHeads(someHeads(components, 2), 2));
    expect(model.graph.input.map(({ name }) => name)).toEqual(["input_ids", "attention_mask"]);
    const batch = paddedBatch(few, "right", 9);
    expectClose(await rewardsOf(model, batch), await expectedRewards(backbone, "last", batch));
  });

  test("gives a finite reward where there is no token at all", async () => {
    const backbone = tableBackbone(["input_ids", "attention_mask"]);
    for (const pooling of ["mean", "first", "last"] as const) {
      const model = rewardModel(backbone, pooling, plainHeads(someHeads(components, 2), 2));
      const { biases } = plainHeads(someHeads(components, 2), 2);
      const [none] = await rewardsOf(model, paddedBatch([[], [7]], "right", 3));
      expectClose([none ?? []], [[...biases]]);
    }
  });
});
