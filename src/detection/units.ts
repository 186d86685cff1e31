import type { Node, Tree } from "@vscode/tree-sitter-wasm";
import type { SourceLanguage } from "./definition.ts";
import type { Grammars } from "./grammars.ts";
import { missingEnd, OpenBrackets } from "./openBrackets.ts";
import { named, Piece } from "./piece.ts";

/** A statement of the outermost scope. */
export interface Unit {
  /** The code that is parsed for it: equal code gives equal statements. */
  readonly code: string;
  /** Which of several statements of `code` it is; undefined where the code is the statement's own. */
  readonly part: number | undefined;
  /** Its offset in the text. */
  readonly from: number;
  /** Its offset in `code`. */
  readonly offset: number;
  open(): { readonly node: Node; readonly piece: Piece };
}

/** Statements of the version before, by their code and part. */
export type KnownUnits = ReadonlyMap<string, ReadonlyMap<number | undefined, Pick<Unit, "offset">>>;

interface Parts {
  readonly nodes: readonly Node[];
  readonly piece: Piece;
}

/** What a text consists of. Owns the trees of broken code. */
export class Units {
  readonly all: readonly Unit[];
  readonly #trees: Tree[] = [];
  readonly #language: SourceLanguage;
  readonly #grammars: Grammars;

  /**
   * Where code is broken, each stretch that begins like a statement at the edge of the text is parsed by itself, with what
   * it left open closed, so that one unfinished statement spoils no other.
   * @param known these are not parsed again
   */
  constructor(root: Node, text: string, language: SourceLanguage, grammars: Grammars, known: KnownUnits) {
    this.#language = language;
    this.#grammars = grammars;
    const whole = new Piece(language, text);
    const nodes = root.children.filter((node) => node !== null);
    // Where nothing is whole, what stands in an open block lies beside the statements, but not at the edge.
    const isBroken = (node: Node) =>
      node.isError ||
      node.isMissing ||
      node.hasError ||
      (root.isError && node.startIndex > 0 && !/[\r\n]/.test(text.charAt(node.startIndex - 1)));
    const broken = root.hasError ? nodes.filter(isBroken) : [];
    const healthy = broken.length === 0 ? nodes : nodes.filter((node) => !isBroken(node));
    const chunks = broken.length === 0 ? [] : brokenChunks(root, text, language, healthy, broken);
    const covered = (node: Node) => chunks.some(({ from, to }) => node.startIndex >= from && node.startIndex < to);
    const own = healthy
      .filter((node) => node.type !== "comment" && !covered(node))
      .map((node): Unit => {
        const code = whole.textOf(node);
        return { code, part: undefined, from: node.startIndex, offset: 0, open: () => ({ node, piece: whole }) };
      });
    const parts = chunks.flatMap(({ from, to }) => this.#partsOf(text.slice(from, to), from, known));
    this.all = parts.length === 0 ? own : [...own, ...parts].sort((a, b) => a.from - b.from);
  }

  /** Frees the trees of broken code; the units cannot be opened any more. */
  dispose(): void {
    for (const tree of this.#trees) tree.delete();
    this.#trees.length = 0;
  }

  #partsOf(chunk: string, from: number, known: KnownUnits): Unit[] {
    let parsed: Parts | undefined;
    const parts = () => {
      parsed ??= this.#parse(chunk, from);
      return parsed;
    };
    const unit = (code: string, part: number | undefined, offset: number): Unit => ({
      code,
      part,
      from: from + offset,
      offset,
      open: () => {
        const { nodes, piece } = parts();
        const node = nodes[part ?? 0];
        if (node === undefined) throw new Error(`statement ${part} of ${chunk.length} characters is not there again`);
        return { node, piece };
      },
    });
    const alone = withoutTail(chunk);
    if (known.get(alone)?.has(undefined)) return [unit(alone, undefined, 0)];
    const before = [...(known.get(chunk) ?? [])].filter(([part]) => part !== undefined);
    if (before.length > 0) return before.map(([part, { offset }]) => unit(chunk, part, offset));
    return parts().nodes.map((node, part) => unit(chunk, part, node.startIndex));
  }

  #parse(chunk: string, from: number): Parts {
    const closed = chunk + missingEnd(chunk, this.#language);
    const tree = this.#grammars.parse(this.#language, closed);
    if (tree !== undefined) this.#trees.push(tree);
    return {
      nodes: tree === undefined ? [] : named(tree.rootNode),
      piece: new Piece(this.#language, closed, from, chunk.trimEnd().length),
    };
  }
}

const statementStart: Readonly<Record<"script" | "python", RegExp>> = {
  script:
    /^(?:import|export|const|let|var|function|async|class|abstract|type|interface|enum|declare|namespace|await)\b/gm,
  python: /^(?:import|from|class|def|async|if|for|while|with|try|@|[A-Za-z_]\w*\s*[:=])/gm,
};

interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** The stretches that hold broken code. */
function brokenChunks(
  root: Node,
  text: string,
  language: SourceLanguage,
  healthy: readonly Node[],
  broken: readonly Node[],
): Chunk[] {
  const chunks: Chunk[] = [];
  const isBroken = (from: number, to: number) =>
    broken.some((node) => node.startIndex < to && (node.endIndex > from || node.startIndex >= from));
  let from = 0;
  let brackets: OpenBrackets | undefined;
  const close = (to: number) => {
    if (isBroken(from, to)) chunks.push({ from, to });
    from = to;
    brackets = undefined;
  };
  for (const { index } of text.matchAll(statementStart[language === "python" ? "python" : "script"])) {
    if (index === 0 || isInside(healthy, index)) continue;
    // Beside broken code neither the tree nor the brackets alone tell what is text.
    if (isBroken(from, index) || isBroken(index, index + 1)) {
      brackets ??= new OpenBrackets(text, from, language);
      if (brackets.isTextAt(index) || isText(root, index)) continue;
    }
    close(index);
  }
  close(text.length);
  return chunks;
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

/** More comments than these after a statement are taken for a part of it. */
const MOST_COMMENTS = 20;

/** A statement without the whitespace and comments that follow it. */
function withoutTail(chunk: string): string {
  let rest = chunk.trimEnd();
  for (let comments = 0; comments < MOST_COMMENTS; comments++) {
    const line = rest.lastIndexOf("\n") + 1;
    const start = rest.startsWith("//", line) ? line : rest.endsWith("*/") ? rest.lastIndexOf("/*") : -1;
    if (start <= 0) break;
    rest = rest.slice(0, start).trimEnd();
  }
  return rest;
}
