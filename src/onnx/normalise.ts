import { attributeType, type Graph, type Node } from "./proto.ts";

/**
 * The same graph in fewer forms: constants are initializers, none of which is an input too, and nothing stands for
 * something else under a second name. Exporters differ in all of these. The graph given is left as it was.
 */
export function normalised(graph: Graph): Graph {
  const constants = graph.node.filter(isConstant);
  const initializer = [
    ...graph.initializer,
    ...constants.flatMap((node) =>
      node.attribute.flatMap(({ t }) => (t == null ? [] : [{ ...t, name: node.output[0] as string }])),
    ),
  ];
  const held = new Set(initializer.map(({ name }) => name));
  const ends = new Set(graph.output.map(({ name }) => name));
  // An output keeps its name, and with it the node that gives it.
  const aliases = new Map(
    graph.node
      .filter(({ opType, domain, output }) => opType === "Identity" && domain === "" && !ends.has(output[0] as string))
      .map(({ input, output }) => [output[0] as string, input[0] as string]),
  );
  const meant = (name: string): string => {
    let found = name;
    for (let next = aliases.get(found); next !== undefined; next = aliases.get(found)) found = next;
    return found;
  };
  const dropped = (node: Node) => isConstant(node) || aliases.has(node.output[0] as string);
  return {
    ...graph,
    initializer,
    input: graph.input.filter(({ name }) => !held.has(name)),
    node: graph.node
      .filter((node) => !dropped(node))
      .map((node) => ({
        name: node.name,
        opType: node.opType,
        domain: node.domain,
        input: node.input.map(meant),
        output: [...node.output],
        attribute: node.attribute,
        metadataProps: node.metadataProps,
      })),
  };
}

/** Constants given as a tensor; the other ways of giving one are left to onnxruntime. */
function isConstant({ opType, domain, attribute }: Node): boolean {
  return (
    opType === "Constant" &&
    domain === "" &&
    attribute.some(({ type, t }) => type === attributeType.tensor && t != null)
  );
}
