import type { Node } from "./proto.ts";
import type { Site } from "./rule.ts";

/**
 * Whether a node is `Where(IsNaN(p), 0, p)`, which exporters put behind a softmax: a row that is masked with -∞ as a
 * whole is NaN there. For gradients it is p itself, for the rows that it mends have none.
 */
export function isGuard(node: Node, producer: (name: string) => Node | undefined): boolean {
  if (node.opType !== "Where") return false;
  const [condition, , guarded] = node.input;
  const asked = producer(condition ?? "");
  return asked?.opType === "IsNaN" && asked.input[0] === guarded;
}

/** The output of a node, without NaN where a guard behind it has taken them out. */
export function guardedOutput(site: Site): string {
  const guard = site.readers(site.y()).find((node) => isGuard(node, site.producer));
  return guard?.output[0] ?? site.y();
}
