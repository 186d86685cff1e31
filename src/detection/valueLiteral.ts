import type { OptionValue } from "../system/variable.ts";
import type { LiteralForm, SourceLanguage, ValueSource } from "./definition.ts";
import { cleanDocstring, docstringFor, docstringLayout, isDocstring } from "./docstring.ts";
import { type JavaScriptQuote, javascriptSyntax } from "./javascriptLiteral.ts";
import { isJoined, joinedComments, joinedQuote } from "./joinedLiteral.ts";
import { type LiteralSyntax, lineEndOf, rewritten, textOf } from "./literalText.ts";
import { pythonSyntax } from "./pythonLiteral.ts";

export type LiteralSource = Extract<ValueSource, { kind: "literal" }>;

/** A text whose values are to be changed. */
export interface EditedText {
  readonly text: string;
  readonly language: SourceLanguage;
  /** True where the file's encoding has no place for other characters: these are written as escapes. */
  readonly asciiOnly: boolean;
}

/** What cannot be written where a literal stands. */
export type LiteralRefusal =
  /** Python: strings of bytes hold no text. */
  | { readonly kind: "bytes" }
  /** Python: no docstring comes out as this text, which is indented as a whole, has tabs, or has empty lines at its ends. */
  | { readonly kind: "docstring" }
  /** Comments stand between literals that are joined, and would be lost with these. */
  | { readonly kind: "comments" };

export type WrittenLiteral = { readonly kind: "written"; readonly text: string } | LiteralRefusal;

/** Longest line that a one-line string may make before its lines are written below one another. */
const LINE_WIDTH = 120;

/**
 * The new value in the form that the literal is written in: number, quotes, prefix. A one-line string becomes a template
 * (in Python a string in triple quotes) where the value has three lines or more, or has two that do not fit the line:
 * changes of a prompt are reviewed line by line, which one long line with `\n` in it does not allow. Any shorter text stays
 * in the author's quotes.
 */
export function literalFor(source: EditedText, place: LiteralSource, value: OptionValue): WrittenLiteral {
  const { form, span } = place;
  const before = source.text.slice(span.from, span.to);
  if (typeof value === "number" && form.kind === "number") return plain(numberLike(before, value, source.language));
  if (form.kind === "joined") return joined(source, span.from, before, value);
  if (typeof value !== "string") return plain(newLiteral(source, value));
  switch (form.kind) {
    case "string":
      return plain(javascriptString(source, span.from, before.slice(1, -1), form.quote, value));
    case "template":
      return plain(quoted("`", rewritten(before.slice(1, -1), value, javascript(source, "`")) ?? ""));
    case "python string":
      return pythonString(source, place, form, value);
    default:
      return plain(newLiteral(source, value));
  }
}

/** A value that is written where no literal stood, in the quotes that the text uses most. */
export function newLiteral(source: EditedText, value: OptionValue, at = 0): string {
  if (typeof value === "number") return numberText(value);
  const python = source.language === "python";
  if (typeof value === "boolean") return python ? (value ? "True" : "False") : String(value);
  const quote = usualQuote(source.text);
  return python
    ? pythonText(source, at, "", { prefix: "", quote }, value)
    : javascriptString(source, at, "", quote, value);
}

/** True while the text at the place is the literal that was detected there. */
export function stands(source: EditedText, place: LiteralSource): boolean {
  const { form, span, value } = place;
  const written = source.text.slice(span.from, span.to);
  switch (form.kind) {
    case "string":
      return enclosed(written, form.quote) && evaluated(written.slice(1, -1), javascript(source, form.quote)) === value;
    case "template":
      if (!enclosed(written, "`")) return false;
      if (form.substitutions.length === 0) return evaluated(written.slice(1, -1), javascript(source, "`")) === value;
      return templateParts(source, place) !== undefined;
    case "python string": {
      const text = pythonValue(source, place, form);
      return text !== undefined && (text === value || cleanDocstring(text) === value);
    }
    case "joined":
      return isJoined(written, value);
    case "number":
      return numberIn(written) === value;
    case "boolean":
      return /^(?:true|false|True|False)$/.test(written) && (written.toLowerCase() === "true") === value;
  }
}

