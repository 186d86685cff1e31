import type { LiteralForm, SourceLanguage, TextSpan, ValueSource } from "../../src/detection/definition.ts";
import type { EditedText } from "../../src/detection/valueLiteral.ts";
import type { OptionValue } from "../../src/system/variable.ts";

/** A source whose one value is marked: `prompt: «"Answer."»`, or for a value to be inserted, its point: `options({})«»`. */
export interface MarkedSource {
  readonly source: EditedText;
  readonly from: number;
  readonly to: number;
}

export function marked(text: string, language: SourceLanguage = "typescript", asciiOnly = false): MarkedSource {
  const from = text.indexOf("«");
  const to = text.indexOf("»") - 1;
  return { source: { text: text.replace("«", "").replace("»", ""), language, asciiOnly }, from, to };
}

export function spanOf(text: string, from: number, to: number): TextSpan {
  const point = (at: number) => {
    const lines = text.slice(0, at).split(/\r\n|\r|\n/);
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  };
  return { from, to, start: point(from), end: point(to) };
}

/** The marked literal as detection would tell it. */
export function literalAt({ source, from, to }: MarkedSource, value: OptionValue | undefined): ValueSource {
  const form = formOf(source, from, to);
  return { kind: "literal", at: { uri: "file:///a" }, span: spanOf(source.text, from, to), form, value };
}

function formOf({ text, language }: EditedText, from: number, to: number): LiteralForm {
  const written = text.slice(from, to);
  if (/^(?:true|false|True|False)$/.test(written)) return { kind: "boolean" };
  if (/^[-+]?[\d.][\w.+-]*$/.test(written)) return { kind: "number" };
  if (language === "python") {
    const [, prefix = "", quote] = written.match(/^([A-Za-z]*)("""|'''|"|')/) ?? [];
    if (quote === undefined) return { kind: "joined" };
    return { kind: "python string", prefix, quote };
  }
  if (/^(["'])(?:(?!\1)[^\\]|\\[\s\S])*\1$/.test(written)) {
    return { kind: "string", quote: written.startsWith("'") ? "'" : '"' };
  }
  if (!/^`(?:[^`\\]|\\[\s\S])*`$/.test(written)) return { kind: "joined" };
  const substitutions = [...written.matchAll(/\\[\s\S]|\$\{[^}]*\}/g)]
    .filter(([token]) => token.startsWith("$"))
    .map(({ index, 0: { length } }) => spanOf(text, from + index, from + index + length));
  const ends = [...substitutions.map((span) => span.from), to - 1];
  const parts = ends.map((end, index) => text.slice(substitutions[index - 1]?.to ?? from + 1, end));
  return { kind: "template", parts, substitutions };
}

export function impliedAt(
  { source, from, to }: MarkedSource,
  value: OptionValue,
  kind: "argument" | "property" = "argument",
): ValueSource {
  const { text } = source;
  const before = text.slice(0, from).trimEnd();
  const insertion =
    kind === "argument"
      ? { kind, span: spanOf(text, from, to), comma: before.endsWith(",") }
      : { kind, span: spanOf(text, from, to), empty: before.endsWith("{"), trailingComma: before.endsWith(",") };
  return { kind: "implied", at: { uri: "file:///a" }, value, insertion };
}
