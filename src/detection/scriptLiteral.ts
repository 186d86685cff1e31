import type { Node } from "@vscode/tree-sitter-wasm";
import type { Expression, WrittenForm } from "./fileFacts.ts";
import { type JavaScriptQuote, javascriptSyntax } from "./javascriptLiteral.ts";
import { textOf } from "./literalText.ts";
import { named, type Piece } from "./piece.ts";

export type Literal = Extract<Expression, { kind: "literal" }>;

/** A literal of TypeScript or JavaScript; undefined for anything else, and for one that is not finished. */
export function scriptLiteral(node: Node, piece: Piece): Literal | undefined {
  const literal = (form: WrittenForm, value: Literal["value"]): Literal => ({
    kind: "literal",
    span: piece.span(node),
    form,
    value,
  });
  if (!piece.holds(node)) return undefined;
  switch (node.type) {
    case "string": {
      const text = piece.textOf(node);
      const quote = text.charAt(0);
      if (quote !== '"' && quote !== "'") return undefined;
      const value = textBetween(text, quote);
      return value === undefined ? undefined : literal({ kind: "string", quote }, value);
    }
    case "template_string":
      return template(node, piece);
    case "number":
    case "unary_expression": {
      const value = numberOf(piece.textOf(node));
      return value === undefined ? undefined : literal({ kind: "number" }, value);
    }
    case "true":
    case "false":
      return literal({ kind: "boolean" }, node.type === "true");
    default:
      return undefined;
  }
}

function textBetween(text: string, quote: JavaScriptQuote): string | undefined {
  return text.length >= 2 && text.endsWith(quote) ? cooked(text.slice(1, -1), quote) : undefined;
}

/** What stands for itself is by far the most; only the rest is read character by character. */
const plain: Readonly<Record<JavaScriptQuote, RegExp>> = {
  '"': /^[^\\"\r\n]*$/,
  "'": /^[^\\'\r\n]*$/,
  "`": /^[^\\`\r$]*$/,
};

function cooked(written: string, quote: JavaScriptQuote): string | undefined {
  if (plain[quote].test(written)) return written;
  const pieces = javascriptSyntax({ quote, lineEnd: "\n", asciiOnly: false }).read(written);
  return pieces === undefined ? undefined : textOf(pieces);
}

function template(node: Node, piece: Piece): Literal | undefined {
  const text = piece.textOf(node);
  if (text.length < 2 || !text.endsWith("`") || node.hasError) return undefined;
  const substitutions = named(node).filter((child) => child.type === "template_substitution");
  const parts: string[] = [];
  let from = node.startIndex + 1;
  for (const end of [...substitutions.map((child) => child.startIndex), node.endIndex - 1]) {
    const part = cooked(piece.text.slice(from, end), "`");
    if (part === undefined) return undefined;
    parts.push(part);
    from = substitutions[parts.length - 1]?.endIndex ?? end;
  }
  return {
    kind: "literal",
    span: piece.span(node),
    form: { kind: "template", parts, substitutions: substitutions.map((child) => piece.span(child)) },
    value: substitutions.length === 0 ? parts[0] : undefined,
  };
}

/** @param text a number as written, with a sign at most; big integers are no values of options */
function numberOf(text: string): number | undefined {
  const digits = text.replaceAll(/(?<=\w)_(?=\w)/g, "");
  const [, sign = "", rest = ""] = /^([-+]?)\s*([\d.].*)$/s.exec(digits) ?? [];
  if (rest === "" || /n$|^0\d/.test(rest)) return undefined;
  const value = Number(rest);
  return Number.isNaN(value) ? undefined : sign === "-" ? -value : value;
}
