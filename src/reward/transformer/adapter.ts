import { GraphBuilder, pruned } from "../../onnx/graph.ts";
import { type Adapter, adaptersOf, checkPlain, linearLayers, mergeAdapters, targetedLayers } from "../../onnx/lora.ts";
import type { Model } from "../../onnx/proto.ts";
import type { Backbone } from "./backbone.ts";

/** Which layers of a backbone have adapters, and of what size; the names are PEFT's. */
export interface LoraSettings {
  readonly rank: number;
  /** An adapter counts alpha / rank. */
  readonly alpha: number;
  /** Which linear layers have one: what their module paths end in. */
  readonly targets: "all-linear" | readonly string[];
}

/** Values of all parameters by name, row by row. */
export type ParameterValues = ReadonlyMap<string, Float32Array>;

/** An adapter that was trained: A of shape (rank, inputs) and B of shape (outputs, rank) of each layer, by their names. */
export interface TrainedAdapter {
  readonly settings: LoraSettings;
  readonly values: ParameterValues;
}

/**
 * Places for adapters in a graph that computes `hidden`.
 * @throws UserError where the targets name no layer, or weights are of a kind that adapters cannot be put beside
 */
export function adaptersIn(g: GraphBuilder, hidden: string, { targets }: LoraSettings): Adapter[] {
  const layers = linearLayers(g.graph, hidden);
  checkPlain(g.graph, hidden, layers);
  return adaptersOf(targetedLayers(layers, targets));
}

/** The backbone with an adapter in its weights: it costs what the backbone costs. */
export function mergedBackbone(backbone: Backbone, { settings, values }: TrainedAdapter): Backbone {
  const g = new GraphBuilder(copied(backbone.model).graph);
  mergeAdapters(g, adaptersIn(g, backbone.hidden, settings), settings.alpha / settings.rank, values);
  g.graph.output = [{ name: backbone.hidden }];
  return { ...backbone, model: { ...backbone.model, graph: pruned(g.graph) } };
}

/** A copy whose nodes can be changed; weights are shared. */
export function copied(model: Model): Model {
  const node = model.graph.node.map((one) => ({ ...one, input: [...one.input], output: [...one.output] }));
  const { graph } = model;
  return {
    ...model,
    graph: { ...graph, node, initializer: [...graph.initializer], input: [...graph.input], output: [], valueInfo: [] },
  };
}
