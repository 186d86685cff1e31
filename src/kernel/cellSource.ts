import { SourceMap } from "node:module";
import { type Program, parse } from "acorn";
import { type Message, type TransformFailure, transform } from "esbuild";
import { CellSyntaxError } from "./cellSyntaxError.ts";
import { offsetAt, positionAt, type TextPosition } from "./textPosition.ts";

/** A cell in JavaScript, parsed, and where its parts stand in the code. */
export interface CellSource {
  readonly order: number;
  /** The cell as the editor shows it. */
  readonly code: string;
  /** The same in JavaScript that this Node understands. */
  readonly script: string;
  readonly program: Program;
  /** Where an offset in the script stands in the code. */
  positionOf(offset: number): TextPosition;
}

export interface CellText {
  readonly order: number;
  readonly code: string;
  readonly language: "typescript" | "javascript";
}

/** @throws CellSyntaxError at the place of the first mistake */
export async function cellSource({ order, code: raw, language }: CellText): Promise<CellSource> {
  // A byte order mark is no part of the text that an editor shows.
  const code = raw.replace(/^\uFEFF/, "");
  const asObject = startsWithBrace(code) ? await read({ order, code, language }, true) : undefined;
  return asObject ?? (await read({ order, code, language }, false));
}

/** `{ a: 1 }` is a block by the grammar and an object to whoever writes it: read as an expression where that is possible. */
function startsWithBrace(code: string): boolean {
  const blank = /\s+|\/\/.*|\/\*[\s\S]*?\*\//y;
  let start = 0;
  while (blank.test(code)) start = blank.lastIndex;
  return code[start] === "{";
}

async function read(cell: CellText, asExpression: true): Promise<CellSource | undefined>;
async function read(cell: CellText, asExpression: false): Promise<CellSource>;
async function read({ order, code, language }: CellText, asExpression: boolean): Promise<CellSource | undefined> {
  // A line for the shell is a comment to the language only where a file begins.
  const script = code.replace(/^#!/, "//");
  const input = asExpression ? `(${script}\n)` : script;
  const shift = asExpression ? 1 : 0;
  const place = (offset: number): TextPosition =>
    positionAt(code, Math.min(Math.max(0, offset - shift), code.length), "editor");

  const program = plainScript(input, language) ? parsed(input) : undefined;
  if (program !== undefined) {
    if (asExpression && !isOneExpression(program)) return undefined;
    return { order, code, script: input, program, positionOf: place };
  }
  try {
    const { script, map } = await translated(input, language);
    const positions = new TranslatedPositions(script, map, input);
    const positionOf = (offset: number): TextPosition => place(positions.inputOffset(offset));
    const translation = parsedTranslation(script, (message, offset) => {
      throw new CellSyntaxError(message, { order, code }, positionOf(offset));
    });
    if (asExpression && !isOneExpression(translation)) return undefined;
    return { order, code, script, program: translation, positionOf };
  } catch (error) {
    if (asExpression) return undefined;
    const [first] = isTransformFailure(error) ? error.errors : [];
    throw first === undefined ? error : new CellSyntaxError(first.text, { order, code }, compilerPosition(first, code));
  }
}

/** What this Node runs without being translated. */
const grammar = { ecmaVersion: 2024, sourceType: "module" } as const;

/**
 * TypeScript without types is often JavaScript to the letter, and then positions are exact and nothing waits for the
 * compiler. What both read, in different ways, has `<` and `>` in it: `f<T>(x)`. So has JSX.
 */
function plainScript(input: string, language: CellText["language"]): boolean {
  return language === "javascript" || !input.includes("<") || !/(?<!=)>(?!=)/.test(input);
}

function parsed(input: string): Program | undefined {
  try {
    return parse(input, grammar);
  } catch {
    // TypeScript, newer than this Node, or a mistake that the compiler words better.
    return undefined;
  }
}

function isOneExpression({ body }: Program): boolean {
  return body.length === 1 && body[0]?.type === "ExpressionStatement";
}

async function translated(input: string, language: CellText["language"]): Promise<{ script: string; map: string }> {
  const options = {
    target: `node${process.versions.node}`,
    sourcemap: "external",
    sourcesContent: false,
    sourcefile: "cell",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    // Imports that this cell does not use are for later cells.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, target: "esnext" } },
  } as const;
  try {
    const { code, map } = await transform(input, { ...options, loader: language === "typescript" ? "ts" : "jsx" });
    return { script: code, map };
  } catch (error) {
    if (language !== "typescript" || !/<[\w>]/.test(input)) throw error;
    try {
      const { code, map } = await transform(input, { ...options, loader: "tsx" });
      return { script: code, map };
    } catch {
      // No JSX either: the mistake is the one that TypeScript has found.
      throw error;
    }
  }
}

/** Positions by the compiler's map, which has one entry for each part of an expression. */
class TranslatedPositions {
  readonly #script: string;
  readonly #input: string;
  readonly #mapText: string;
  #map: SourceMap | undefined;

  constructor(script: string, map: string, input: string) {
    this.#script = script;
    this.#mapText = map;
    this.#input = input;
  }

  inputOffset(scriptOffset: number): number {
    this.#map ??= new SourceMap(JSON.parse(this.#mapText));
    const { line, column } = positionAt(this.#script, scriptOffset, "lineFeed");
    const entry = this.#map.findEntry(line - 1, column - 1);
    if (!("originalLine" in entry)) return 0;
    const from = offsetAt(
      this.#script,
      { line: entry.generatedLine + 1, column: entry.generatedColumn + 1 },
      "lineFeed",
    );
    const start = offsetAt(
      this.#input,
      { line: entry.originalLine + 1, column: entry.originalColumn + 1 },
      "javascript",
    );
    // Within a part that was taken over to the letter the place is exact.
    const within = this.#script.slice(from, scriptOffset);
    return this.#input.startsWith(within, start) ? start + within.length : start;
  }
}

/** What the compiler lets pass and the language does not, such as `return` outside of a function. */
function parsedTranslation(script: string, refuse: (message: string, offset: number) => never): Program {
  try {
    // Exporting names of earlier cells is fine.
    return parse(script, { ...grammar, ecmaVersion: "latest", allowImportExportEverywhere: true });
  } catch (error) {
    if (!(error instanceof SyntaxError) || !("pos" in error)) throw error;
    return refuse(error.message.replace(/ \(\d+:\d+\)$/, ""), Number(error.pos));
  }
}

function isTransformFailure(error: unknown): error is TransformFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

/** The compiler counts columns in bytes of UTF-8. */
function compilerPosition({ location }: Message, code: string): TextPosition {
  if (location === null) return { line: 1, column: 1 };
  const before = Buffer.from(location.lineText, "utf8").subarray(0, location.column).toString("utf8");
  const offset = offsetAt(code, { line: location.line, column: before.length + 1 }, "javascript");
  return positionAt(code, offset, "editor");
}
