import type { Graph, Model, Node, Value } from "../../src/onnx/proto.ts";
import { elementType } from "../../src/onnx/tensor.ts";

/** A model without nodes, to be filled. */
export function emptyModel(opset = 20): Model {
  const graph: Graph = { name: "example", node: [], initializer: [], input: [], output: [], valueInfo: [] };
  return { irVersion: 10, opsetImport: [{ domain: "", version: opset }], producerName: "", graph, metadataProps: [] };
}

export const floatValue = (name: string): Value => ({ name, type: { tensorType: { elemType: elementType.float32 } } });

export function node(opType: string, input: string[], output: string[], more: Partial<Node> = {}): Node {
  return { name: "", opType, domain: "", input, output, attribute: [], metadataProps: [], ...more };
}
