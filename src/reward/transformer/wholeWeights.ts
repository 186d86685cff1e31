import { GraphBuilder, neededNodes, pruned } from "../../onnx/graph.ts";
import type { Node, Tensor } from "../../onnx/proto.ts";
import { floatsOf, floatTensor, shapeOf } from "../../onnx/tensor.ts";
import { copied, type ParameterValues } from "./adapter.ts";
import type { Backbone } from "./backbone.ts";

/** A weight of a backbone, as its file has it. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * All weights that were learned, in the order in which `hidden` comes to depend on them: tables of tokens and places,
 * linear layers, norms and shifts. Constants that a model computes with (masks, frequencies) are none, for they meet
 * nothing that a weight has changed; a table of cosines that is looked up as a learned one is taken for that.
 *
 * An exporter writes equal weights once. Those that several nodes share and that have one value everywhere, as shifts of
 * 0 do before a training, become weights of their own in the graph; others are shared on purpose.
 */
export function weightsIn(g: GraphBuilder, hidden: string): Weight[] {
  const constants = new Map(g.graph.initializer.map((tensor) => [tensor.name, tensor]));
  const found = new Map<string, Weight>();
  const moved = new Set<string>();
  for (const node of neededNodes(g.graph.node, [hidden])) {
    const starts = isTable(node) || isTurned(node);
    for (const [index, name] of node.input.entries()) {
      const tensor = constants.get(name);
      const values = tensor && floatsOf(tensor);
      if (tensor === undefined || values === undefined) continue;
      if (starts ? index > 0 : !node.input.some((other) => moved.has(other))) continue;
      if (!isWeight(node, index, shapeOf(tensor))) continue;
      const own = found.has(name) && values.every((value) => value === values[0]) ? ownCopy(g, tensor, values) : name;
      node.input[index] = own;
      found.set(own, { name: own, shape: shapeOf(tensor), values });
    }
    if (node.input.some((name) => found.has(name) || moved.has(name))) for (const name of node.output) moved.add(name);
  }
  return [...found.values()];
}

/** What is looked up, by token or up to a place. */
const isTable = ({ opType }: Node) => opType === "Gather" || opType === "Slice";

/** Some exporters keep weights as PyTorch does, and turn them when the graph runs. */
const isTurned = ({ opType }: Node) => opType === "Transpose";

function isWeight(node: Node, index: number, shape: readonly number[]): boolean {
  if (node.domain !== "") return false;
  const axes = shape.length;
  switch (node.opType) {
    case "Gather":
    case "Slice":
    case "Transpose":
      return axes === 2;
    case "MatMul":
      return index === 1 && axes === 2;
    case "Gemm":
    case "LayerNormalization":
    case "RMSNormalization":
      return index > 0;
    case "Add":
    case "Mul":
      return axes === 1 && shape[0] !== 1;
    default:
      return false;
  }
}

function ownCopy(g: GraphBuilder, tensor: Tensor, values: Float32Array): string {
  return g.add(floatTensor(g.fresh(tensor.name), shapeOf(tensor), values));
}

/** The backbone with other values of its weights, as a training of all of them left them. */
export function trainedBackbone(backbone: Backbone, values: ParameterValues): Backbone {
  const g = new GraphBuilder(copied(backbone.model).graph);
  const shapes = new Map(weightsIn(g, backbone.hidden).map(({ name, shape }) => [name, shape]));
  g.graph.initializer = g.graph.initializer.map((tensor) => {
    const [shape, trained] = [shapes.get(tensor.name), values.get(tensor.name)];
    return shape === undefined || trained === undefined ? tensor : floatTensor(tensor.name, shape, trained);
  });
  g.graph.output = [{ name: backbone.hidden }];
  return { ...backbone, model: { ...backbone.model, graph: pruned(g.graph) } };
}
