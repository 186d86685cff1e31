import { integerAttribute, integersAttribute } from "../graph.ts";
import { type Rule, range, type Site } from "../rule.ts";

/** Another shape for the same elements in the same order. */
const relaid = (value: string): Rule => ({
  value,
  gradients: (s) => [() => s.reshaped(s.dy, s.shape(s.y()), s.x())],
});

export const layoutRules: Readonly<Record<string, Rule>> = {
  Reshape: relaid("x in another shape"),
  Flatten: relaid("x as a matrix"),
  Squeeze: relaid("x without axes of size 1"),
  Unsqueeze: relaid("x with more axes of size 1"),
  Transpose: {
    value: "x with its axes in another order",
    gradients: (s) => {
      const axes = s.shape(s.x()).length;
      const order = integersAttribute(s.node, "perm") ?? range(axes).reverse();
      const perm = range(axes).map((axis) => order.indexOf(axis));
      return [() => s.g.op("Transpose", [s.dy], { perm })];
    },
  },
  Expand: {
    value: "x, stretched to a shape",
    gradients: (s) => [() => s.unbroadcast(s.dy, s.shape(s.y()), s.x())],
  },
  Concat: {
    value: "inputs behind each other",
    gradients: (s) => {
      const axis = s.axis(integerAttribute(s.node, "axis", 0));
      return s.node.input.map((_, index) => () => {
        const start = s.node.input.slice(0, index).reduce((sum, name) => sum + s.sizeOf(name, axis), 0);
        return slice(s, s.dy, axis, start, start + s.sizeOf(s.x(index), axis));
      });
    },
  },
  Split: {
    value: "x in pieces",
    gradients: (s) => {
      const axis = s.axis(integerAttribute(s.node, "axis", 0));
      const pieces = () => s.node.output.map((name, index) => s.dyOf(index) ?? zeros(s, name));
      return [() => s.g.op("Concat", pieces(), { axis })];
    },
  },
  Slice: {
    value: "a part of x",
    gradients: (s) => [() => padded(s)],
  },
  Gather: {
    value: "one place of an axis of x, or rows of a matrix x in any order and number",
    gradients: (s) => [() => (isOnePlace(s) ? atPlace(s) : atRows(s)), undefined],
  },
};

const slice = ({ g }: Site, tensor: string, axis: number, from: number, to: number) =>
  g.op("Slice", [tensor, g.integers([from]), g.integers([to]), g.integers([axis])]);

const zeros = ({ g }: Site, like: string) => g.op("ConstantOfShape", [g.op("Shape", [like])]);

/** Zeros before and behind, along axes of x. */
function pad(s: Site, tensor: string, before: readonly number[], behind: readonly number[]): string {
  return s.g.op("Pad", [tensor, s.g.integers([...before, ...behind])]);
}

function padded(s: Site): string {
  const rank = s.shape(s.x()).length;
  const starts = s.integersOf(1);
  const axes = s.node.input[3] ? s.integersOf(3) : range(starts.length);
  const steps = s.node.input[4] ? s.integersOf(4) : starts.map(() => 1);
  if (steps.some((step) => step !== 1)) throw s.refusal("it leaves elements out in between");
  const [before, behind] = [range(rank).map(() => 0), range(rank).map(() => 0)];
  const open: number[] = [];
  for (const [index, given] of axes.entries()) {
    const axis = s.axis(given);
    const size = s.shape(s.x())[axis];
    if (size !== undefined && size === s.shape(s.y())[axis]) continue;
    const whole = s.sizeOf(s.x(), axis);
    const start = starts[index] as number;
    before[axis] = Math.min(start < 0 ? start + whole : start, whole);
    behind[axis] = whole - before[axis];
    const part = s.shape(s.y())[axis];
    if (typeof part === "number") behind[axis] -= part;
    else open.push(axis);
  }
  if (open.length === 0) return pad(s, s.dy, before, behind);
  // How much of an axis was taken is known when the graph runs: as much as dy has of it.
  const counted = s.g.integers([...before.map(() => 0), ...range(rank).map((axis) => (open.includes(axis) ? 1 : 0))]);
  const sizes = s.g.op("Concat", [s.g.integers(before.map(() => 0)), s.g.op("Shape", [s.dy])], { axis: 0 });
  const pads = s.g.op("Sub", [s.g.integers([...before, ...behind]), s.g.op("Mul", [sizes, counted])]);
  return s.g.op("Pad", [s.dy, pads]);
}

const gatheredAxis = (s: Site) => s.axis(integerAttribute(s.node, "axis", 0));

const isOnePlace = (s: Site) => s.shapes.integers(s.x(1))?.length === 1;

/** `ScatterElements` adds up since this version of the operators. */
const OLDEST_ADDING_OPSET = 16;

/**
 * A row's gradient is the sum over all places that it was taken to. (`ScatterND` would need no stretched indices, but
 * versions of onnxruntime with several threads have lost some of what is added to one place there.)
 */
function atRows(s: Site): string {
  if (gatheredAxis(s) !== 0 || s.shape(s.x()).length !== 2) throw s.refusal("it takes more than one place");
  if (s.opset < OLDEST_ADDING_OPSET)
    throw s.refusal(`sums by place need version ${OLDEST_ADDING_OPSET} of the operators; export the model with that`);
  const dy = s.g.op("Reshape", [s.dy, s.g.integers([-1, s.sizeOf(s.x(), 1)])]);
  const places = s.g.op("Reshape", [s.x(1), s.g.integers([-1, 1])]);
  const each = s.g.op("Expand", [places, s.g.op("Shape", [dy])]);
  return s.g.op("ScatterElements", [zeros(s, s.x()), each, dy], { axis: 0, reduction: { text: "add" } });
}

function atPlace(s: Site): string {
  const axis = gatheredAxis(s);
  const [place] = s.integersOf(1) as readonly [number];
  const size = s.sizeOf(s.x(), axis);
  const rank = s.shape(s.x()).length;
  const keeps = s.shape(s.y()).length === rank;
  const whole = keeps ? s.dy : s.g.op("Unsqueeze", [s.dy, s.g.integers([axis])]);
  const at = place < 0 ? place + size : place;
  const along = (value: number) => range(rank).map((other) => (other === axis ? value : 0));
  return pad(s, whole, along(at), along(size - 1 - at));
}
