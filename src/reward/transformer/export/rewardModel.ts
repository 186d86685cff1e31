import { GraphBuilder, pruned } from "../../../onnx/graph.ts";
import type { Model, Value } from "../../../onnx/proto.ts";
import { elementType, floatTensor, integerTensor } from "../../../onnx/tensor.ts";
import { copied } from "../adapter.ts";
import type { Backbone } from "../backbone.ts";
import type { Pooling } from "../pooling.ts";
import { addPooling, floatInput, tensorNames } from "../rewardGraph.ts";
import type { PlainHeads } from "./plainHeads.ts";

/** What a model says of itself, beside what its exporter wrote. */
export const rewardMetadata = { components: "optimas.components", pooling: "optimas.pooling" } as const;

const MASK = "attention_mask";
const POSITIONS = "position_ids";

/**
 * A model that gives rewards of tokens, and needs nothing else: from what tokenizers give, on whichever side they pad, to
 * `rewards` of shape (N, K), one column for each of K heads. Which column is whose is in its metadata.
 * @param backbone with its adapter in its weights
 */
export function rewardModel(backbone: Backbone, pooling: Pooling, { names, weights, biases }: PlainHeads): Model {
  const g = new GraphBuilder(copied(backbone.model).graph);
  const places = new MaskedPlaces(g);
  const positions = g.graph.input.some(({ name }) => name === POSITIONS) ? places.positions() : undefined;
  for (const node of g.graph.node)
    if (positions !== undefined) node.input = node.input.map((name) => (name === POSITIONS ? positions : name));
  g.rename(places.poolWeights(pooling), tensorNames.poolWeights);
  const pooled = addPooling(g, backbone);
  const weight = g.add(floatTensor(g.fresh(tensorNames.heads), [names.length, backbone.width], weights));
  const bias = g.add(floatTensor(g.fresh("heads.bias"), [names.length], biases));
  g.rename(g.op("Gemm", [pooled, weight, bias], { transB: 1 }), tensorNames.rewards); // (N, K)
  g.graph.output = [floatInput(tensorNames.rewards, ["batch", names.length])];
  const said = { [rewardMetadata.components]: JSON.stringify(names), [rewardMetadata.pooling]: pooling };
  return {
    ...backbone.model,
    graph: pruned(g.graph),
    metadataProps: [
      ...backbone.model.metadataProps.filter(({ key }) => !(key in said)),
      ...Object.entries(said).map(([key, value]) => ({ key, value })),
    ],
  };
}

/** What `poolWeights` and `backboneFeeds` make of the places of tokens, as parts of a graph. */
class MaskedPlaces {
  readonly #g: GraphBuilder;
  readonly #axis: string;
  /** (N, S): tokens up to each place, and (N, 1): all of them. */
  readonly #counted: string;
  readonly #total: string;

  constructor(g: GraphBuilder) {
    this.#g = g;
    // A language model with nothing but a causal mask has no use for it, and is asked of its last token nevertheless.
    if (!g.graph.input.some(({ name }) => name === MASK)) g.graph.input.push(integerInput(MASK));
    this.#axis = g.add(integerTensor(g.fresh("axis"), [], [1]));
    this.#counted = g.op("CumSum", [MASK, this.#axis]);
    this.#total = g.op("ReduceSum", [MASK, g.integers([1])], { keepdims: 1 });
  }

  /** (N, S): the number of each token from 0 on; 0 where there is none. */
  positions(): string {
    const g = this.#g;
    return g.op("Mul", [g.op("Sub", [this.#counted, g.integers([1])]), MASK]);
  }

  /** (N, S): what each place counts; places without a token count nothing, rows sum to 1. */
  poolWeights(pooling: Pooling): string {
    const g = this.#g;
    const real = (name: string) => g.op("Cast", [name], { to: elementType.float32 });
    if (pooling === "mean") return g.op("Div", [real(MASK), g.op("Max", [real(this.#total), g.real(1)])]);
    const chosen = g.op("Equal", [this.#counted, pooling === "first" ? g.integers([1]) : this.#total]);
    return g.op("Mul", [real(chosen), real(MASK)]);
  }
}

function integerInput(name: string): Value {
  const dim = ["batch", "sequence"].map((dimParam) => ({ dimParam }));
  return { name, type: { tensorType: { elemType: elementType.int64, shape: { dim } } } };
}
