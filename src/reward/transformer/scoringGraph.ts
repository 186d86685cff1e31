import { GraphBuilder, pruned } from "../../onnx/graph.ts";
import type { Model } from "../../onnx/proto.ts";
import { copied } from "./adapter.ts";
import type { Backbone } from "./backbone.ts";
import { addPooling, floatInput, tensorNames } from "./rewardGraph.ts";

/** What a graph of meanings gives: the pooled hidden state, (N, H). */
export const POOLED = "pooled";

/** A backbone that gives one vector per sequence: no losses, no gradients, for these take most of a training step. */
export function scoringGraph(backbone: Backbone): Model {
  const g = new GraphBuilder(copied(backbone.model).graph);
  g.graph.input.push(floatInput(tensorNames.poolWeights, ["batch", "sequence"]));
  g.rename(addPooling(g, backbone), POOLED);
  g.graph.output = [{ name: POOLED }];
  return { ...backbone.model, graph: pruned(g.graph) };
}
