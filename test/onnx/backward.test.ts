import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { addGradients } from "../../src/onnx/backward.ts";
import { GraphBuilder, neededNodes, pruned } from "../../src/onnx/graph.ts";
import { isTargeted, modulePath } from "../../src/onnx/modulePath.ts";
import { normalised } from "../../src/onnx/normalise.ts";
import { attributeType, type Model } from "../../src/onnx/proto.ts";
import { openModel } from "../../src/onnx/runtime.ts";
import { probedShapes } from "../../src/onnx/shapes.ts";
import { elementType, floatTensor } from "../../src/onnx/tensor.ts";
import { emptyModel, floatValue, node } from "./graphOf.ts";

const vector = (...values: number[]) => new runtime.Tensor("float32", Float32Array.from(values), [values.length]);

/** The gradients of Σ `output` by x, at x. */
async function gradientsAt(model: Model, output: string, x: runtime.Tensor): Promise<number[]> {
  const g = new GraphBuilder(model.graph);
  const loss = g.op("ReduceSum", [output], { keepdims: 0 });
  const shapes = await probedShapes(runtime, model, [{ x: vector(1, 2, 3) }, { x: vector(1, 2, 3, 4, 5) }]);
  const gradient = addGradients(g, { loss, parameters: ["x"], shapes, opset: 20 }).get("x") ?? "";
  model.graph.output = [{ name: gradient }];
  const session = await openModel(runtime, model);
  const found = (await session.run({ x }))[gradient];
  await session.release();
  return Array.from(found?.data as Float32Array);
}

function modelOf(build: (g: GraphBuilder) => string): { model: Model; output: string } {
  const model = emptyModel();
  model.graph.input.push(floatValue("x"));
  return { model, output: build(new GraphBuilder(model.graph)) };
}

describe("the gradient of a graph", () => {
  test("sums what comes back to a tensor from all that read it", async () => {
    const { model, output } = modelOf((g) => g.op("Add", [g.op("Mul", ["x", "x"]), g.op("Mul", ["x", g.real(3)])]));
    expect(await gradientsAt(model, output, vector(1, 2))).toEqual([5, 7]);
  });

  test("reaches through more nodes in a row than a language's stack would hold", async () => {
    const { model, output } = modelOf((g) => {
      let name = "x";
      for (let at = 0; at < 10_000; at++) name = g.op("Neg", [name]);
      return name;
    });
    const g = new GraphBuilder(model.graph);
    expect(neededNodes(model.graph.node, [output])).toHaveLength(10_000);
    const shapes = { of: () => [1], integers: () => undefined, real: () => undefined, type: () => "float32" };
    expect(addGradients(g, { loss: output, parameters: ["x"], shapes, opset: 20 }).get("x")).toBeDefined();
  });

  test("is made along paths to parameters only: an operator beside them needs no rule", async () => {
    const { model, output } = modelOf((g) => {
      const beside = g.op("Ceil", [g.real(1.5)]);
      return g.op("Mul", ["x", beside]);
    });
    expect(await gradientsAt(model, output, vector(1, 2))).toEqual([2, 2]);
  });

  test("is refused where an operator has no rule, with the node's name and what to do", async () => {
    const { model, output } = modelOf((g) => g.op("Ceil", ["x"]));
    (model.graph.node[0] as { name: string }).name = "layer/round";
    await expect(gradientsAt(model, output, vector(1))).rejects.toThrow(
      /no gradient for the operator Ceil, which the node Ceil "layer\/round" needs.*without quantisation/,
    );
  });

  test("adds up a row that is read from a table many times in one way only, whatever the threads", async () => {
    const model = emptyModel();
    model.graph.input.push(floatValue("table"), {
      name: "places",
      type: { tensorType: { elemType: elementType.int64 } },
    });
    const g = new GraphBuilder(model.graph);
    const loss = g.op("ReduceSum", [g.op("Gather", ["table", "places"], { axis: 0 })], { keepdims: 0 });
    const feeds = (count: number, rows: number) => ({
      table: new runtime.Tensor("float32", new Float32Array(rows * 8), [rows, 8]),
      places: new runtime.Tensor(
        "int64",
        BigInt64Array.from({ length: count }, (_, at) => BigInt(at % rows)),
        [count],
      ),
    });
    const shapes = await probedShapes(runtime, model, [feeds(20, 2), feeds(30, 2)]);
    const gradient = addGradients(g, { loss, parameters: ["table"], shapes, opset: 20 }).get("table") ?? "";
    model.graph.output = [{ name: gradient }];
    const session = await openModel(runtime, model, { intraOpNumThreads: 4 });
    const found = (await session.run(feeds(200_000, 2)))[gradient];
    expect(new Set(found?.data as Float32Array)).toEqual(new Set([100_000]));
    await session.release();
  });

  test("is refused for rows of a table in a version of the operators that cannot add up", async () => {
    const model = emptyModel(15);
    model.graph.input.push(floatValue("x"));
    const g = new GraphBuilder(model.graph);
    const places = g.integers([0, 1, 0]);
    const loss = g.op("ReduceSum", [g.op("Gather", ["x", places], { axis: 0 })], { keepdims: 0 });
    const table = (rows: number) => ({ x: new runtime.Tensor("float32", new Float32Array(rows * 2), [rows, 2]) });
    const shapes = await probedShapes(runtime, model, [table(3), table(5)]);
    expect(() => addGradients(g, { loss, parameters: ["x"], shapes, opset: 15 })).toThrow(
      /Gather .*need version 16 of the operators/,
    );
  });

  test("passes a row that a mask left nothing of, where the exporter guarded it", async () => {
    const { model, output } = modelOf((g) => {
      const masked = g.op("Add", [g.op("Unsqueeze", ["x", g.integers([0])]), g.real(Number.NEGATIVE_INFINITY)]);
      const p = g.op("Softmax", [masked]);
      return g.op("Where", [g.op("IsNaN", [p]), g.real(0), p]);
    });
    expect(await gradientsAt(model, output, vector(1, 2))).toEqual([0, 0]);
  });
});

