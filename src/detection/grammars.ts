import { join } from "node:path";
import treeSitter, { type Language, type Parser, type Tree } from "@vscode/tree-sitter-wasm";
import type { SourceLanguage } from "./definition.ts";

/** The WebAssembly files that `Grammars.load` reads from its folder. */
export const GRAMMAR_FILES: readonly string[] = [
  "tree-sitter.wasm",
  "tree-sitter-typescript.wasm",
  "tree-sitter-tsx.wasm",
  "tree-sitter-javascript.wasm",
  "tree-sitter-python.wasm",
];

/** Some texts, such as an endless row of opened comments, take time that grows with the square of their length. */
const LONGEST_PARSE_MS = 5_000;

/** The parser and its grammars. One per thread serves for everything: parsing is synchronous. */
export class Grammars {
  readonly #parser: Parser;
  readonly #languages: Readonly<Record<SourceLanguage, Language>>;

  private constructor(languages: Readonly<Record<SourceLanguage, Language>>) {
    this.#parser = new treeSitter.Parser();
    this.#languages = languages;
  }

  /**
   * Reads the parser and the grammars, about 4 MB.
   * @param folder absolute path of the folder that holds `GRAMMAR_FILES`
   * @throws when one of them is missing
   */
  static async load(folder: string): Promise<Grammars> {
    const started: unknown = await treeSitter.Parser.init({ locateFile: (file: string) => join(folder, file) });
    void started;
    const load = (grammar: string) => treeSitter.Language.load(join(folder, `tree-sitter-${grammar}.wasm`));
    const [typescript, tsx, javascript, python] = await Promise.all(
      ["typescript", "tsx", "javascript", "python"].map(load),
    );
    if (!typescript || !tsx || !javascript || !python) throw new Error(`grammars missing in ${folder}`);
    return new Grammars({
      typescript,
      typescriptreact: tsx,
      javascript,
      javascriptreact: javascript,
      python,
    });
  }

  /**
   * Parses a text. The caller frees the tree with `delete()`.
   * @param old a tree of the same text before an edit, which it was told of by `Tree.edit`
   * @returns undefined for a text that the parser cannot make anything of in `LONGEST_PARSE_MS`
   */
  parse(language: SourceLanguage, text: string, old?: Tree): Tree | undefined {
    const end = performance.now() + LONGEST_PARSE_MS;
    this.#parser.setLanguage(this.#languages[language]);
    const tree = this.#parser.parse(text, old ?? null, { progressCallback: () => performance.now() > end });
    // Else the next text would be taken for the rest of this one.
    if (tree === null) this.#parser.reset();
    return tree ?? undefined;
  }

  /** Frees the parser. */
  dispose(): void {
    this.#parser.delete();
  }
}
