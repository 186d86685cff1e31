import { type AttributeValue, GraphBuilder } from "../../../src/onnx/graph.ts";
import type { Model, Value } from "../../../src/onnx/proto.ts";
import { elementsIn, elementType, floatTensor } from "../../../src/onnx/tensor.ts";
import type { Random } from "../../../src/system/random.ts";
import { emptyModel } from "../../onnx/graphOf.ts";

export interface BertSettings {
  readonly layers: number;
  readonly width: number;
  /** Heads of attention; they divide the width. */
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Tokens of a sequence, at most; 11 or more, for that many are tried when shapes are looked at. */
  readonly places: number;
  /** How many texts a token may be of; 2 where it is left out. */
  readonly types?: number;
  readonly random: Random;
  /** Standard deviation of weights; 0.02 as in BERT where it is left out. */
  readonly spread?: number;
}

/** The name of the last hidden state in the graph, (N, S, width). */
export const HIDDEN = "last_hidden_state";

/**
 * A BERT with weights of chance (arXiv 1810.04805), as PyTorch's older exporter writes one: version 17 of the operators,
 * nodes named after their modules, GELU in parts. Weights are normal, shifts 0 and scales 1; they are named as in
 * PyTorch, but those of linear layers have shape (inputs, outputs).
 */
export function randomBert(settings: BertSettings): Model {
  const { layers, width, vocabulary, places, types = 2, random, spread = 0.02 } = settings;
  const model = emptyModel(17);
  model.graph.input.push(...["input_ids", "attention_mask", "token_type_ids"].map(tokens));
  const w = new ModuleWriter(model.graph, random, spread);

  const table = (name: string, rows: number) => w.weight(`embeddings.${name}_embeddings`, [rows, width]);
  const words = w.op("embeddings.word_embeddings", "Gather", [table("word", vocabulary), "input_ids"]);
  const kinds = w.op("embeddings.token_type_embeddings", "Gather", [table("token_type", types), "token_type_ids"]);
  const length = w.op("embeddings", "Gather", [w.op("embeddings", "Shape", ["input_ids"]), w.g.integers([1])]);
  const [zero, first] = [w.g.integers([0]), table("position", places)];
  const where = w.op("embeddings", "Slice", [first, zero, length, zero]);
  const sum = w.op("embeddings", "Add", [w.op("embeddings", "Add", [words, kinds]), where]);
  let hidden = w.norm("embeddings.LayerNorm", sum, width);

  const mask = w.op("encoder", "Unsqueeze", ["attention_mask", w.g.integers([1, 2])]);
  const there = w.op("encoder", "Cast", [mask], { to: elementType.float32 });
  const away = w.op("encoder", "Mul", [w.op("encoder", "Sub", [w.g.real(1), there]), w.g.real(-3.4e38)]);
  for (let layer = 0; layer < layers; layer++) {
    const path = `encoder.layer.${layer}`;
    const mixed = attention(w, `${path}.attention.self`, settings, hidden, away);
    const middle = residual(w, `${path}.attention.output`, mixed, hidden, width, width);
    const wide = w.linear(`${path}.intermediate.dense`, middle, width, settings.feedForward);
    const risen = gelu(w, `${path}.intermediate.intermediate_act_fn`, wide);
    hidden = residual(w, `${path}.output`, risen, middle, settings.feedForward, width);
  }
  w.g.rename(hidden, HIDDEN);
  model.graph.output = [{ name: HIDDEN }];
  return model;
}

function attention(w: ModuleWriter, path: string, { width, heads }: BertSettings, x: string, away: string): string {
  const divided = w.g.integers([0, 0, heads, width / heads]);
  const split = (name: string, perm: readonly number[]) => {
    const parts = w.op(path, "Reshape", [w.linear(`${path}.${name}`, x, width, width), divided]);
    return w.op(path, "Transpose", [parts], { perm });
  };
  const queries = split("query", [0, 2, 1, 3]);
  const keys = split("key", [0, 2, 3, 1]);
  const values = split("value", [0, 2, 1, 3]);
  const likeness = w.op(path, "MatMul", [queries, keys]);
  const scores = w.op(path, "Add", [w.op(path, "Div", [likeness, w.g.real(Math.sqrt(width / heads))]), away]);
  const mixed = w.op(path, "MatMul", [w.op(path, "Softmax", [scores], { axis: -1 }), values]);
  const joined = w.op(path, "Transpose", [mixed], { perm: [0, 2, 1, 3] });
  return w.op(path, "Reshape", [joined, w.g.integers([0, 0, width])]);
}

function residual(w: ModuleWriter, path: string, x: string, before: string, inputs: number, outputs: number): string {
  const sum = w.op(path, "Add", [w.linear(`${path}.dense`, x, inputs, outputs), before]);
  return w.norm(`${path}.LayerNorm`, sum, outputs);
}

function gelu(w: ModuleWriter, path: string, x: string): string {
  const error = w.op(path, "Erf", [w.op(path, "Div", [x, w.g.real(Math.SQRT2)])]);
  const twice = w.op(path, "Mul", [x, w.op(path, "Add", [error, w.g.real(1)])]);
  return w.op(path, "Mul", [twice, w.g.real(0.5)]);
}

/** Writes nodes and weights under the paths of modules. */
class ModuleWriter {
  readonly g: GraphBuilder;
  readonly #random: Random;
  readonly #spread: number;
  readonly #named = new Map<string, number>();

  constructor(graph: Model["graph"], random: Random, spread: number) {
    this.g = new GraphBuilder(graph);
    this.#random = random;
    this.#spread = spread;
  }

  op(path: string, opType: string, input: readonly string[], attributes?: Record<string, AttributeValue>): string {
    const output = this.g.op(opType, input, attributes);
    const name = `/${path.replaceAll(/\.(?!\d)/g, "/")}/${opType}`;
    const count = this.#named.get(name) ?? 0;
    this.#named.set(name, count + 1);
    const node = this.g.graph.node.at(-1);
    if (node !== undefined) node.name = count === 0 ? name : `${name}_${count}`;
    return output;
  }

  /** The same values whatever else the model has. */
  weight(path: string, shape: readonly number[]): string {
    const random = this.#random.derive(path);
    const values = Float32Array.from({ length: elementsIn(shape) }, () => this.#spread * random.normal());
    return this.g.add(floatTensor(`${path}.weight`, shape, values));
  }

  linear(path: string, x: string, inputs: number, outputs: number): string {
    const product = this.op(path, "MatMul", [x, this.weight(path, [inputs, outputs])]);
    return this.op(path, "Add", [this.#filled(`${path}.bias`, outputs, 0), product]);
  }

  norm(path: string, x: string, width: number): string {
    const [scale, shift] = [this.#filled(`${path}.weight`, width, 1), this.#filled(`${path}.bias`, width, 0)];
    return this.op(path, "LayerNormalization", [x, scale, shift], { axis: -1, epsilon: { real: 1e-12 } });
  }

  #filled(name: string, size: number, value: number): string {
    return this.g.add(floatTensor(name, [size], new Float32Array(size).fill(value)));
  }
}

function tokens(name: string): Value {
  const dim = ["batch", "sequence"].map((dimParam) => ({ dimValue: 0, dimParam }));
  return { name, type: { tensorType: { elemType: elementType.int64, shape: { dim } } } };
}
