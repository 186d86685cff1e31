import type { Node, Tree } from "@vscode/tree-sitter-wasm";
import type { SourceLanguage } from "./definition.ts";
import type { Grammars } from "./grammars.ts";
import { missingEnd } from "./openBrackets.ts";
import { Piece } from "./piece.ts";
import type { TextLines } from "./textLines.ts";

/** A statement of the outermost scope. */
export interface Unit {
  readonly node: Node;
  readonly piece: Piece;
  /** The code that was parsed for it: equal code gives equal statements. */
  readonly code: string;
  /** Which of several statements of `code` it is; undefined where the code is the statement's own. */
  readonly part: number | undefined;
}

export interface Units {
  readonly units: readonly Unit[];
  /** Trees besides the text's own; the caller frees them when it has done with the units. */
  readonly trees: readonly Tree[];
}

const statementStart: Readonly<Record<"script" | "python", RegExp>> = {
  script:
    /^(?:import|export|const|let|var|function|async|class|abstract|type|interface|enum|declare|namespace|await)\b/gm,
  python: /^(?:import|from|class|def|async|if|for|while|with|try|@|[A-Za-z_]\w*\s*[:=])/gm,
};

/**
 * The statements of a text. Where code is broken, each stretch that begins like a statement at the edge of the text is
 * parsed by itself, with what it left open closed, so that one unfinished statement spoils no other.
 */
export function unitsOf(
  tree: Tree,
  text: string,
  lines: TextLines,
  language: SourceLanguage,
  grammars: Grammars,
): Units {
  const root = tree.rootNode;
  const whole = new Piece(language, text, lines);
  const healthy: Node[] = [];
  const broken: Node[] = [];
  const anyBroken = root.hasError;
  for (const node of root.children) {
    if (node === null) continue;
    if (anyBroken && (node.isError || node.isMissing || node.hasError)) broken.push(node);
    else healthy.push(node);
  }
  const plain = healthy.filter((node) => node.type !== "comment");
  const own = (node: Node): Unit => ({ node, piece: whole, code: whole.textOf(node), part: undefined });
  if (broken.length === 0) return { units: plain.map(own), trees: [] };

  const starts = [0];
  for (const { index } of text.matchAll(statementStart[language === "python" ? "python" : "script"])) {
    if (index > 0 && !isInside(healthy, index) && !isText(root, index)) starts.push(index);
  }
  const units: Unit[] = [];
  const trees: Tree[] = [];
  starts.forEach((from, index) => {
    const to = starts[index + 1] ?? text.length;
    if (!broken.some((node) => node.startIndex < to && (node.endIndex > from || node.startIndex >= from))) return;
    const stretch = text.slice(from, to);
    const closed = stretch + missingEnd(stretch, language);
    const part = grammars.parse(language, closed);
    trees.push(part);
    const piece = new Piece(language, closed, lines, from, stretch.length);
    part.rootNode.children.forEach((node, place): void => {
      if (node !== null && node.type !== "comment") units.push({ node, piece, code: stretch, part: place });
    });
  });
  const covered = (node: Node): boolean =>
    units.some(({ piece }) => node.startIndex >= piece.base && node.startIndex < piece.base + piece.length);
  for (const node of plain) if (!covered(node)) units.push(own(node));
  return { units: units.sort((a, b) => startOf(a) - startOf(b)), trees };
}

export function startOf({ node, piece }: Unit): number {
  return piece.base + node.startIndex;
}

/** Whether an offset lies within one of the nodes, beyond its beginning. The nodes are in order. */
function isInside(nodes: readonly Node[], offset: number): boolean {
  let [low, high] = [0, nodes.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const node = nodes[middle];
    if (node === undefined) return false;
    if (node.startIndex >= offset) high = middle - 1;
    else if (node.endIndex <= offset) low = middle + 1;
    else return true;
  }
  return false;
}

const textual = /string|template|comment|jsx_text|regex/;

function isText(root: Node, offset: number): boolean {
  const node = root.descendantForIndex(offset, offset + 1);
  return node !== null && textual.test(node.type);
}