/** A template's texts between its substitutions; undefined where no such template stands at the place. */
export function templateParts(source: EditedText, { span, form }: LiteralSource): string[] | undefined {
  if (form.kind !== "template") return undefined;
  const { text } = source;
  const { substitutions } = form;
  const within = substitutions.every(({ from, to }) => text.startsWith("${", from) && text[to - 1] === "}");
  if (!within || !enclosed(text.slice(span.from, span.to), "`")) return undefined;
  const parts = [...substitutions.map(({ from }) => from), span.to - 1].map((end, index) =>
    text.slice(substitutions[index - 1]?.to ?? span.from + 1, end),
  );
  const texts = parts.flatMap((part) => evaluated(part, javascript(source, "`")) ?? []);
  const detected = form.parts.map((part) => part.replaceAll("\r\n", "\n"));
  const same = texts.every((part, index) => part === detected[index] || parts[index] === form.parts[index]);
  return texts.length === parts.length && same ? texts : undefined;
}

/** The template with other texts between the same substitutions. */
export function templateOf(source: EditedText, { span, form }: LiteralSource, parts: readonly string[]): string {
  if (form.kind !== "template") throw new Error(`no template: ${form.kind}`);
  const { text } = source;
  const ends = [...form.substitutions.map(({ from }) => from), span.to - 1];
  const pieces = parts.map((part, index) => {
    const start = form.substitutions[index - 1]?.to ?? span.from + 1;
    const end = ends[index] ?? start;
    const substitution = form.substitutions[index];
    const written = rewritten(text.slice(start, end), part, javascript(source, "`")) ?? "";
    return written + (substitution === undefined ? "" : text.slice(substitution.from, substitution.to));
  });
  return quoted("`", pieces.join(""));
}

function plain(text: string): WrittenLiteral {
  return { kind: "written", text };
}

function quoted(quote: string, written: string): string {
  return quote + written + quote;
}

function enclosed(written: string, quote: string): boolean {
  return written.length >= 2 * quote.length && written.startsWith(quote) && written.endsWith(quote);
}

function evaluated(written: string, syntax: LiteralSyntax): string | undefined {
  const pieces = syntax.read(written);
  return pieces === undefined ? undefined : textOf(pieces);
}

function javascript({ text, asciiOnly }: EditedText, quote: JavaScriptQuote): LiteralSyntax {
  return javascriptSyntax({ quote, asciiOnly, lineEnd: lineEndOf(text) });
}

function python({ text, asciiOnly }: EditedText, style: { prefix: string; quote: string }): LiteralSyntax {
  return pythonSyntax({ ...style, asciiOnly, lineEnd: lineEndOf(text) });
}

/** @param at offset that the literal begins at; `before` is what stood between its quotes. */
function javascriptString(source: EditedText, at: number, before: string, quote: '"' | "'", value: string): string {
  const line = quoted(quote, rewritten(before, value, javascript(source, quote)) ?? "");
  return needsLines(source.text, at, line, value)
    ? quoted("`", rewritten("", value, javascript(source, "`")) ?? "")
    : line;
}

function needsLines(text: string, at: number, line: string, value: string): boolean {
  const breaks = value.trimEnd().split("\n").length - 1;
  const column = at - (text.lastIndexOf("\n", at - 1) + 1);
  return breaks > 1 || (breaks === 1 && column + line.length > LINE_WIDTH);
}

function pythonText(
  source: EditedText,
  at: number,
  before: string,
  style: { prefix: string; quote: string },
  value: string,
): string {
  const { prefix, quote } = style;
  const line = rewritten(before, value, python(source, style));
  // What a raw string cannot say is said by one with escapes.
  if (line === undefined) return pythonText(source, at, "", { prefix: prefix.replace(/r/i, ""), quote }, value);
  const literal = prefix + quoted(quote, line);
  if (quote.length === 3 || !needsLines(source.text, at, literal, value)) return literal;
  return pythonText(source, at, "", { prefix, quote: quote.repeat(3) }, value);
}

type PythonForm = Extract<LiteralForm, { kind: "python string" }>;

