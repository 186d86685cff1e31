import type { Node } from "@vscode/tree-sitter-wasm";
import type { SourceLanguage } from "./definition.ts";
import type { Stretch } from "./textLines.ts";

/** A stretch of a document that was parsed by itself, and how its nodes lie in the document. */
export class Piece {
  readonly language: SourceLanguage;
  /** What was parsed. */
  readonly text: string;
  /** Offset of the text's beginning in the document. */
  readonly base: number;
  /** As much of the text is the document's; what follows was added to close what is open. */
  readonly length: number;

  constructor(language: SourceLanguage, text: string, base = 0, length = text.length) {
    this.language = language;
    this.text = text;
    this.base = base;
    this.length = length;
  }

  /** Whether all of a node stands in the document. */
  holds(node: Node): boolean {
    return node.endIndex <= this.length;
  }

  textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }

  span(node: Node): Stretch {
    return this.stretch(node.startIndex, node.endIndex);
  }

  /** @param from @param to offsets in the piece */
  stretch(from: number, to: number): Stretch {
    return { from: this.base + Math.min(from, this.length), to: this.base + Math.min(to, this.length) };
  }

  /** Of an expression, for a sentence: its beginning, in one line. */
  short(node: Node): string {
    const text = this.text
      .slice(node.startIndex, Math.min(node.endIndex, node.startIndex + 200))
      .replaceAll(/\s+/g, " ");
    return text.length > 40 ? `${text.slice(0, 39)}…` : text;
  }
}

export function named(node: Node): Node[] {
  const nodes: Node[] = [];
  for (const child of node.namedChildren) if (child !== null && child.type !== "comment") nodes.push(child);
  return nodes;
}

/** Code that is nested deeper than this was not written by a person. */
const DEEPEST = 300;
/** Nodes that are passed on the ways to places in one statement; a table of a thousand definitions takes fewer. */
const MOST_STEPS = 100_000;

/** Finds the way from a statement down to places in it. */
export class Ways {
  readonly #root: Node;
  #left = MOST_STEPS;

  constructor(root: Node) {
    this.#root = root;
  }

  /** The nodes from the statement down to the smallest that holds the offset; undefined where these are too many. */
  to(offset: number): Node[] | undefined {
    const way: Node[] = [];
    for (let node: Node | null = this.#root; node !== null; node = childAt(node, offset)) {
      way.push(node);
      if (way.length > DEEPEST || --this.#left < 0) return undefined;
    }
    return way;
  }
}

function childAt(node: Node, offset: number): Node | null {
  const child = node.firstChildForIndex(offset);
  return child !== null && child.startIndex <= offset && child.endIndex > offset ? child : null;
}
