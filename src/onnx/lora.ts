import { UserError } from "../system/userError.ts";
import {
  called,
  type GraphBuilder,
  howToExport,
  integerAttribute,
  neededNodes,
  producersOf,
  realAttribute,
} from "./graph.ts";
import { isTargeted, modulePath } from "./modulePath.ts";
import type { Graph, Node } from "./proto.ts";
import type { Site } from "./rule.ts";
import { rowsOf } from "./rules/matrix.ts";
import { elementType, floatsOf, laterFloats, shapeOf } from "./tensor.ts";

/** A linear layer of a graph: a product with a weight that never changes. */
export interface LinearLayer {
  /** The module it was exported from, as in PyTorch; the node's name where that is not known. */
  readonly path: string;
  readonly node: Node;
  /** Name of the weight. */
  readonly weight: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Whether the weight has shape (outputs, inputs), as in PyTorch, and not (inputs, outputs), as it is applied. */
  readonly turned: boolean;
}

/** Linear layers that `output` depends on, in the order in which they are applied. */
export function linearLayers(graph: Graph, output: string): LinearLayer[] {
  const nodes = neededNodes(graph.node, [output]);
  const producers = producersOf(nodes);
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, shapeOf(tensor)]));
  return nodes.flatMap((node) => {
    const weight = node.input[1];
    if (weight === undefined || node.domain !== "") return [];
    const shape = constants.get(weight) ?? transposedShape(producers.get(weight), constants);
    if (shape?.length !== 2 || !isLinear(node)) return [];
    const turned = node.opType === "Gemm" && integerAttribute(node, "transB", 0) === 1;
    const [first, second] = shape as [number, number];
    const [inputs, outputs] = turned ? [second, first] : [first, second];
    return [{ path: modulePath(node) ?? (node.name || weight), node, weight, inputs, outputs, turned }];
  });
}

function isLinear(node: Node): boolean {
  if (node.opType === "MatMul") return true;
  return node.opType === "Gemm" && integerAttribute(node, "transA", 0) === 0 && realAttribute(node, "alpha", 1) === 1;
}

/** Some exporters keep weights as PyTorch does, and turn them when the graph runs. */
function transposedShape(producer: Node | undefined, constants: ReadonlyMap<string, number[]>): number[] | undefined {
  return producer?.opType === "Transpose" ? constants.get(producer.input[0] as string)?.toReversed() : undefined;
}

/**
 * The layers among these that patterns of module paths mean.
 * @throws UserError where they mean none; see `checkPlain` for a model that has none
 */
export function targetedLayers(
  layers: readonly LinearLayer[],
  patterns: "all-linear" | readonly string[],
): LinearLayer[] {
  const targeted = layers.filter(({ path }) => isTargeted(path, patterns));
  if (targeted.length > 0) return targeted;
  const names = [...new Set(layers.map(({ path }) => path.split(".").at(-1) ?? path))].join(", ");
  throw new UserError(
    `No linear layer is called ${[patterns].flat().join(", ")}. The model has layers called ${names || "nothing"}.`,
  );
}

/**
 * Whether adapters can be put beside the layers that `output` depends on.
 * @throws UserError naming a node where weights are quantised, joined with others, or of other than 32-bit floats
 */
export function checkPlain(graph: Graph, output: string, layers: readonly LinearLayer[]): void {
  const types = new Map(graph.initializer.map(({ name, dataType }) => [name, dataType]));
  const producers = producersOf(graph.node);
  const typeOf = (weight: string) => types.get(weight) ?? types.get(producers.get(weight)?.input[0] ?? "");
  const other = layers.find(({ weight }) => typeOf(weight) !== elementType.float32);
  if (other !== undefined)
    throw new UserError(`The weight of the node ${called(other.node)} is not of 32-bit floats. ${howToExport}`);
  if (layers.length > 0) return;
  const special = neededNodes(graph.node, [output]).find(
    ({ opType, domain }) => domain !== "" || /Integer|Quantize|QLinear/.test(opType),
  );
  const why = special === undefined ? "" : `: its weights are in nodes such as ${called(special)}`;
  throw new UserError(`The model has no linear layer that an adapter can be put beside${why}. ${howToExport}`);
}

/** An adapter of low rank beside a linear layer (LoRA, arXiv 2106.09685, eq. 3): W + s Aᵀ Bᵀ instead of W. */
export interface Adapter {
  readonly layer: LinearLayer;
  /** Name of the input that holds A, shape (rank, inputs). */
  readonly a: string;
  /** Name of the input that holds B, shape (outputs, rank). */
  readonly b: string;
}

/** A weight with its adapter in it, and how gradients come to the adapter alone. */
export interface MergedWeight {
  /** The weight alone, of the same shape. */
  readonly weight: string;
  /** Gradients of A and B where the weight is applied; that of the whole weight is never made. */
  readonly gradients: (site: Site) => readonly (readonly [parameter: string, gradient: string])[];
}

