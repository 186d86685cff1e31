import { hexadecimal, isHidden, type LineEnd, type LiteralPiece, type LiteralSyntax } from "./literalText.ts";

export interface PythonWriting {
  /** As written before the quote: "", "r", "f", "u", "rf", ... */
  readonly prefix: string;
  /** `"`, `'`, `"""` or `'''`. */
  readonly quote: string;
  readonly lineEnd: LineEnd;
  /** True where the file's encoding has no place for other characters. */
  readonly asciiOnly: boolean;
}

/** Text between Python's quotes. Strings of bytes hold no text: they are neither read nor written. */
export function pythonSyntax(writing: PythonWriting): LiteralSyntax {
  const has = (letter: string): boolean => writing.prefix.toLowerCase().includes(letter);
  const style: Style = { ...writing, raw: has("r"), formatted: has("f") };
  if (has("b")) return { read: () => undefined, write: () => undefined };
  return { read: (written) => readBetween(written, style), write: (text) => written(text, style) };
}

interface Style extends PythonWriting {
  readonly raw: boolean;
  readonly formatted: boolean;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const escapeSequence =
  /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|(\r\n|[\r\n])|([^xuUN0-7\r\n]))/uy;

function readBetween(source: string, style: Style): LiteralPiece[] | undefined {
  const pieces: LiteralPiece[] = [];
  for (let at = 0; at < source.length; ) {
    const piece = source[at] === "\\" ? readBackslash(source, at, style) : readPlain(source, at, style);
    if (piece === undefined) return undefined;
    pieces.push(piece);
    at += piece.written.length;
  }
  return pieces;
}

function readBackslash(source: string, at: number, style: Style): LiteralPiece | undefined {
  if (style.raw) {
    // It keeps the next character from ending the literal, and both stay.
    const [, next = ""] = Array.from(source.slice(at, at + 3));
    if (next === "" || (next === "\n" && style.quote.length === 1)) return undefined;
    if (style.formatted && (next === "{" || next === "}")) return { written: "\\", text: "\\" };
    return { written: `\\${next}`, text: `\\${next === "\r" ? "\n" : next}` };
  }
  escapeSequence.lastIndex = at;
  const found = escapeSequence.exec(source);
  if (found === null) return undefined;
  const [whole, byte, unit, point, octal, continued, plain] = found;
  if (continued !== undefined) return { written: whole, text: "" };
  // Before a brace of a formatted string the backslash stands for itself, and the brace for what braces stand for.
  if (style.formatted && (plain === "{" || plain === "}")) return { written: "\\", text: "\\" };
  // An escape that Python does not know keeps its backslash.
  if (plain !== undefined) return { written: whole, text: simpleEscapes[plain] ?? whole };
  const code = octal === undefined ? Number.parseInt(byte ?? unit ?? point ?? "", 16) : Number.parseInt(octal, 8);
  return code > 0x10ffff ? undefined : { written: whole, text: String.fromCodePoint(code) };
}

function readPlain(source: string, at: number, { quote, formatted }: Style): LiteralPiece | undefined {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (source.startsWith(quote, at)) return undefined;
  if (formatted && (character === "{" || character === "}")) {
    return source[at + 1] === character ? { written: character + character, text: character } : undefined;
  }
  if (character !== "\n" && character !== "\r") return { written: character, text: character };
  if (quote.length === 1) return undefined;
  return { written: source.startsWith("\r\n", at) ? "\r\n" : character, text: "\n" };
}

function written(text: string, style: Style): string | undefined {
  return style.raw ? writtenRaw(text, style) : writtenEscaped(text, style);
}

/** As it is, or not at all: a raw string knows no escapes. */
function writtenRaw(text: string, { quote, lineEnd, formatted, asciiOnly }: Style): string | undefined {
  if (asciiOnly && /[^\n\t -~]/.test(text)) return undefined;
  if ([...text].some((character) => !"\n\t".includes(character) && isHidden(character.codePointAt(0) ?? 0))) {
    return undefined;
  }
  if (quote.length === 1 && text.includes("\n")) return undefined;
  const braced = formatted ? text.replace(/[{}]/g, "$&$&") : text;
  const ends = (braced.match(/\\+$/)?.[0].length ?? 0) % 2 === 1;
  if (ends || braced.includes(quote) || braced.endsWith(quote.charAt(0))) return undefined;
  return braced.replaceAll("\n", lineEnd);
}

const namedEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

function writtenEscaped(text: string, { quote, lineEnd, formatted, asciiOnly }: Style): string {
  const long = quote.length === 3;
  const mark = quote.charAt(0);
  let result = "";
  let left = text.length;
  for (const run of text.match(/(["'])\1*|[^"']/gsu) ?? []) {
    const code = run.codePointAt(0) ?? 0;
    left -= run.length;
    if (run.startsWith(mark)) {
      // Three would close the literal, and at the end any would join what closes it.
      result += !long || run.length >= 3 || left === 0 ? run.replaceAll(mark, `\\${mark}`) : run;
    } else if (/^["']/.test(run)) result += run;
    else if (long && run === "\n") result += lineEnd;
    else if (long && run === "\t") result += run;
    else if (formatted && (run === "{" || run === "}")) result += run + run;
    else if (namedEscapes[run] !== undefined) result += namedEscapes[run];
    else if (!isHidden(code) && !(asciiOnly && code > 0x7e)) result += run;
    else if (code > 0xffff) result += `\\U${hexadecimal(code, 8)}`;
    else result += code <= 0xff ? `\\x${hexadecimal(code, 2)}` : `\\u${hexadecimal(code, 4)}`;
  }
  return result;
}
