import { opsetOf } from "./graph.ts";
import type { Model, Node } from "./proto.ts";
import { floatsOf } from "./tensor.ts";

/** Operators that onnxruntime has beside the standard's. */
const RUNTIME_DOMAIN = "com.microsoft";

/** Since this version of the standard, GELU is an operator. */
const FIRST_OPSET = 20;

/**
 * The same model with each GELU that an exporter wrote in parts, x (1 + erf(x / √2)) / 2, as one operator. The gradient
 * of that needs x alone, and those of the parts three tensors of the greatest size in a transformer.
 */
export function joinedGelu(model: Model): Model {
  const { graph } = model;
  const ends = new Set(graph.output.map(({ name }) => name));
  const parts = new Parts(model);
  const dropped = new Set<Node>();
  const joined = new Map<Node, Node>();
  const domain = opsetOf(model) >= FIRST_OPSET ? "" : RUNTIME_DOMAIN;
  for (const node of graph.node) {
    const found = node.opType === "Erf" ? parts.around(node) : undefined;
    if (found === undefined || found.inside.some(({ output }) => ends.has(output[0] as string))) continue;
    for (const inner of found.inside) dropped.add(inner);
    joined.set(found.last, { ...found.last, opType: "Gelu", domain, input: [found.x], attribute: [] });
  }
  if (joined.size === 0) return model;
  const imported = domain === "" || model.opsetImport.some((one) => one.domain === domain);
  return {
    ...model,
    opsetImport: imported ? model.opsetImport : [...model.opsetImport, { domain, version: 1 }],
    graph: {
      ...graph,
      node: graph.node.filter((node) => !dropped.has(node)).map((node) => joined.get(node) ?? node),
    },
  };
}

/** What onnxruntime has instead in earlier versions: the same operator. */
export const isRuntimeGelu = ({ opType, domain }: Node): boolean => opType === "Gelu" && domain === RUNTIME_DOMAIN;

interface Gelu {
  readonly x: string;
  /** The node that makes x Φ(x); those before it are read by nothing else. */
  readonly last: Node;
  readonly inside: readonly Node[];
}

class Parts {
  readonly #producers = new Map<string, Node>();
  readonly #readers = new Map<string, Node[]>();
  readonly #reals = new Map<string, number>();

  constructor({ graph }: Model) {
    for (const node of graph.node) {
      for (const name of node.output) this.#producers.set(name, node);
      for (const name of node.input) this.#readers.set(name, [...(this.#readers.get(name) ?? []), node]);
    }
    for (const tensor of graph.initializer) {
      const [value, ...more] = tensor.dims.length < 2 ? (floatsOf(tensor) ?? []) : [];
      if (value !== undefined && more.length === 0) this.#reals.set(tensor.name, value);
    }
  }

  /** The GELU that an error function is in; exporters multiply x, the half and the rest in any order. */
  around(erf: Node): Gelu | undefined {
    const scaled = this.#producers.get(erf.input[0] as string);
    const x = scaled && this.#multiplied(scaled, Math.SQRT1_2);
    const risen = this.#reader(erf);
    if (scaled === undefined || x === undefined || risen?.opType !== "Add" || !this.#hasReal(risen, 1))
      return undefined;
    const first = this.#reader(risen);
    if (first === undefined) return undefined;
    const own = this.#reader(scaled) === erf ? [scaled] : [];
    const inside = [...own, erf, risen];
    const half = this.#producers.get(other(first, risen) ?? "");
    if (half !== undefined && first.opType === "Mul" && this.#multiplied(half, 0.5) === x)
      return { x, last: first, inside: this.#reader(half) === first ? [...inside, half] : inside };
    const second = this.#reader(first);
    if (second === undefined) return undefined;
    const halvedLast = other(first, risen) === x && first.opType === "Mul" && this.#multiplied(second, 0.5);
    const halvedFirst = this.#multiplied(first, 0.5) && second.opType === "Mul" && other(second, first) === x;
    return halvedLast || halvedFirst ? { x, last: second, inside: [...inside, first] } : undefined;
  }

  /** The only node that reads what a node makes. */
  #reader(node: Node): Node | undefined {
    const [reader, ...more] = this.#readers.get(node.output[0] as string) ?? [];
    return more.length === 0 ? reader : undefined;
  }

  /** What a node makes `factor` times as large, if that is what it does. */
  #multiplied({ opType, input: [a = "", b = ""] }: Node, factor: number): string | undefined {
    if (opType === "Div") return this.#isReal(b, 1 / factor) ? a : undefined;
    if (opType !== "Mul") return undefined;
    return this.#isReal(b, factor) ? a : this.#isReal(a, factor) ? b : undefined;
  }

  #hasReal({ input }: Node, value: number): boolean {
    return input.some((name) => this.#isReal(name, value));
  }

  #isReal(name: string, value: number): boolean {
    return Math.abs((this.#reals.get(name) ?? Number.NaN) - value) < 1e-6;
  }
}

/** The other of two inputs than what a node makes. */
function other({ input }: Node, made: Node): string | undefined {
  return input.find((name) => name !== made.output[0]);
}
