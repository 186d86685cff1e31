import { addGradients } from "../../onnx/backward.ts";
import { joinedGelu } from "../../onnx/gelu.ts";
import { GraphBuilder, opsetOf, pruned } from "../../onnx/graph.ts";
import { type Adapter, addAdapters } from "../../onnx/lora.ts";
import type { Dimension, Model, Value } from "../../onnx/proto.ts";
import type { Runtime } from "../../onnx/runtime.ts";
import { type Feeds, probedShapes } from "../../onnx/shapes.ts";
import { elementType } from "../../onnx/tensor.ts";
import { activationBytes, type BatchSize, probeSizes } from "./activationBytes.ts";
import { adaptersIn, copied, type LoraSettings, type ParameterValues } from "./adapter.ts";
import type { Backbone } from "./backbone.ts";
import { backboneFeeds, onesBatch } from "./backboneInputs.ts";
import { weightsIn } from "./wholeWeights.ts";

/** What a graph of rewards is given and gives, beside the backbone's own inputs and the adapters. */
export const tensorNames = {
  /** (N, S): says which places of a sequence its meaning is read from; each row sums to 1. */
  poolWeights: "pool_weights",
  /** (P, N): 1 where a sequence is the chosen one of a pair, -1 where it is the rejected one. */
  pairs: "pairs",
  /** (P, K): what a pair counts for each head. */
  pairWeights: "pair_weights",
  /** (K, H). */
  heads: "heads.weight",
  /** (N, K). */
  rewards: "rewards",
  loss: "loss",
} as const;

/** What is trained: an input of the training graph, with an output that has its gradient. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly gradient: string;
}

export interface TrainingGraph {
  readonly model: Model;
  /** Heads last. */
  readonly parameters: readonly Parameter[];
  readonly adapters: readonly Adapter[];
  /** What the backbone's own weights start from, where they are parameters. */
  readonly start: ParameterValues;
  /** Bytes that a step on a batch may fill. */
  readonly bytes: (size: BatchSize) => number;
}

/**
 * A graph that gives rewards, loss and gradients (paper, eq. 2 and 4) on a backbone with adapters: with the pooled hidden
 * state h of shape (N, H), r = h Wᵀ and the loss Σ w softplus(r⁻ - r⁺) over pairs and heads.
 * @param trained adapters beside the backbone, which stays as it is; or all of its own weights
 * @throws UserError where the backbone cannot be trained, naming the node
 */
export async function trainingGraph(
  runtime: Runtime,
  backbone: Backbone,
  heads: number,
  trained: LoraSettings | "all weights",
): Promise<TrainingGraph> {
  const base = joinedGelu(copied(backbone.model));
  const g = new GraphBuilder(base.graph);
  const { shapes, adapters, scale, start } =
    trained === "all weights" ? asInputs(g, backbone) : adapted(g, backbone, trained);
  const turned = g.op("Transpose", [tensorNames.heads], { perm: [1, 0] });
  const rewards = g.op("MatMul", [addPooling(g, backbone), turned]); // (N, K)
  const margins = g.op("MatMul", [tensorNames.pairs, rewards]);
  const weighted = g.op("Mul", [g.op("Softplus", [g.op("Neg", [margins])]), tensorNames.pairWeights]);
  const loss = g.op("ReduceSum", [weighted], { keepdims: 0 });
  shapes.set(tensorNames.heads, [heads, backbone.width]);
  g.graph.input.push(
    floatInput(tensorNames.poolWeights, ["batch", "sequence"]),
    floatInput(tensorNames.pairs, ["pairs", "batch"]),
    floatInput(tensorNames.pairWeights, ["pairs", heads]),
    ...[...shapes].map(([name, shape]) => floatInput(name, shape)),
  );
  const model = { ...base, graph: g.graph };
  const [first, second] = probeSizes;
  const probed = await probedShapes(runtime, model, [probe(runtime, model, first), probe(runtime, model, second)]);
  const bytes = activationBytes(model, probed);
  // Only now: what adapters make is as large as the weights, and would have been looked at, too.
  const merged = addAdapters(g, adapters, scale);
  const unmerged = (name: string) => merged.get(name)?.weight ?? name;
  const gradients = addGradients(g, {
    loss,
    parameters: [...shapes.keys()],
    merged,
    shapes: { ...probed, of: (name) => probed.of(unmerged(name)), type: (name) => probed.type(unmerged(name)) },
    opset: opsetOf(backbone.model),
  });
  const parameters = [...shapes].map(([name, shape]) => ({ name, shape, gradient: gradients.get(name) as string }));
  g.rename(rewards, tensorNames.rewards);
  g.rename(loss, tensorNames.loss);
  g.graph.output = [tensorNames.rewards, tensorNames.loss, ...gradients.values()].map((name) => ({ name }));
  return { model: { ...model, graph: pruned(g.graph) }, parameters, adapters, start, bytes };
}

/** Parameters of a backbone, which are inputs of the graph. */
interface TrainedPart extends Pick<TrainingGraph, "adapters" | "start"> {
  readonly shapes: Map<string, readonly number[]>;
  /** What an adapter counts. */
  readonly scale: number;
}

function adapted(g: GraphBuilder, { hidden }: Backbone, lora: LoraSettings): TrainedPart {
  const { rank, alpha } = lora;
  const adapters = adaptersIn(g, hidden, lora);
  const shapes = new Map<string, readonly number[]>(
    adapters.flatMap(({ a, b, layer }) => [
      [a, [rank, layer.inputs]],
      [b, [layer.outputs, rank]],
    ]),
  );
  return { shapes, adapters, scale: alpha / rank, start: new Map() };
}

function asInputs(g: GraphBuilder, { hidden }: Backbone): TrainedPart {
  const weights = weightsIn(g, hidden);
  const shapes = new Map(weights.map(({ name, shape }) => [name, shape]));
  g.graph.initializer = g.graph.initializer.filter(({ name }) => !shapes.has(name));
  return { shapes, adapters: [], scale: 1, start: new Map(weights.map(({ name, values }) => [name, values])) };
}

/** Adds what reads one vector per sequence from the hidden state. @returns its name, (N, H) */
export function addPooling(g: GraphBuilder, { hidden }: Backbone): string {
  const one = g.integers([1]);
  const rows = g.op("MatMul", [g.op("Unsqueeze", [tensorNames.poolWeights, one]), hidden]); // (N, 1, H)
  return g.op("Squeeze", [rows, one]); // (N, H)
}

export function floatInput(name: string, shape: readonly (number | string)[]): Value {
  const dim: Dimension[] = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementType.float32, shape: { dim } } } };
}

/** Small inputs for a look at shapes. */
function probe(runtime: Runtime, { graph }: Model, { sequences, length, pairs }: BatchSize): Feeds {
  const sizes: Record<string, number> = { batch: sequences, sequence: length, pairs };
  const feeds = backboneFeeds(runtime, graph, onesBatch(sequences, length));
  for (const { name, type } of graph.input) {
    if (name in feeds) continue;
    const dim = type?.tensorType?.shape?.dim ?? [];
    const shape = dim.map(({ dimParam, dimValue }) => sizes[dimParam ?? ""] ?? Number(dimValue));
    const elements = shape.reduce((product, size) => product * size, 1);
    feeds[name] = new runtime.Tensor("float32", new Float32Array(elements), shape);
  }
  return feeds;
}
