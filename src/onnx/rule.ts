import { UserError } from "../system/userError.ts";
import { called, type GraphBuilder } from "./graph.ts";
import type { Node } from "./proto.ts";
import type { Shapes, Size } from "./shapes.ts";

/** Makes the gradient of one input, and is only asked where that is needed. @returns its name in the graph */
export type Gradient = () => string;

/** One operator: what it computes, and the gradients of its inputs by those of its outputs (the chain rule). */
export interface Rule {
  /** y of x, or of a, b, c where there are several inputs. */
  readonly value: string;
  /** One per input in order; nothing for inputs that have none, such as axes, places and masks. */
  readonly gradients: (site: Site) => readonly (Gradient | undefined)[];
  /** Makes y once more, where that costs the backward pass less than y costs in memory until then. */
  readonly again?: (site: Site) => string;
  /** Whether inputs are stretched to one shape, so that gradients are summed over what was stretched. */
  readonly broadcasts?: true;
}

export type Surroundings = Pick<Site, "g" | "shapes" | "opset" | "producer" | "readers" | "again">;

/** A node of a graph, as its rule sees it. */
export class Site {
  readonly node: Node;
  readonly g: GraphBuilder;
  readonly shapes: Shapes;
  /** Version of the operators' standard that the graph is written in. */
  readonly opset: number;
  /** The node that makes a tensor. */
  readonly producer: (name: string) => Node | undefined;
  /** Nodes that read a tensor. */
  readonly readers: (name: string) => readonly Node[];
  /** A tensor of the forward pass, or the same made anew, for a large product of the backward pass. */
  readonly again: (name: string) => string;
  readonly #gradients: readonly (string | undefined)[];

  constructor(
    node: Node,
    gradients: readonly (string | undefined)[],
    { g, shapes, opset, producer, readers, again }: Surroundings,
  ) {
    this.node = node;
    this.g = g;
    this.shapes = shapes;
    this.opset = opset;
    this.producer = producer;
    this.readers = readers;
    this.again = again;
    this.#gradients = gradients;
  }

  /** @throws Error where the node has no such input */
  x(index = 0): string {
    const name = this.node.input[index];
    if (name === undefined || name === "") throw this.refusal(`it has no input ${index}`);
    return name;
  }

  y(index = 0): string {
    return this.node.output[index] as string;
  }

  /** Gradient of an output; undefined where nothing that counts reads it. */
  dyOf(index: number): string | undefined {
    return this.#gradients[index];
  }

  get dy(): string {
    const gradient = this.#gradients[0];
    if (gradient === undefined) throw this.refusal("nothing is known of its first output's gradient");
    return gradient;
  }

  shape(name: string): readonly Size[] {
    return this.shapes.of(name);
  }

  /** An axis counted from the front. */
  axis(axis: number, name: string = this.x()): number {
    return axis < 0 ? axis + this.shape(name).length : axis;
  }

  /** @throws UserError where the size of an axis depends on what the model is given, and may not */
  sizeOf(name: string, axis: number): number {
    const size = this.shape(name)[axis];
    if (typeof size !== "number") throw this.refusal(`axis ${axis} of "${name}" has no fixed size`);
    return size;
  }

  /** @throws UserError where integers that have to be constant are not */
  integersOf(index: number): readonly number[] {
    const values = this.shapes.integers(this.x(index));
    if (values === undefined) throw this.refusal(`its input "${this.x(index)}" is not the same for all inputs`);
    return values;
  }

  refusal(reason: string): UserError {
    return new UserError(`No gradient can be made for the node ${called(this.node)}: ${reason}.`);
  }

  /** Sums along axes. They are an input of the operator since version 13. */
  sum(name: string, axes: readonly number[], keep: boolean): string {
    return this.g.op("ReduceSum", [name, this.g.integers(axes)], { keepdims: keep ? 1 : 0 });
  }

  /** Means along axes that stay. They are an input of the operator since version 18 only. */
  mean(name: string, axes: readonly number[]): string {
    if (this.opset >= 18) return this.g.op("ReduceMean", [name, this.g.integers(axes)], { keepdims: 1 });
    return this.g.op("ReduceMean", [name], { axes, keepdims: 1 });
  }

  /** Sums a gradient of one shape over what was stretched to it, so that it has the shape of `like`. */
  unbroadcast(gradient: string, from: readonly Size[], like: string): string {
    const to = this.shape(like);
    const extra = from.length - to.length;
    let result = gradient;
    if (extra > 0) result = this.sum(result, range(extra), false);
    const stretched = range(to.length).filter((axis) => to[axis] === 1 && from[axis + extra] !== 1);
    return stretched.length === 0 ? result : this.sum(result, stretched, true);
  }

  /**
   * Gives a tensor the shape of another with as many elements. Sizes are told as numbers where they can be: asking for
   * them when the graph runs would keep the other tensor in memory until then.
   */
  reshaped(tensor: string, from: readonly Size[], like: string): string {
    const to = this.shape(like);
    const open = range(to.length).filter((axis) => typeof to[axis] !== "number");
    // Where the same size stands at the same place, 0 says to take it over; one more follows from the number of elements.
    const copied = open.length <= 1 ? [] : open.filter((axis) => from[axis] === to[axis]);
    const told = open.length - copied.length <= 1;
    const sizes = to.map((size, axis) => (typeof size === "number" ? size : copied.includes(axis) ? 0 : -1));
    const target = told ? this.g.integers(sizes) : this.g.op("Shape", [like]);
    return this.g.op("Reshape", [tensor, target]);
  }
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