/**
 * Puts adapters beside layers: one product of small matrices makes W + s Aᵀ Bᵀ each time that the graph runs, and the
 * layer applies that. The names of A and B are PEFT's.
 * @param scale s, alpha / rank
 * @returns the merged weights by name, for `addGradients`
 */
export function addAdapters(
  g: GraphBuilder,
  adapters: readonly Adapter[],
  scale: number,
): ReadonlyMap<string, MergedWeight> {
  const merged = new Map<string, MergedWeight>();
  for (const { layer, a, b } of adapters) {
    const sum = withProduct(g, layer, a, b, scale);
    layer.node.input[1] = sum;
    merged.set(sum, { weight: layer.weight, gradients: (site) => adapterGradients(site, a, b, scale) });
  }
  return merged;
}

/**
 * Takes trained adapters into the weights of their layers, which then cost nothing when the graph runs. These weights are
 * made when they are asked for; the values must stay as they are until then.
 * @param values of A and B by their names, row by row
 * @throws UserError where a weight is not of 32-bit floats
 */
export function mergeAdapters(
  g: GraphBuilder,
  adapters: readonly Adapter[],
  scale: number,
  values: ReadonlyMap<string, Float32Array>,
): void {
  const producers = producersOf(g.graph.node);
  const constants = new Map(g.graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const { layer, a, b } of adapters) {
    const { node, weight, inputs, outputs } = layer;
    const turner = constants.has(weight) ? undefined : producers.get(weight);
    const frozen = constants.get(turner?.input[0] ?? weight);
    if (frozen?.dataType !== elementType.float32)
      throw new UserError(`The weight of ${layer.path} is not of 32-bit floats; export the model so.`);
    const isTurned = layer.turned !== (turner !== undefined);
    const [left, right] = [values.get(a), values.get(b)];
    if (left === undefined || right === undefined) throw new Error(`there are no values of ${a} and ${b}`);
    const sum = () => {
      const floats = (floatsOf(frozen) as Float32Array).slice();
      const byRank = rowsAsColumns(right, outputs);
      if (isTurned) addProduct(floats, byRank, left, outputs, scale);
      else addProduct(floats, left, byRank, inputs, scale);
      return floats;
    };
    // A weight may be that of several layers, which are not adapted alike.
    const name = g.fresh(`${layer.path}.weight`);
    const merged = g.add(laterFloats(name, isTurned ? [outputs, inputs] : [inputs, outputs], sum));
    node.input[1] = turner === undefined ? merged : g.op("Transpose", [merged], { perm: [1, 0] });
  }
}

/** Adds s Uᵀ V to a weight of so many rows, U of shape (rank, rows) and V of shape (rank, columns). */
function addProduct(weight: Float32Array, u: Float32Array, v: Float32Array, rows: number, scale: number): void {
  const columns = weight.length / rows;
  for (let row = 0; row < rows; row++)
    for (let inner = 0; inner * rows < u.length; inner++) {
      const factor = scale * (u[inner * rows + row] as number);
      const [to, from] = [row * columns, inner * columns];
      for (let column = 0; column < columns; column++)
        weight[to + column] = (weight[to + column] as number) + factor * (v[from + column] as number);
    }
}

function rowsAsColumns(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] as number);
}

/** W + s Aᵀ Bᵀ, or its transpose W + s B A where the weight is kept that way. */
function withProduct(g: GraphBuilder, { turned, weight }: LinearLayer, a: string, b: string, scale: number): string {
  const alpha = { real: scale };
  return turned
    ? g.op("Gemm", [b, a, weight], { alpha })
    : g.op("Gemm", [a, b, weight], { transA: 1, transB: 1, alpha });
}

/**
 * dB = s dyᵀ (x Aᵀ) and dA = s (dy B)ᵀ x, with x and dy as rows. Each is one operator, for onnxruntime changes the order of
 * what it joins of several: as they are, it makes the gradients of a layer when it comes there, and keeps no dy for later.
 */
function adapterGradients(site: Site, a: string, b: string, scale: number): (readonly [string, string])[] {
  const { g } = site;
  const x = rowsOf(site, site.again(site.x()), site.x());
  const dy = rowsOf(site, site.dy, site.y());
  const inner = g.op("Gemm", [x, a], { transB: 1 });
  const back = g.op("Gemm", [dy, b]);
  const alpha = { real: scale };
  return [
    [b, g.op("Gemm", [dy, inner], { transA: 1, alpha })],
    [a, g.op("Gemm", [back, x], { transA: 1, alpha })],
  ];
}

/** @throws UserError where two layers of one path would share names */
export function adaptersOf(layers: readonly LinearLayer[]): Adapter[] {
  const seen = new Set<string>();
  return layers.map((layer) => {
    if (seen.has(layer.path))
      throw new UserError(`Two linear layers are called ${layer.path}: ${called(layer.node)} is the second.`);
    seen.add(layer.path);
    return { layer, a: `${layer.path}.lora_A.weight`, b: `${layer.path}.lora_B.weight` };
  });
}
