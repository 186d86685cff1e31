import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { addGradients } from "../../src/onnx/backward.ts";
import { type AttributeValue, GraphBuilder, opsetOf } from "../../src/onnx/graph.ts";
import { attributeType, type Model, type Node } from "../../src/onnx/proto.ts";
import { rules } from "../../src/onnx/rules/rules.ts";
import { openModel } from "../../src/onnx/runtime.ts";
import { type Feeds, probedShapes } from "../../src/onnx/shapes.ts";
import { elementsIn, elementType, floatTensor, integerTensor } from "../../src/onnx/tensor.ts";
import { seededRandom } from "../../src/system/random.ts";
import { emptyModel, floatValue } from "./graphOf.ts";

/** One use of an operator: N stands for a size that varies, as a batch's does. */
interface Example {
  readonly title?: string;
  /** Shapes of the inputs that gradients are wanted of, in order; undefined for those of `constants`. */
  readonly inputs: readonly (readonly (number | "N")[] | undefined)[];
  readonly constants?: Readonly<
    Record<number, { readonly shape: readonly number[]; readonly values: readonly number[]; readonly real?: true }>
  >;
  /** Inputs that are lists of one integer, N. */
  readonly sizes?: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeValue | string>>;
  readonly outputs?: number;
  /** Values the inputs are drawn from; [-2, 2] unless told. */
  readonly from?: readonly [number, number];
  readonly opset?: number;
}

const ints = (...values: number[]) => ({ shape: [values.length], values });
const positive = [0.3, 2] as const;

