import { UserError } from "../system/userError.ts";
import { isRuntimeGelu } from "./gelu.ts";
import { called, type GraphBuilder, howToExport, neededNodes, producersOf } from "./graph.ts";
import type { MergedWeight } from "./lora.ts";
import type { Node } from "./proto.ts";
import { type Rule, Site, type Surroundings } from "./rule.ts";
import { rules } from "./rules/rules.ts";
import type { Shapes } from "./shapes.ts";

export interface Differentiated {
  /** One number, whose gradients are meant. */
  readonly loss: string;
  /** Tensors that gradients are wanted of: inputs of the graph. */
  readonly parameters: readonly string[];
  /** Weights that are made of parameters, by the name of the sum (`lora.ts`). */
  readonly merged?: ReadonlyMap<string, MergedWeight>;
  readonly shapes: Shapes;
  readonly opset: number;
}

/**
 * Reverse-mode differentiation: adds to a graph what computes the gradients of a loss, from the loss back to parameters,
 * along no other path than those.
 * @returns the gradient's name for each parameter, of its shape
 * @throws UserError naming the node where an operator has no rule, or what its rule needs is not constant
 */
export function addGradients(g: GraphBuilder, wanted: Differentiated): Map<string, string> {
  const { loss, parameters, merged = new Map(), shapes, opset } = wanted;
  const forward = neededNodes(g.graph.node, [loss]);
  const producers = producersOf(forward);
  const readers = readersOf(forward);
  const surroundings: Surroundings = {
    g,
    shapes,
    opset,
    producer: (name) => producers.get(name),
    readers: (name) => readers.get(name) ?? [],
    again(name) {
      const producer = producers.get(name);
      const make = producer && ruleFor(producer)?.again;
      return producer && make ? make(new Site(producer, [], surroundings)) : name;
    },
  };
  const moved = dependent(forward, [...parameters, ...merged.keys()], shapes);
  const gradients = new Gradients(g);
  gradients.add(loss, g.real(1));
  for (const node of forward.toReversed()) {
    if (node.output.some((name) => merged.has(name))) continue;
    const made = node.output.map((name) => (moved.has(name) ? gradients.of(name) : undefined));
    if (made.every((gradient) => gradient === undefined)) continue;
    const site = new Site(node, made, surroundings);
    const rule = ruleOf(node);
    for (const [index, gradient] of rule.gradients(site).entries()) {
      const name = node.input[index];
      if (name === undefined || !moved.has(name)) continue;
      const weight = index === 1 ? merged.get(name) : undefined;
      if (weight !== undefined) {
        for (const [parameter, part] of weight.gradients(site)) gradients.add(parameter, part);
        continue;
      }
      if (gradient === undefined) throw site.refusal(`the loss depends on its input "${name}", which has no gradient`);
      const whole = gradient();
      gradients.add(name, rule.broadcasts ? site.unbroadcast(whole, shapes.of(site.y()), name) : whole);
    }
  }
  return new Map(parameters.map((name) => [name, gradients.of(name) ?? refuseUnread(name)]));
}

function refuseUnread(parameter: string): never {
  throw new Error(`the loss does not depend on "${parameter}"`);
}

const ruleFor = (node: Node): Rule | undefined =>
  node.domain === "" || isRuntimeGelu(node) ? rules.get(node.opType) : undefined;

function ruleOf(node: Node): Rule {
  const rule = ruleFor(node);
  if (rule !== undefined) return rule;
  const origin = node.domain === "" ? "" : ` of "${node.domain}"`;
  throw new UserError(
    `There is no gradient for the operator ${node.opType}${origin}, which the node ${called(node)} needs. ${howToExport}`,
  );
}

/** All that changes smoothly with one of `sources`: conditions and places may change, too, but have no gradients. */
function dependent(forward: readonly Node[], sources: readonly string[], shapes: Shapes): Set<string> {
  const moved = new Set(sources);
  for (const { input, output } of forward) {
    if (!input.some((name) => moved.has(name))) continue;
    for (const name of output) if (shapes.type(name).startsWith("float")) moved.add(name);
  }
  return moved;
}

function readersOf(nodes: readonly Node[]): Map<string, Node[]> {
  const readers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const name of new Set(node.input)) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    }
  }
  return readers;
}

/** What comes back to each tensor from all that read it, summed when it is asked for. */
class Gradients {
  readonly #g: GraphBuilder;
  readonly #parts = new Map<string, string[]>();

  constructor(g: GraphBuilder) {
    this.#g = g;
  }

  add(name: string, part: string): void {
    const parts = this.#parts.get(name);
    if (parts === undefined) this.#parts.set(name, [part]);
    else parts.push(part);
  }

  of(name: string): string | undefined {
    const [first, ...rest] = this.#parts.get(name) ?? [];
    if (first === undefined) return undefined;
    const sum = rest.reduce((total, part) => this.#g.op("Add", [total, part]), first);
    this.#parts.set(name, [sum]);
    return sum;
  }
}