function pythonValue(source: EditedText, { span }: LiteralSource, form: PythonForm): string | undefined {
  const written = source.text.slice(span.from, span.to);
  if (!written.startsWith(form.prefix)) return undefined;
  const body = written.slice(form.prefix.length);
  return enclosed(body, form.quote)
    ? evaluated(body.slice(form.quote.length, -form.quote.length), python(source, form))
    : undefined;
}

function pythonString(source: EditedText, place: LiteralSource, form: PythonForm, value: string): WrittenLiteral {
  if (/b/i.test(form.prefix)) return { kind: "bytes" };
  const { span } = place;
  const body = source.text.slice(span.from + form.prefix.length + form.quote.length, span.to - form.quote.length);
  const text = evaluated(body, python(source, form));
  const cleaned = text !== undefined && text !== place.value && cleanDocstring(text) === place.value;
  if (form.docstring !== true && !cleaned && !isDocstring(source.text, span.from)) {
    return plain(pythonText(source, span.from, body, form, value));
  }
  const indentation = source.text.slice(0, span.from).match(/[ \t]*$/)?.[0] ?? "";
  const layout = docstringLayout(body.replaceAll("\r\n", "\n"), indentation);
  const docstring = docstringFor(value, layout);
  if (docstring === undefined) return { kind: "docstring" };
  const lines = value.includes("\n") && form.quote.length === 1 ? form.quote.repeat(3) : form.quote;
  return plain(pythonText(source, span.from, body, { prefix: form.prefix, quote: lines }, docstring));
}

/**
 * One literal takes the place of several that were joined, in the quotes of the first. Comments between them stay behind
 * it, in its line: a line end there could end the statement. Python has no comments that fit in a line.
 */
function joined(source: EditedText, at: number, before: string, value: OptionValue): WrittenLiteral {
  const { prefix, quote } = joinedQuote(before);
  const isPython = source.language === "python";
  if (isPython && /b/i.test(prefix)) return { kind: "bytes" };
  const kept = joinedComments(before).map((comment) => (isPython ? undefined : inLine(comment)));
  if (kept.includes(undefined)) return { kind: "comments" };
  return plain([joinedText(source, at, { prefix, quote }, value), ...kept].join(" "));
}

function joinedText(
  source: EditedText,
  at: number,
  style: { readonly prefix: string; readonly quote: string },
  value: OptionValue,
): string {
  if (typeof value !== "string") return newLiteral(source, value);
  if (source.language === "python") return pythonText(source, at, "", style, value);
  const { quote } = style;
  return quote === "'" || quote === '"'
    ? javascriptString(source, at, "", quote, value)
    : quoted("`", rewritten("", value, javascript(source, "`")) ?? "");
}

/** A comment as one that ends in the line that it begins in; undefined where it cannot be. */
function inLine(comment: string): string | undefined {
  const text = comment.startsWith("//") ? comment.slice(2) : comment.slice(2, -2);
  // A type checker and a linter read some comments for what stands in the next line.
  if (text.includes("*/") || /^\s*(?:@ts-|eslint-|biome-)/.test(text)) return undefined;
  const line = text.replace(/\s*[\r\n\u2028\u2029]+\s*\*?\s*/g, " ").trim();
  return line === "" ? "/* */" : `/* ${line} */`;
}

function numberIn(written: string): number {
  const [, sign = "", digits = ""] = /^([-+]?)\s*(.*)$/s.exec(written.replaceAll("_", "")) ?? [];
  return sign === "-" ? -Number(digits) : Number(digits);
}

function numberLike(before: string, value: number, language: SourceLanguage): string {
  const text = numberText(value);
  const whole = /^-?\d+$/.test(text);
  // In Python 1 and 1.0 are of different types.
  if (language === "python" && whole && /[.eE]/.test(before) && !/^0[xX]/.test(before)) return `${text}.0`;
  return before.includes("_") && whole ? text.replace(/\B(?=(?:\d{3})+$)/g, "_") : text;
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function usualQuote(text: string): '"' | "'" {
  const single = text.match(/[[(,:=]\s*'/g)?.length ?? 0;
  const double = text.match(/[[(,:=]\s*"/g)?.length ?? 0;
  return single > double ? "'" : '"';
}
