import { SourceMap, type SourceMapping } from "node:module";
import type MagicString from "magic-string";
import type { CellSource } from "./cellSource.ts";
import { offsetAt, positionAt, type TextPosition } from "./textPosition.ts";

/** Characters put in one place before something of the cell, at most; beyond that a place has no better than the one before. */
const LONGEST_INSERTION = 200;

/** Where places of a running cell stand in its code. Maps are made when the first error asks for them. */
export class CompiledPositions {
  readonly #text: string;
  readonly #rewritten: MagicString;
  readonly #source: CellSource;
  #map: SourceMap | undefined;

  constructor(text: string, rewritten: MagicString, source: CellSource) {
    this.#text = text;
    this.#rewritten = rewritten;
    this.#source = source;
  }

  /** The place in the cell of a place in the function that V8 runs. */
  positionOf(place: TextPosition): TextPosition {
    this.#map ??= new SourceMap(JSON.parse(this.#rewritten.generateMap({ hires: true, source: "cell" }).toString()));
    const { line, column } = positionAt(this.#text, offsetAt(this.#text, place, "javascript"), "lineFeed");
    const entry = this.#entryAt(this.#map, line - 1, column - 1);
    if (entry === undefined) return { line: 1, column: 1 };
    const original = { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
    return this.#source.positionOf(offsetAt(this.#source.script, original, "lineFeed"));
  }

  /** Every character of the cell has an entry; what was put before an expression stands for that expression. */
  #entryAt(map: SourceMap, line: number, column: number): SourceMapping | undefined {
    for (let ahead = 0; ahead <= LONGEST_INSERTION; ahead++) {
      const entry = map.findEntry(line, column + ahead);
      if ("originalLine" in entry && entry.generatedLine === line && entry.generatedColumn === column + ahead)
        return entry;
    }
    const before = map.findEntry(line, column);
    return "originalLine" in before ? before : undefined;
  }
}
