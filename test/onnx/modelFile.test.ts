import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../src/onnx/graph.ts";
import { readModel, weightBytes, writeModel } from "../../src/onnx/modelFile.ts";
import { decodeModel, encodeModel, type Model } from "../../src/onnx/proto.ts";
import { openModel } from "../../src/onnx/runtime.ts";
import { floatsOf, floatTensor, integersOf, integerTensor } from "../../src/onnx/tensor.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { emptyModel, floatValue, node } from "./graphOf.ts";

/** y = x + w, w of so many numbers. */
function adding(weights: Float32Array): Model {
  const model = emptyModel();
  model.graph.input.push(floatValue("x"));
  const g = new GraphBuilder(model.graph);
  g.add(floatTensor("w", [weights.length], weights));
  model.graph.output.push({ name: g.op("Add", ["x", "w"]) });
  return model;
}

describe("a model in a file", () => {
  test("comes back with every tensor as it was", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true }), { minLength: 1 }),
        fc.array(fc.integer(), { minLength: 1 }),
        (reals, integers) => {
          const model = emptyModel();
          model.graph.initializer = [
            floatTensor("reals", [reals.length], Float32Array.from(reals)),
            integerTensor("integers", [integers.length], integers),
          ];
          const [first, second] = decodeModel(encodeModel(model)).graph.initializer;
          expect(first && [...(floatsOf(first) ?? [])]).toEqual([...Float32Array.from(reals)]);
          expect(second && integersOf(second)).toEqual(integers);
        },
      ),
    );
  });

  test("keeps what the exporter said of nodes, and fields that nobody here knows", () => {
    const model = emptyModel();
    const said = [{ key: "pkg.torch.onnx.name_scopes", value: "['', 'encoder', 'add']" }];
    model.graph.node.push(node("Add", ["a", "b"], ["c"], { metadataProps: said }));
    const bytes = encodeModel(model);
    // Field 5 of a model is its version, a varint, and not in the schema.
    const withVersion = Uint8Array.of(...bytes, 0x28, 0x2a);
    const read = decodeModel(withVersion);
    expect(read.graph.node[0]?.metadataProps[0]).toMatchObject(said[0] as object);
    expect(Buffer.from(encodeModel(read)).includes(Buffer.of(0x28, 0x2a))).toBe(true);
  });

  test("that is too large for one file keeps its weights beside it, and onnxruntime runs it", async () => {
    const weights = Float32Array.from({ length: 3000 }, (_, index) => index / 7);
    const file = join(scratchFolder({}), "model.onnx");
    writeModel(adding(weights), file, 1000);
    expect(statSync(file).size).toBeLessThan(1000);
    expect(statSync(`${file}.data`).size).toBe(12_000);
    const session = await runtime.InferenceSession.create(file);
    const x = new runtime.Tensor("float32", new Float32Array(3000), [3000]);
    const [y] = Object.values(await session.run({ x }));
    expect(y?.data).toEqual(weights);
    await session.release();
    const [tensor] = readModel(file).graph.initializer;
    expect(tensor && floatsOf(tensor)).toEqual(weights);
  });

  test("is read without its weights, which are not read any more once the file has changed", () => {
    const file = join(scratchFolder({}), "model.onnx");
    const weights = Float32Array.from({ length: 3000 }, (_, index) => index);
    writeModel(adding(weights), file);
    const model = readModel(file);
    expect(weightBytes(model)).toBe(12_000);
    const [tensor] = model.graph.initializer;
    expect(tensor && floatsOf(tensor)).toEqual(weights);
    utimesSync(file, 1, 1);
    expect(() => tensor && floatsOf(tensor)).toThrow(/"w" cannot be read from .*model\.onnx: the file has changed/);
  });

  test("whose weights end too early, or lie elsewhere, is refused with what is missing", () => {
    const file = join(scratchFolder({}), "model.onnx");
    writeModel(adding(new Float32Array(3000)), file, 1000);
    writeFileSync(`${file}.data`, readFileSync(`${file}.data`).subarray(0, 11_000));
    expect(() => readModel(file)).toThrow(/keeps "w" in .*model\.onnx\.data: it ends 1000 bytes too early/);
    const model = adding(new Float32Array(3000));
    for (const tensor of model.graph.initializer)
      Object.assign(tensor, {
        rawData: new Uint8Array(0),
        dataLocation: 1,
        externalData: [{ key: "location", value: "../elsewhere" }],
      });
    writeFileSync(file, encodeModel(model));
    expect(() => readModel(file)).toThrow(/keeps "w" in "\.\.\/elsewhere", which is not beside it/);
  });

  test("that is none is refused by its name", () => {
    const folder = scratchFolder({ "text.onnx": "a text", "empty.onnx": "" });
    for (const name of ["text.onnx", "empty.onnx", "missing.onnx"])
      expect(() => readModel(join(folder, name))).toThrow(`${name} is not an ONNX model that can be read`);
  });

  test("that is large is mapped from files that are gone when it is open", async () => {
    const weights = new Float32Array(2 ** 22 + 1).fill(2);
    const session = await openModel(runtime, adding(weights));
    const x = new runtime.Tensor("float32", Float32Array.of(1), [1]);
    const [y] = Object.values(await session.run({ x }));
    await session.release();
    expect(y?.data.length).toBe(weights.length);
    expect(y?.data.at(-1)).toBe(3);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`optimas-model-${process.pid}-`))).toEqual([]);
  });

  test("runs from a buffer as it does from its file", async () => {
    const session = await openModel(runtime, adding(Float32Array.of(1, 2)));
    const [y] = Object.values(await session.run({ x: new runtime.Tensor("float32", Float32Array.of(1, 1), [2]) }));
    expect(y?.data).toEqual(Float32Array.of(2, 3));
    await session.release();
  });
});