describe("a graph in fewer forms", () => {
  test("has constants as initializers, and no second names", () => {
    const { graph } = emptyModel();
    const value = floatTensor("", [1], Float32Array.of(2));
    graph.node.push(
      node("Constant", [], ["two"], { attribute: [{ name: "value", type: attributeType.tensor, t: value }] }),
      node("Identity", ["two"], ["alias"]),
      node("Identity", ["alias"], ["second"]),
      node("Mul", ["x", "second"], ["y"]),
      node("Identity", ["y"], ["result"]),
    );
    graph.output.push({ name: "result" });
    const fewer = normalised(graph);
    expect(fewer.initializer.map(({ name }) => name)).toEqual(["two"]);
    expect(fewer.node.map(({ opType, input }) => [opType, ...input])).toEqual([
      ["Mul", "x", "two"],
      ["Identity", "y"],
    ]);
  });

  test("has only what its outputs need, each after what it needs", () => {
    const { graph } = emptyModel();
    graph.input.push(floatValue("x"), floatValue("unused"));
    graph.node.push(node("Neg", ["a"], ["b"]), node("Exp", ["x"], ["a"]), node("Log", ["unused"], ["c"]));
    graph.output.push({ name: "b" });
    const needed = pruned(graph);
    expect(needed.node.map(({ opType }) => opType)).toEqual(["Exp", "Neg"]);
    expect(needed.input.map(({ name }) => name)).toEqual(["x"]);
  });
});

describe("the module that a node was exported from", () => {
  const scopes = (value: string) =>
    node("MatMul", [], [], { metadataProps: [{ key: "pkg.torch.onnx.name_scopes", value }] });

  test("is what the newer exporter keeps beside it, and the older one in its name, without a wrapper", () => {
    expect(modulePath(scopes("['', 'm', 'm.encoder.layer.0.query', 'linear_3']"))).toBe("encoder.layer.0.query");
    expect(modulePath(scopes("['', 'model.layers.1.q_proj', 'linear']"))).toBe("model.layers.1.q_proj");
    const named = (name: string) => node("MatMul", [], [], { name });
    expect(modulePath(named("/m/encoder/layer.0/query/MatMul"))).toBe("encoder.layer.0.query");
    expect(modulePath(named("MatMul_17"))).toBeUndefined();
  });

  test("is meant by its whole path, by what it ends in, and by all", () => {
    expect(isTargeted("encoder.layer.0.query", ["query"])).toBe(true);
    expect(isTargeted("encoder.layer.0.query", ["layer.0.query"])).toBe(true);
    expect(isTargeted("encoder.layer.0.query", ["uery"])).toBe(false);
    expect(isTargeted("anything", "all-linear")).toBe(true);
  });
});
