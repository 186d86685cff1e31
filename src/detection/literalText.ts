/** A piece of a literal as it is written, and the text that it stands for. */
export interface LiteralPiece {
  readonly written: string;
  readonly text: string;
}

export function textOf(pieces: readonly LiteralPiece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** How a language writes text between quotes of one kind, and reads it again. */
export interface LiteralSyntax {
  /** Undefined where it is no such text: an unknown escape, an end of the literal, code that is put in. */
  read(written: string): LiteralPiece[] | undefined;
  /** Undefined where the text cannot be written between these quotes. */
  write(text: string): string | undefined;
}

/**
 * Writes `text` in the place of `before`, spelling its unchanged beginning and end as they were spelt: an author who wrote
 * `\u00e9` for é finds it unchanged.
 */
export function rewritten(before: string, text: string, syntax: LiteralSyntax): string | undefined {
  const pieces = syntax.read(before);
  if (pieces !== undefined) {
    const kept = keptAround(pieces, text);
    const middle = syntax.write(kept.changed);
    const result = middle === undefined ? undefined : kept.before + middle + kept.after;
    // Where the seams make something new of what meets there, such as "$" and "{", everything is written anew.
    if (result !== undefined && reads(result, text, syntax)) return result;
  }
  const whole = syntax.write(text);
  return whole !== undefined && reads(whole, text, syntax) ? whole : undefined;
}

function reads(written: string, text: string, syntax: LiteralSyntax): boolean {
  const pieces = syntax.read(written);
  return pieces !== undefined && textOf(pieces) === text;
}

interface Kept {
  readonly before: string;
  readonly changed: string;
  readonly after: string;
}

function keptAround(pieces: readonly LiteralPiece[], text: string): Kept {
  let first = 0;
  let from = 0;
  for (let piece = pieces[first]; piece !== undefined; piece = pieces[++first]) {
    if (!text.startsWith(piece.text, from)) break;
    from += piece.text.length;
  }
  let last = pieces.length;
  let to = text.length;
  for (let piece = pieces[last - 1]; last > first && piece !== undefined; piece = pieces[--last - 1]) {
    const start = to - piece.text.length;
    if (start < from || !text.startsWith(piece.text, start)) break;
    to = start;
  }
  const written = (some: readonly LiteralPiece[]): string => some.map((piece) => piece.written).join("");
  return { before: written(pieces.slice(0, first)), changed: text.slice(from, to), after: written(pieces.slice(last)) };
}

/**
 * True for characters that a reader of source cannot see or that turn its direction round; they are written as escapes.
 * Joiners and variation selectors are left alone, for emoji and some scripts are made with them.
 */
export function isHidden(codePoint: number): boolean {
  return (
    codePoint < 0x20 ||
    (codePoint >= 0x7f && codePoint <= 0xa0) ||
    codePoint === 0xad ||
    codePoint === 0x61c ||
    codePoint === 0x180e ||
    codePoint === 0x200b ||
    codePoint === 0x200e ||
    codePoint === 0x200f ||
    (codePoint >= 0x2028 && codePoint <= 0x202f) ||
    (codePoint >= 0x2060 && codePoint <= 0x206f) ||
    (codePoint >= 0xd800 && codePoint <= 0xdfff) ||
    codePoint === 0xfeff ||
    (codePoint >= 0xfff0 && codePoint <= 0xfffb)
  );
}

export function hexadecimal(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** `\n` or `\r\n`, as a text ends its lines. */
export type LineEnd = "\n" | "\r\n";

export function lineEndOf(text: string): LineEnd {
  const feed = text.indexOf("\n");
  return feed > 0 && text[feed - 1] === "\r" ? "\r\n" : "\n";
}
