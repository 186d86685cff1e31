import type { OptionValue } from "../system/variable.ts";

/** What joined literals may consist of besides the literals: white space, comments, signs that join. */
const between = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*|\\\r?\n|\.join\b|[\d.]+|[+()[\],]|\bas\b|\bconst\b/y;
const literal =
  /([A-Za-z]{0,2})(?:"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|`((?:[^`\\]|\\[\s\S])*)`)/y;

/** Whether nothing but literals and what joins them is written, and `value` consists of them as far as they say so. */
export function isJoined(written: string, value: OptionValue | undefined): boolean {
  const texts: string[] = [];
  for (let at = 0; at < written.length; ) {
    const token = tokenAt(written, at);
    if (token === undefined) return false;
    if (token.text !== undefined) texts.push(token.text);
    at += token.length;
  }
  // Of literals with escapes, or laid out over lines, only the whole expression tells the value.
  const telling = texts.filter((text) => !/[\\{}\r\n]/.test(text));
  return texts.length > 0 && telling.every((text) => String(value).includes(text));
}

/** Prefix and quote of the first literal of several. */
export function joinedQuote(written: string): { readonly prefix: string; readonly quote: string } {
  for (let at = 0; at < written.length; ) {
    const token = tokenAt(written, at);
    if (token === undefined) break;
    if (token.text !== undefined) return { prefix: token.prefix, quote: token.quote };
    at += token.length;
  }
  return { prefix: "", quote: '"' };
}

/** Comments between joined literals, as they are written. */
export function joinedComments(written: string): readonly string[] {
  const comments: string[] = [];
  for (let at = 0; at < written.length; ) {
    const token = tokenAt(written, at);
    if (token === undefined) break;
    const whole = written.slice(at, at + token.length);
    if (token.text === undefined && /^(?:\/\/|\/\*|#)/.test(whole)) comments.push(whole.trimEnd());
    at += token.length;
  }
  return comments;
}

interface Token {
  readonly length: number;
  /** Undefined for what is no literal. */
  readonly text: string | undefined;
  readonly prefix: string;
  readonly quote: string;
}

function tokenAt(written: string, at: number): Token | undefined {
  literal.lastIndex = at;
  const found = literal.exec(written);
  if (found !== null) {
    const [whole, prefix = "", ...bodies] = found;
    const text = bodies.find((body) => body !== undefined) ?? "";
    const quoted = (whole.length - prefix.length - text.length) / 2;
    return { length: whole.length, text, prefix, quote: whole.slice(prefix.length, prefix.length + quoted) };
  }
  between.lastIndex = at;
  const whole = between.exec(written)?.[0];
  return whole === undefined ? undefined : { length: whole.length, text: undefined, prefix: "", quote: "" };
}