const examples: Readonly<Record<string, readonly Example[]>> = {
  Identity: [{ inputs: [["N", 3]] }],
  Neg: [{ inputs: [["N", 3]] }],
  Exp: [{ inputs: [["N", 3]] }],
  Log: [{ inputs: [["N", 3]], from: positive }],
  Sqrt: [{ inputs: [["N", 3]], from: positive }],
  Reciprocal: [{ inputs: [["N", 3]], from: positive }],
  Abs: [{ inputs: [["N", 3]] }],
  Sin: [{ inputs: [["N", 3]] }],
  Cos: [{ inputs: [["N", 3]] }],
  Erf: [{ inputs: [["N", 3]] }],
  Sigmoid: [{ inputs: [["N", 3]] }],
  Tanh: [{ inputs: [["N", 3]] }],
  Relu: [{ inputs: [["N", 3]] }],
  Softplus: [{ inputs: [["N", 3]] }],
  Gelu: [{ inputs: [["N", 3]] }, { title: "by tanh", inputs: [["N", 3]], attributes: { approximate: "tanh" } }],
  Cast: [{ inputs: [["N", 3]], attributes: { to: 1 } }],
  Add: [
    {
      inputs: [
        ["N", 3],
        ["N", 3],
      ],
    },
    { title: "of a row to each row", inputs: [["N", 4, 3], [3]] },
    {
      title: "of a column and a row",
      inputs: [
        ["N", 1],
        [1, 4],
      ],
    },
  ],
  Sub: [
    {
      inputs: [
        ["N", 4, 3],
        ["N", 1, 3],
      ],
    },
  ],
  Mul: [
    {
      inputs: [
        ["N", 4, 3],
        [4, 1],
      ],
    },
  ],
  Div: [
    {
      inputs: [
        ["N", 4, 3],
        [4, 1],
      ],
      from: positive,
    },
  ],
  Pow: [
    { title: "with 2", inputs: [["N", 3], undefined], constants: { 1: { shape: [], values: [2], real: true } } },
    { title: "with 3", inputs: [["N", 3], undefined], constants: { 1: { shape: [], values: [3], real: true } } },
  ],
  Where: [
    { title: "by a mask", inputs: [undefined, ["N", 3], [3]], constants: { 0: { shape: [3], values: [1, 0, 1] } } },
  ],
  MatMul: [
    {
      title: "of matrices",
      inputs: [
        ["N", 3],
        [3, 2],
      ],
    },
    {
      title: "of many rows with a matrix",
      inputs: [
        ["N", 4, 3],
        [3, 2],
      ],
    },
    {
      title: "of stacks",
      inputs: [
        ["N", 2, 4, 3],
        ["N", 2, 3, 2],
      ],
    },
    {
      title: "of a stack with one that all share",
      inputs: [
        ["N", 2, 4, 3],
        [2, 3, 2],
      ],
    },
  ],
  Gemm: [
    { inputs: [["N", 3], [3, 2], [2]] },
    {
      title: "transposed and scaled",
      inputs: [[3, "N"], [2, 3], [2]],
      attributes: { transA: 1, transB: 1, alpha: { real: 0.5 }, beta: { real: 2 } },
    },
  ],
  Reshape: [
    { inputs: [["N", 4, 6], undefined], constants: { 1: ints(0, 0, 2, 3) } },
    { title: "that moves what varies", inputs: [["N", 4, 6], undefined], constants: { 1: ints(4, -1, 6) } },
  ],
  Flatten: [{ inputs: [["N", 4, 3]], attributes: { axis: 1 } }],
  Squeeze: [{ inputs: [["N", 1, 3], undefined], constants: { 1: ints(1) } }],
  Unsqueeze: [{ inputs: [["N", 3], undefined], constants: { 1: ints(1) } }],
  Transpose: [
    { inputs: [["N", 4, 3]], attributes: { perm: [2, 0, 1] } },
    { title: "of all axes", inputs: [["N", 4, 3]] },
  ],
  Expand: [{ inputs: [["N", 1, 3], undefined], constants: { 1: ints(1, 4, 1) } }],
  Concat: [
    {
      inputs: [
        ["N", 2],
        ["N", 3],
      ],
      attributes: { axis: -1 },
    },
  ],
  Split: [{ inputs: [["N", 5], undefined], constants: { 1: ints(2, 3) }, attributes: { axis: 1 }, outputs: 2 }],
  Slice: [
    { inputs: [["N", 5], undefined, undefined, undefined], constants: { 1: ints(1), 2: ints(-1), 3: ints(1) } },
    {
      title: "to the end",
      inputs: [["N", 5], undefined, undefined, undefined],
      constants: { 1: ints(2), 2: ints(2 ** 50), 3: ints(-1) },
    },
    {
      title: "of as much as is asked for",
      inputs: [[2, 7, 3], undefined, undefined, undefined],
      constants: { 1: ints(1), 3: ints(1) },
      sizes: [2],
    },
  ],
  Gather: [
    { inputs: [["N", 3, 4], undefined], constants: { 1: { shape: [], values: [1] } }, attributes: { axis: 1 } },
    {
      title: "of rows, some of them several times",
      inputs: [[4, 3], undefined],
      constants: { 1: { shape: [2, 3], values: [1, 0, 1, 3, -1, 1] } },
    },
  ],
  ReduceSum: [
    { inputs: [["N", 4, 3], undefined], constants: { 1: ints(1) }, attributes: { keepdims: 0 } },
    { title: "of all", inputs: [["N", 3]], attributes: { keepdims: 0 } },
  ],
  ReduceMean: [
    { inputs: [["N", 4, 3], undefined], constants: { 1: ints(-1) } },
    { title: "as before version 18", inputs: [["N", 4, 3]], attributes: { axes: [1], keepdims: 0 }, opset: 17 },
  ],
  Softmax: [{ inputs: [["N", 4]] }, { title: "over an axis between", inputs: [["N", 4, 3]], attributes: { axis: 1 } }],
  LogSoftmax: [{ inputs: [["N", 4]] }],
  LayerNormalization: [
    {
      inputs: [["N", 2, 4], undefined, undefined],
      constants: {
        1: { shape: [4], values: [1, 0.5, 2, 1], real: true },
        2: { shape: [4], values: [0, 1, 0, 1], real: true },
      },
    },
    { title: "with its scale and shift", inputs: [["N", 2, 4], [4], [4]] },
    {
      title: "over two axes, with its scale and shift",
      inputs: [
        ["N", 2, 4],
        [2, 4],
        [2, 4],
      ],
      attributes: { axis: 1 },
    },
    {
      title: "as before version 18",
      opset: 17,
      inputs: [["N", 2, 4], undefined],
      constants: { 1: { shape: [4], values: [1, 0.5, 2, 1], real: true } },
    },
  ],
  RMSNormalization: [
    {
      opset: 23,
      inputs: [["N", 2, 4], undefined],
      constants: { 1: { shape: [4], values: [1, 0.5, 2, 1], real: true } },
    },
    { title: "with its scale", opset: 23, inputs: [["N", 2, 4], [4]] },
  ],
};

test("there is an example of every operator that has a rule", () => {
  expect(Object.keys(examples).sort()).toEqual([...rules.keys()].sort());
});

