import type { Tensor as RuntimeTensor } from "onnxruntime-node";
import type { Graph, Model } from "./proto.ts";
import { forOneLook, openModel, type Runtime } from "./runtime.ts";
import { elementsIn, elementTypeName, floatsOf, integersOf, shapeOf } from "./tensor.ts";

/** The size of an axis; where it depends on what a model is given, the two sizes that were seen, so that equal ones are equal. */
export type Size = number | `${number} or ${number}`;

/** What is known of a graph's tensors without running it on what it will be given. */
export interface Shapes {
  /** @throws Error for a tensor that the graph does not have */
  of(name: string): readonly Size[];
  /** The values of a small tensor of integers that are always the same; undefined where they are not. */
  integers(name: string): readonly number[] | undefined;
  /** The one number that a constant holds; undefined where it is none. */
  real(name: string): number | undefined;
  /** The type of its elements, as onnxruntime names it. */
  type(name: string): string;
}

/** Tensors of integers with more values are data, not sizes and places. */
const FEW = 16;

export type Feeds = Record<string, RuntimeTensor>;

/**
 * Runs a graph twice, on small inputs of different sizes, and looks at all that comes up: an axis of the same size both
 * times has it always, small integers that are the same both times are constants in effect. This needs no rules of
 * shapes for any operator.
 * @param feeds inputs whose sizes that vary have nothing in common between the two
 */
export async function probedShapes(runtime: Runtime, model: Model, feeds: readonly [Feeds, Feeds]): Promise<Shapes> {
  const { graph } = model;
  const made = graph.node.flatMap(({ output }) => output).filter((name) => name !== "");
  const watched: Graph = { ...graph, output: made.map((name) => ({ name })), valueInfo: [] };
  const session = await openModel(
    runtime,
    { ...model, graph: watched },
    { graphOptimizationLevel: "disabled", ...forOneLook },
  );
  try {
    const first = seen(await session.run(feeds[0]), feeds[0]);
    const second = seen(await session.run(feeds[1]), feeds[1]);
    const shapes = new Map<string, readonly Size[]>();
    const integers = new Map<string, readonly number[]>();
    const reals = new Map<string, number>();
    const types = new Map<string, string>();
    for (const tensor of graph.initializer) {
      shapes.set(tensor.name, shapeOf(tensor));
      types.set(tensor.name, elementTypeName(tensor.dataType));
      const floats = elementsIn(shapeOf(tensor)) === 1 ? floatsOf(tensor) : undefined;
      if (floats !== undefined) reals.set(tensor.name, floats[0] as number);
      const values = integersOf(tensor);
      if (values !== undefined && values.length <= FEW) integers.set(tensor.name, values);
    }
    for (const [name, { dims, few, type }] of first) {
      types.set(name, type);
      const other = second.get(name);
      if (other === undefined || other.dims.length !== dims.length)
        throw new Error(`"${name}" has ${dims.length} axes for one input and another number for another`);
      shapes.set(
        name,
        dims.map((size, axis) => sizeOf(size, other.dims[axis] as number)),
      );
      if (few !== undefined && few.join() === other.few?.join()) integers.set(name, few);
    }
    return {
      of(name) {
        const shape = shapes.get(name);
        if (shape === undefined) throw new Error(`nothing is known of a tensor "${name}"`);
        return shape;
      },
      integers: (name) => integers.get(name),
      real: (name) => reals.get(name),
      type: (name) => types.get(name) ?? "unknown",
    };
  } finally {
    await session.release();
  }
}

const sizeOf = (first: number, second: number): Size => (first === second ? first : `${first} or ${second}`);

interface Seen {
  readonly dims: readonly number[];
  readonly few: readonly number[] | undefined;
  readonly type: string;
}

function seen(results: Readonly<Record<string, RuntimeTensor>>, feeds: Feeds): Map<string, Seen> {
  return new Map(
    [...Object.entries(feeds), ...Object.entries(results)].map(([name, { dims, data, type }]) => {
      const isInteger = data instanceof BigInt64Array || data instanceof Int32Array;
      const few = isInteger && data.length <= FEW ? Array.from(data, Number) : undefined;
      return [name, { dims: [...dims], few, type }];
    }),
  );
}
