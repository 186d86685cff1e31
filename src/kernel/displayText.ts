import { briefLabel, clipped, count, oneLine, type ValueEntry, type ValueNode, valueTree } from "./valueTree.ts";

/** Columns that a value may take on one line. */
const LINE = 88;

/** A value as text, the way it is written in code, over as many lines as it needs. */
export function treeText(node: ValueNode, indent = ""): string {
  if (node.shape === "leaf") return node.label;
  const line = lineText(node, LINE - indent.length);
  if (line !== undefined) return line;
  const inner = `${indent}  `;
  const [open, close] = brackets(node);
  const lines = node.entries.map((entry) => `${inner}${keyPart(node, entry)}${treeText(entry.value, inner)},`);
  const rest = node.more > 0 ? [`${inner}... ${count(node.more)} more`] : [];
  return [`${open}`, ...lines, ...rest, `${indent}${close}`].join("\n");
}

/** The value on one line, or undefined when it does not fit. */
function lineText(node: ValueNode, width: number): string | undefined {
  if (node.shape === "leaf") return node.label.length <= width && !node.label.includes("\n") ? node.label : undefined;
  if (node.entries.length === 0) return briefLabel(node);
  const [open, close] = brackets(node);
  const parts: string[] = [];
  let left = width - open.length - close.length - 2;
  for (const entry of node.entries) {
    const text = lineText(entry.value, left);
    if (text === undefined) return undefined;
    const part = `${keyPart(node, entry)}${text}`;
    left -= part.length + 2;
    if (left < 0) return undefined;
    parts.push(part);
  }
  if (node.more > 0) parts.push(`... ${count(node.more)} more`);
  return node.shape === "list" ? `${open}${parts.join(", ")}${close}` : `${open} ${parts.join(", ")} ${close}`;
}

function keyPart(node: ValueNode, { key }: ValueEntry): string {
  if (node.shape === "list") return "";
  return node.shape === "map" ? `${key} => ` : `${key}: `;
}

function brackets(node: ValueNode): [string, string] {
  // The length of a plain array is plain to see unless something is left out.
  const plain = /^Array\(/.test(node.label) && node.more === 0;
  const label = node.label === "" || plain ? "" : `${node.label} `;
  return node.shape === "list" ? [`${label}[`, "]"] : [`${label}{`, "}"];
}

/** Any value in at most `longest` characters on one line. */
export function briefText(value: unknown, longest = 200): string {
  if (typeof value === "string") return clipped(value.slice(0, longest * 2), longest);
  const tree = valueTree(value, { depth: 2, width: 10, nodes: 40, text: longest, texts: longest });
  return clipped(oneLine(treeText(tree)), longest);
}
