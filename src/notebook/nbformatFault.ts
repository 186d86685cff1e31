/** Where text stops being JSON. */
export interface JsonFault {
  /** Both from 1; columns count UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
  /** What is wrong there; "end" when the text ends before its value does. */
  readonly what: string;
}

/** What may stand next. */
type Expected = "value" | "value or ]" | "name" | "name or }" | ":" | "," | "nothing";
/** A token: a mark of JSON itself, a text, or another value that contains no others. */
type Token = { readonly kind: "{" | "}" | "[" | "]" | ":" | "," | "text" | "scalar"; readonly end: number };

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const word = /(?:true|false|null)(?!\w)/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** The same as far as they came when the text ended. */
const begunScalar = /(?:-|-?(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][+-]?)|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?)$/y;
const begunEscape = /\\(?:u[0-9a-fA-F]{0,3})?$/y;

/**
 * The first place where `text` is no JSON. (`JSON.parse` names a place for some mistakes only, and differently in every
 * engine.)
 * @param text that `JSON.parse` refuses
 */
export function jsonFault(text: string): JsonFault {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  for (let end = 0; ; ) {
    const start = spaceEnd(text, end);
    if (start === text.length) return fault(text, start, "end");
    const token = tokenAt(text, start);
    if (token === undefined) return fault(text, start, wanted(expected));
    if ("what" in token) return fault(text, token.at, token.what);
    const next = after(token.kind, expected, open);
    if (next === undefined) return fault(text, start, wanted(expected));
    expected = next;
    end = token.end;
  }
}

/** The token that begins here, what is wrong inside of it, or undefined where none begins. */
function tokenAt(text: string, start: number): Token | { readonly at: number; readonly what: string } | undefined {
  const first = text.charAt(start);
  switch (first) {
    case "{":
    case "}":
    case "[":
    case "]":
    case ":":
    case ",":
      return { kind: first, end: start + 1 };
    case '"':
      return textToken(text, start);
  }
  const end = matchEnd(number, text, start) ?? matchEnd(word, text, start);
  if (end !== undefined) return { kind: "scalar", end };
  return matchEnd(begunScalar, text, start) === undefined ? undefined : { at: text.length, what: "end" };
}

function textToken(text: string, start: number): ReturnType<typeof tokenAt> {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') return { kind: "text", end: at + 1 };
    if (character < " ") return { at: start, what: "the text that begins here is not closed on its line" };
    if (character !== "\\") continue;
    const end = matchEnd(escaped, text, at) ?? matchEnd(begunEscape, text, at);
    if (end === undefined) return { at, what: "this backslash escapes nothing known" };
    at = end - 1;
  }
  return { at: text.length, what: "end" };
}

/** What may follow a token, or undefined where the token itself may not stand. Keeps `open` up to date. */
function after(kind: Token["kind"], expected: Expected, open: ("{" | "[")[]): Expected | undefined {
  const mayBeValue = expected === "value" || expected === "value or ]";
  switch (kind) {
    case "{":
    case "[":
      if (!mayBeValue) return undefined;
      open.push(kind);
      return kind === "{" ? "name or }" : "value or ]";
    case "}":
    case "]": {
      const mayClose = expected === "," || expected === (kind === "}" ? "name or }" : "value or ]");
      if (!mayClose || open.at(-1) !== (kind === "}" ? "{" : "[")) return undefined;
      open.pop();
      return open.length === 0 ? "nothing" : ",";
    }
    case ",":
      if (expected !== ",") return undefined;
      return open.at(-1) === "{" ? "name" : "value";
    case ":":
      return expected === ":" ? "value" : undefined;
    case "text":
    case "scalar":
      if (mayBeValue) return open.length === 0 ? "nothing" : ",";
      return kind === "text" && expected.startsWith("name") ? ":" : undefined;
  }
}

function wanted(expected: Expected): string {
  switch (expected) {
    case "nothing":
      return "something follows the value";
    case "name":
    case "name or }":
      return "a name in double quotes must stand here";
    case ":":
      return "a colon must stand here";
    case ",":
      return "a comma or the closing bracket must stand here";
    case "value":
    case "value or ]":
      return "a value must stand here";
  }
}

/** @param pattern sticky */
function matchEnd(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function spaceEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && " \t\r\n".includes(text.charAt(end))) end++;
  return end;
}

function fault(text: string, at: number, what: string): JsonFault {
  const before = text.slice(0, at);
  return { line: before.split("\n").length, column: at - before.lastIndexOf("\n"), what };
}
