import type { InferenceSession } from "onnxruntime-node";
import { opsetOf, producersOf, pruned } from "../../onnx/graph.ts";
import { readModel } from "../../onnx/modelFile.ts";
import { normalised } from "../../onnx/normalise.ts";
import type { Graph, Model } from "../../onnx/proto.ts";
import { forOneLook, openModel, type Runtime } from "../../onnx/runtime.ts";
import { errorMessage, UserError } from "../../system/userError.ts";
import { backboneFeeds, checkInputs, onesBatch } from "./backboneInputs.ts";

/** A transformer whose hidden state rewards are read from. */
export interface Backbone {
  readonly model: Model;
  /** Name of the last hidden state, (N, S, H). */
  readonly hidden: string;
  /** H. */
  readonly width: number;
}

/** Outputs that are the last hidden state, as exporters name them. */
const hiddenNames = ["last_hidden_state", "token_embeddings", "hidden_states"];

/** Reductions take axes as an input, which the rules of gradients rely on, since this version of the operators. */
const OLDEST_OPSET = 13;

/**
 * Reads a backbone and runs it once.
 * @throws UserError where the file holds none that rewards can be read from
 */
export async function readBackbone(runtime: Runtime, file: string): Promise<Backbone> {
  const read = readModel(file);
  const opset = opsetOf(read);
  if (opset < OLDEST_OPSET)
    throw new UserError(`${file} uses version ${opset} of ONNX's operators; export it with ${OLDEST_OPSET} or later.`);
  const graph = normalised(read.graph);
  const hidden = hiddenState(graph, file);
  const needed = pruned({ ...graph, output: [{ name: hidden }] });
  checkInputs(file, needed);
  const model = { ...read, graph: needed };
  return { model, hidden, width: await widthOf(runtime, model, hidden, file) };
}

async function widthOf(runtime: Runtime, model: Model, hidden: string, file: string): Promise<number> {
  let session: InferenceSession;
  try {
    session = await openModel(runtime, model, forOneLook);
  } catch (thrown) {
    throw new UserError(`${file} cannot be run by onnxruntime: ${errorMessage(thrown)}`);
  }
  try {
    const { dims = [] } = (await session.run(backboneFeeds(runtime, model.graph, onesBatch(1, 2))))[hidden] ?? {};
    const [, , width] = dims;
    if (dims.length === 3 && width !== undefined) return width;
    throw new UserError(
      `${file} gives "${hidden}" with ${dims.length} axes; rewards need sequence, place and feature.`,
    );
  } finally {
    await session.release();
  }
}

/** The hidden state by its name; where a language model gives nothing but logits, what its last product is made of. */
function hiddenState(graph: Graph, file: string): string {
  const outputs = graph.output.map(({ name }) => name);
  const named = hiddenNames.find((name) => outputs.includes(name));
  if (named !== undefined) return named;
  const last = producersOf(graph.node).get(outputs.find((name) => name === "logits") ?? "");
  if (last?.opType === "MatMul") return last.input[0] as string;
  throw new UserError(
    `${file} has no output that is its last hidden state, only ${outputs.join(", ")}; export it for features, so that one is ` +
      `called ${hiddenNames[0]}.`,
  );
}
