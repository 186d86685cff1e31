import type { Tree } from "@vscode/tree-sitter-wasm";
import type { SourceLanguage, SourceLocation } from "./definition.ts";
import { type FileFacts, noFacts } from "./fileFacts.ts";
import type { Grammars } from "./grammars.ts";
import { byCode, type ReadStatement, readStatements, statementsFacts } from "./readStatements.ts";
import { type LinedText, textDifference } from "./textDifference.ts";
import { lineStarts } from "./textLines.ts";
import { Units } from "./units.ts";
import { withoutMagics } from "./withoutMagics.ts";

/** A text to read. */
export interface SourceText {
  readonly location: SourceLocation;
  readonly language: SourceLanguage;
  /** As the editor holds it: without a byte order mark. */
  readonly text: string;
}

/** Reads a text once. */
export function readSource(grammars: Grammars, source: SourceText): FileFacts {
  const edited = new EditedSource(grammars, source.location, source.language);
  try {
    // A copy, for parts of a text keep all of it in memory.
    return structuredClone(edited.read(source.text));
  } finally {
    edited.dispose();
  }
}

interface Version extends LinedText {
  readonly tree: Tree;
  readonly statements: readonly ReadStatement[];
}

/**
 * A text that is read again and again while it is edited: only statements that changed are parsed and read anew. Owns
 * memory of the parser.
 */
export class EditedSource {
  readonly #grammars: Grammars;
  readonly #location: SourceLocation;
  readonly #language: SourceLanguage;
  #version: Version | undefined;

  constructor(grammars: Grammars, location: SourceLocation, language: SourceLanguage) {
    this.#grammars = grammars;
    this.#location = location;
    this.#language = language;
  }

  /** What the text as it is now tells: nothing where it cannot be parsed in time. */
  read(written: string): FileFacts {
    const isCell = this.#location.cell !== undefined;
    const text = isCell && this.#language === "python" ? this.#withoutMagics(written) : written;
    const before = this.#version;
    const after: LinedText = { text, lineStarts: lineStarts(text) };
    const edit = before === undefined ? undefined : textDifference(before, after);
    if (edit !== undefined) before?.tree.edit(edit);
    const tree = this.#grammars.parse(this.#language, text, before?.tree);
    if (tree === undefined) {
      this.dispose();
      return noFacts(this.#location, this.#language);
    }
    const known = byCode(before?.statements ?? []);
    const units = new Units(tree.rootNode, text, this.#language, this.#grammars, known);
    const read = readStatements(units.all, known, isCell, this.#language);
    units.dispose();
    before?.tree.delete();
    this.#version = { ...after, tree, statements: read.statements };
    return statementsFacts(this.#location, this.#language, after.lineStarts, read);
  }

  /** Only where they make it no Python: a string may have lines that look the same. */
  #withoutMagics(text: string): string {
    const without = withoutMagics(text);
    if (without === text) return text;
    const probe = this.#grammars.parse("python", text);
    const isPython = probe?.rootNode.hasError === false;
    probe?.delete();
    return isPython ? text : without;
  }

  /** Frees the tree. Reading again begins anew. */
  dispose(): void {
    this.#version?.tree.delete();
    this.#version = undefined;
  }
}