describe("gradients are what central differences say", () => {
  for (const [opType, uses] of Object.entries(examples))
    for (const example of uses)
      test([opType, example.title ?? ""].join(" ").trim(), async () => {
        const { model, g, outputs, parameters } = graphOf(opType, example);
        const given = [
          await weighed(model, outputs, feeds(example, 3)),
          await weighed(model, outputs, feeds(example, 5)),
        ] as const;
        const parts = outputs.map((name) =>
          g.op("ReduceSum", [g.op("Mul", [name, `${name} weights`])], { keepdims: 0 }),
        );
        const loss = parts.reduce((sum, part) => g.op("Add", [sum, part]));
        for (const name of outputs) model.graph.input.push(floatValue(`${name} weights`));
        const shapes = await probedShapes(runtime, model, given);
        const gradients = addGradients(g, { loss, parameters, shapes, opset: opsetOf(model) });
        model.graph.output = [loss, ...gradients.values()].map((name) => ({ name }));
        const session = await openModel(runtime, model);
        for (const [parameter, gradient] of gradients) {
          const found = (await session.run(given[1]))[gradient];
          const expected = await differences(session, loss, given[1], parameter);
          expect(found?.dims).toEqual(given[1][parameter]?.dims);
          const greatest = Math.max(1, ...expected.map(Math.abs));
          for (const [at, slope] of expected.entries())
            expect(Math.abs(Number(found?.data[at]) - slope) / greatest).toBeLessThan(3e-3);
        }
        await session.release();
      });
});

/** A graph of one operator. */
function graphOf(opType: string, example: Example) {
  const { inputs, constants = {}, sizes = [], attributes = {}, outputs: count = 1, opset = 20 } = example;
  const model = emptyModel(opset);
  const { graph } = model;
  for (const [index, { shape, values, real }] of Object.entries(constants)) {
    const name = `x${index}`;
    const tensor = real ? floatTensor(name, shape, Float32Array.from(values)) : integerTensor(name, shape, values);
    const isMask = opType === "Where";
    graph.initializer.push(
      isMask ? { ...tensor, dataType: elementType.bool, rawData: Uint8Array.from(values) } : tensor,
    );
  }
  const names = inputs.map((_, index) => `x${index}`);
  const parameters = names.filter((_, index) => inputs[index] !== undefined);
  graph.input.push(...parameters.map(floatValue));
  for (const index of sizes)
    graph.input.push({ name: `x${index}`, type: { tensorType: { elemType: elementType.int64 } } });
  const g = new GraphBuilder(graph);
  const texts = Object.entries(attributes).filter((entry) => typeof entry[1] === "string") as [string, string][];
  const others = Object.entries(attributes).filter((entry) => typeof entry[1] !== "string") as [
    string,
    AttributeValue,
  ][];
  const first = g.op(opType, names, Object.fromEntries(others));
  const node = graph.node.at(-1) as Node;
  for (const [name, text] of texts) node.attribute.push({ name, type: attributeType.string, s: Buffer.from(text) });
  node.output = [first, ...Array.from({ length: count - 1 }, (_, index) => g.fresh(`y${index + 1}`))];
  return { model, g, parameters, outputs: node.output };
}

/** The inputs of an example, N of that size. */
function feeds({ inputs, sizes = [], from: [least, most] = [-2, 2] }: Example, size: number): Feeds {
  const random = seededRandom(`inputs ${size}`);
  const given: Feeds = {};
  for (const [index, shape] of inputs.entries()) {
    if (sizes.includes(index)) given[`x${index}`] = new runtime.Tensor("int64", BigInt64Array.of(BigInt(size)), [1]);
    if (shape === undefined) continue;
    const dims = shape.map((one) => (one === "N" ? size : one));
    const values = Float32Array.from({ length: elementsIn(dims) }, () => least + (most - least) * random.next());
    given[`x${index}`] = new runtime.Tensor("float32", values, dims);
  }
  return given;
}

/** With a number of no pattern for every element of every output, so that what is differentiated is one number. */
async function weighed(model: Model, outputs: readonly string[], given: Feeds): Promise<Feeds> {
  const session = await openModel(runtime, {
    ...model,
    graph: { ...model.graph, output: outputs.map((name) => ({ name })) },
  });
  const results = await session.run(given);
  await session.release();
  const random = seededRandom("weights");
  const weights = outputs.map((name) => {
    const { dims = [] } = results[name] ?? {};
    const values = Float32Array.from({ length: elementsIn(dims) }, () => random.next() * 2 - 1);
    return [`${name} weights`, new runtime.Tensor("float32", values, dims)] as const;
  });
  return { ...given, ...Object.fromEntries(weights) };
}

async function differences(
  session: runtime.InferenceSession,
  loss: string,
  given: Feeds,
  parameter: string,
): Promise<number[]> {
  const { data, dims } = given[parameter] as runtime.Tensor;
  const step = 1 / 128;
  const lossWith = async (at: number, change: number) => {
    const values = Float32Array.from(data as Float32Array);
    values[at] = (values[at] as number) + change;
    const results = await session.run({ ...given, [parameter]: new runtime.Tensor("float32", values, dims) }, [loss]);
    return Number(results[loss]?.data[0]);
  };
  const slopes: number[] = [];
  for (let at = 0; at < data.length; at++)
    slopes.push(((await lossWith(at, step)) - (await lossWith(at, -step))) / (2 * step));
  return slopes;
}
