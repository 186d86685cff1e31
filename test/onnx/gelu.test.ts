import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { addGradients } from "../../src/onnx/backward.ts";
import { joinedGelu } from "../../src/onnx/gelu.ts";
import { GraphBuilder, pruned } from "../../src/onnx/graph.ts";
import type { Model } from "../../src/onnx/proto.ts";
import { openModel } from "../../src/onnx/runtime.ts";
import { probedShapes } from "../../src/onnx/shapes.ts";
import { emptyModel, floatValue } from "./graphOf.ts";

const x = Float32Array.of(-6, -1.5, -0.2, 0, 0.7, 2, 6);
const feeds = { x: new runtime.Tensor("float32", x, [x.length]) };

/** GELU in parts, by what multiplies x, the half and 1 + erf(x / √2). */
const forms: Readonly<Record<string, (g: GraphBuilder, risen: string) => string>> = {
  "x first, then the half": (g, risen) => g.op("Mul", [g.op("Mul", ["x", risen]), g.real(0.5)]),
  "the half of x": (g, risen) => g.op("Mul", [g.op("Mul", ["x", g.real(0.5)]), risen]),
  "the half first, then x": (g, risen) => g.op("Mul", ["x", g.op("Mul", [g.real(0.5), risen])]),
  "x first, then divided by two": (g, risen) => g.op("Div", [g.op("Mul", [risen, "x"]), g.real(2)]),
};

function modelOf(opset: number, build: (g: GraphBuilder) => string): Model {
  const model = emptyModel(opset);
  model.graph.input.push(floatValue("x"));
  const output = build(new GraphBuilder(model.graph));
  model.graph.output = [{ name: output }];
  return model;
}

const risenOf = (g: GraphBuilder) => g.op("Add", [g.op("Erf", [g.op("Div", ["x", g.real(Math.SQRT2)])]), g.real(1)]);

async function run(model: Model): Promise<number[]> {
  const session = await openModel(runtime, model);
  const results = await session.run(feeds);
  await session.release();
  return Array.from(Object.values(results)[0]?.data ?? [], Number);
}

/** The output and its gradient. */
async function withGradient(model: Model): Promise<number[][]> {
  const values = await run(model);
  const g = new GraphBuilder({
    ...model.graph,
    node: [...model.graph.node],
    initializer: [...model.graph.initializer],
  });
  const loss = g.op("ReduceSum", [model.graph.output[0]?.name ?? ""], { keepdims: 0 });
  const opset = Number(model.opsetImport[0]?.version);
  const shapes = await probedShapes(runtime, { ...model, graph: g.graph }, [feeds, feeds]);
  const gradient = addGradients(g, { loss, parameters: ["x"], shapes, opset }).get("x") ?? "";
  return [values, await run({ ...model, graph: pruned({ ...g.graph, output: [{ name: gradient }] }) })];
}

describe("a GELU that was exported in parts", () => {
  for (const [title, form] of Object.entries(forms))
    for (const opset of [17, 20])
      test(`is one operator with the same values and slopes: ${title}, version ${opset}`, async () => {
        const model = modelOf(opset, (g) => form(g, risenOf(g)));
        const joined = joinedGelu(model);
        expect(joined.graph.node.map(({ opType }) => opType)).toEqual(["Gelu"]);
        const [values, slopes] = await withGradient(model);
        const [found, foundSlopes] = await withGradient(joined);
        for (const at of x.keys()) {
          expect(found?.[at]).toBeCloseTo(values?.[at] ?? Number.NaN, 5);
          expect(foundSlopes?.[at]).toBeCloseTo(slopes?.[at] ?? Number.NaN, 5);
        }
      });

  test("stays in parts where something else reads one of them", () => {
    const model = modelOf(17, (g) => {
      const risen = risenOf(g);
      return g.op("Add", [forms["x first, then the half"]?.(g, risen) ?? "", risen]);
    });
    expect(joinedGelu(model)).toBe(model);
  });

  test("stays in parts where a part is an output", () => {
    const model = modelOf(17, (g) => forms["x first, then the half"]?.(g, risenOf(g)) ?? "");
    const erf = model.graph.node.find(({ opType }) => opType === "Erf")?.output[0] ?? "";
    model.graph.output.push({ name: erf });
    expect(joinedGelu(model)).toBe(model);
  });

  test("is no GELU with another constant", () => {
    const model = modelOf(17, (g) => g.op("Mul", [g.op("Mul", ["x", risenOf(g)]), g.real(0.25)]));
    expect(joinedGelu(model)).toBe(model);
  });
});
