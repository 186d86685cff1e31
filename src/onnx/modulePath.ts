import type { Node } from "./proto.ts";

/** Where PyTorch's newer exporter writes the modules around a node: the text of a Python list, the operation last. */
const SCOPES = "pkg.torch.onnx.name_scopes";

/**
 * The module that a node was exported from, as in PyTorch: "encoder.layer.0.attention.self.query". Exporters lose the
 * names of weights, so this is how layers are told apart; undefined where a node does not say.
 */
export function modulePath(node: Node): string | undefined {
  const scopes = node.metadataProps.find(({ key }) => key === SCOPES)?.value;
  if (scopes !== undefined) return withoutWrapper(listedTexts(scopes).at(-2));
  // The older exporter names nodes after their modules: "/encoder/layer.0/attention/self/query/MatMul".
  if (!node.name.startsWith("/")) return undefined;
  return withoutWrapper(node.name.split("/").slice(1, -1).join("."));
}

const listedTexts = (list: string): string[] =>
  [...list.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double ?? "");

/** A model is often exported within a module of one letter that gives it the inputs it wants. */
function withoutWrapper(path: string | undefined): string | undefined {
  const bare = path?.replace(/^[a-z]\./, "");
  return bare === "" ? undefined : bare;
}

/**
 * Whether a module is meant by one of some patterns, as PEFT reads them: a whole path, or what it ends in. "all-linear"
 * means every one.
 */
export function isTargeted(path: string, patterns: "all-linear" | readonly string[]): boolean {
  return patterns === "all-linear" || patterns.some((pattern) => path === pattern || path.endsWith(`.${pattern}`));
}
