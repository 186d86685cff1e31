import { briefLabel, clipped, count, type ValueNode } from "./valueTree.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand anywhere in HTML, attribute values in quotes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const FONT = "font-family:var(--vscode-editor-font-family,monospace)";
const KEY = "color:var(--vscode-debugTokenExpression-name,inherit)";
const FAINT = "opacity:.7";

/** Characters of a closed value that stand for what it holds. */
const PREVIEW = 80;

/** A value as a tree that opens and closes; the first level is open. */
export function treeHtml(node: ValueNode): string {
  return `<div style="${FONT};white-space:pre-wrap;overflow-wrap:anywhere">${branch("", node, true)}</div>`;
}

function branch(key: string, node: ValueNode, open: boolean): string {
  const title = `${key}${key === "" ? "" : ": "}`;
  if (node.entries.length === 0) return `<div style="padding-left:1.1em">${title}${escapeHtml(briefLabel(node))}</div>`;
  const inner = node.entries.map((entry, index) => {
    const name = node.shape === "list" ? String(index) : entry.key;
    return branch(`<span style="${KEY}">${escapeHtml(name)}</span>`, entry.value, false);
  });
  const rest = node.more > 0 ? `<div style="padding-left:1.1em;${FAINT}">... ${count(node.more)} more</div>` : "";
  const summary = `<summary style="cursor:pointer">${title}<span>${escapeHtml(preview(node))}</span></summary>`;
  return `<details${open ? " open" : ""}>${summary}<div style="padding-left:1.1em">${inner.join("")}${rest}</div></details>`;
}

function preview(node: ValueNode): string {
  const list = node.shape === "list";
  const shown = node.entries.slice(0, 6).map(({ key, value }) => {
    const text = clipped(briefLabel(value), 30);
    return list ? text : `${key}: ${text}`;
  });
  const inside = clipped(shown.join(", "), PREVIEW);
  const rest = node.more > 0 || node.entries.length > shown.length ? ", ..." : "";
  const label = node.label === "" ? "" : `${node.label} `;
  return list ? `${label}[${inside}${rest}]` : `${label}{ ${inside}${rest} }`;
}
