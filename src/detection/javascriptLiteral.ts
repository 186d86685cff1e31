import { hexadecimal, isHidden, type LineEnd, type LiteralPiece, type LiteralSyntax } from "./literalText.ts";

export type JavaScriptQuote = '"' | "'" | "`";

export interface JavaScriptWriting {
  readonly quote: JavaScriptQuote;
  readonly lineEnd: LineEnd;
  /** True where the file's encoding has no place for other characters. */
  readonly asciiOnly: boolean;
}

/** Text between JavaScript's quotes; for a template, one stretch of it without substitutions. */
export function javascriptSyntax(writing: JavaScriptWriting): LiteralSyntax {
  return {
    read: (written) => readBetween(written, writing.quote),
    write: (text) => written(text, writing),
  };
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
};

const escapeSequence =
  /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]+)\}|(\r\n|[\r\n\u2028\u2029])|(0)(?!\d)|([^\dxu\r\n\u2028\u2029]))/uy;

function readBetween(written: string, quote: JavaScriptQuote): LiteralPiece[] | undefined {
  const pieces: LiteralPiece[] = [];
  for (let at = 0; at < written.length; ) {
    const piece = written[at] === "\\" ? readEscape(written, at) : readPlain(written, at, quote);
    if (piece === undefined) return undefined;
    pieces.push(piece);
    at += piece.written.length;
  }
  return pieces;
}

function readEscape(source: string, at: number): LiteralPiece | undefined {
  escapeSequence.lastIndex = at;
  const found = escapeSequence.exec(source);
  if (found === null) return undefined;
  const [whole, byte, unit, point, continued, zero, plain] = found;
  if (continued !== undefined) return { written: whole, text: "" };
  if (zero !== undefined) return { written: whole, text: "\0" };
  if (plain !== undefined) return { written: whole, text: simpleEscapes[plain] ?? plain };
  const code = Number.parseInt(byte ?? unit ?? point ?? "", 16);
  return code > 0x10ffff ? undefined : { written: whole, text: String.fromCodePoint(code) };
}

function readPlain(source: string, at: number, quote: JavaScriptQuote): LiteralPiece | undefined {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (character === quote) return undefined;
  if (quote === "`") {
    if (character === "$" && source[at + 1] === "{") return undefined;
    // A line of a template ends in a line feed, however the file ends its lines.
    if (source.startsWith("\r\n", at)) return { written: "\r\n", text: "\n" };
    return { written: character, text: character === "\r" ? "\n" : character };
  }
  return character === "\n" || character === "\r" ? undefined : { written: character, text: character };
}

const namedEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

function written(text: string, { quote, lineEnd, asciiOnly }: JavaScriptWriting): string {
  let result = "";
  for (const [at, character] of indexed(text)) {
    if (quote === "`" && character === "\n") result += lineEnd;
    else if (quote === "`" && character === "\t") result += character;
    else if (character === quote) result += `\\${character}`;
    else if (quote === "`" && character === "$" && text[at + 1] === "{") result += "\\$";
    else result += namedEscapes[character] ?? escaped(character, asciiOnly);
  }
  return result;
}

function* indexed(text: string): Generator<[number, string]> {
  let at = 0;
  for (const character of text) {
    yield [at, character];
    at += character.length;
  }
}

function escaped(character: string, asciiOnly: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (!isHidden(code) && !(asciiOnly && code > 0x7e)) return character;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code <= 0xff ? `\\x${hexadecimal(code, 2)}` : `\\u${hexadecimal(code, 4)}`;
}
