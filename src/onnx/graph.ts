import type { Attribute, Graph, Model, Node, Tensor } from "./proto.ts";
import { attributeType } from "./proto.ts";
import { floatTensor, integerTensor, toNumber } from "./tensor.ts";

export type AttributeValue = number | readonly number[] | { readonly real: number } | { readonly text: string };

/** A real number is given as `{ real }`, for 1 may be meant as either. A field that is there counts as told. */
function attribute(name: string, value: AttributeValue): Attribute {
  if (typeof value === "number") return { name, type: attributeType.int, i: value };
  if ("real" in value) return { name, type: attributeType.float, f: value.real };
  if ("text" in value) return { name, type: attributeType.string, s: Buffer.from(value.text) };
  return { name, type: attributeType.ints, ints: [...value] };
}

const attributeOf = (node: Node, name: string) => node.attribute.find((candidate) => candidate.name === name);

export function integerAttribute(node: Node, name: string, otherwise: number): number {
  const found = attributeOf(node, name);
  return found?.i === undefined ? otherwise : toNumber(found.i);
}

export function realAttribute(node: Node, name: string, otherwise: number): number {
  return attributeOf(node, name)?.f ?? otherwise;
}

export function integersAttribute(node: Node, name: string): number[] | undefined {
  return attributeOf(node, name)?.ints?.map(toNumber);
}

export function textAttribute(node: Node, name: string, otherwise: string): string {
  const found = attributeOf(node, name);
  return found?.s === undefined ? otherwise : Buffer.from(found.s).toString("utf8");
}

/** Version of the standard's operators that a model is written in. */
export function opsetOf({ opsetImport }: Model): number {
  const found = opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  return found === undefined ? 0 : toNumber(found.version);
}

/** How a node is named to people: its own name, else what it makes. */
export const called = (node: Node): string => `${node.opType} "${node.name || (node.output[0] ?? "")}"`;

/** What to do about a model whose operators are other than the standard's plain ones. */
export const howToExport =
  "Export the model in 32-bit floats, without quantisation and without fused operators (no optimisation level), and name that file.";

/** Adds nodes and constants to a graph, under names that nothing in it has. */
export class GraphBuilder {
  readonly graph: Graph;
  readonly #names: Set<string>;
  readonly #constants = new Map<string, string>();
  #count = 0;

  constructor(graph: Graph) {
    this.graph = graph;
    this.#names = new Set([
      ...graph.input.map(({ name }) => name),
      ...graph.initializer.map(({ name }) => name),
      ...graph.node.flatMap(({ output }) => output),
    ]);
  }

  /** A name that nothing has; it is taken from now on. */
  fresh(wish: string): string {
    let name = wish;
    while (this.#names.has(name)) name = `${wish}_${++this.#count}`;
    this.#names.add(name);
    return name;
  }

  /** Adds a node with one output. @returns the name of what it makes */
  op(opType: string, input: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    const output = this.fresh(`${opType}_g`);
    this.graph.node.push({
      name: output,
      opType,
      domain: "",
      input: [...input],
      output: [output],
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      metadataProps: [],
    });
    return output;
  }

  /** Gives a tensor that a node makes another name, wherever it stands. */
  rename(from: string, to: string): void {
    if (this.#names.has(to)) throw new Error(`"${to}" is the name of a tensor already`);
    this.#names.add(to);
    const renamed = (name: string) => (name === from ? to : name);
    for (const node of this.graph.node) {
      node.input = node.input.map(renamed);
      node.output = node.output.map(renamed);
    }
  }

  add(tensor: Tensor): string {
    this.#names.add(tensor.name);
    this.graph.initializer.push(tensor);
    return tensor.name;
  }

  /** One number, as a constant without axes; equal ones are one. */
  real(value: number): string {
    return this.#constant(`real ${value}`, (name) => floatTensor(name, [], Float32Array.of(value)));
  }

  /** A list of integers, as a constant of one axis; equal ones are one. */
  integers(values: readonly number[]): string {
    return this.#constant(`integers ${values.join()}`, (name) => integerTensor(name, [values.length], values));
  }

  #constant(key: string, make: (name: string) => Tensor): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.add(make(this.fresh("constant_g")));
    this.#constants.set(key, name);
    return name;
  }
}

/** For each tensor that a node makes, that node. */
export function producersOf(nodes: readonly Node[]): Map<string, Node> {
  return new Map(
    nodes.flatMap((node) => node.output.filter((name) => name !== "").map((name) => [name, node] as const)),
  );
}

/**
 * The nodes that `outputs` need, each after all that it needs itself. (With a stack of its own: a chain of some 5,000
 * nodes would overflow that of the language.)
 */
export function neededNodes(nodes: readonly Node[], outputs: readonly string[]): Node[] {
  const producers = producersOf(nodes);
  const done = new Set<Node>();
  const entered = new Set<Node>();
  const ordered: Node[] = [];
  const stack = outputs.flatMap((name) => producers.get(name) ?? []).reverse();
  while (stack.length > 0) {
    const node = stack.at(-1) as Node;
    if (done.has(node) || entered.has(node)) {
      stack.pop();
      if (done.has(node)) continue;
      done.add(node);
      ordered.push(node);
      continue;
    }
    entered.add(node);
    for (const name of tensorsOf(node)) {
      const producer = producers.get(name);
      if (producer !== undefined && !entered.has(producer)) stack.push(producer);
    }
  }
  return ordered;
}

/** What a node reads, within graphs of its own (branches, loops) too. */
function tensorsOf(node: Node): string[] {
  const nested = node.attribute.flatMap(({ g }) => g?.node ?? []);
  return [...node.input, ...nested.flatMap(tensorsOf)];
}

/** Takes from a graph what its outputs do not need: nodes and constants; inputs that nothing reads go, too. */
export function pruned(graph: Graph): Graph {
  const node = neededNodes(
    graph.node,
    graph.output.map(({ name }) => name),
  );
  const read = new Set([...node.flatMap(tensorsOf), ...graph.output.map(({ name }) => name)]);
  return {
    ...graph,
    node,
    initializer: graph.initializer.filter(({ name }) => read.has(name)),
    input: graph.input.filter(({ name }) => read.has(name)),
    valueInfo: [],
  };
}
