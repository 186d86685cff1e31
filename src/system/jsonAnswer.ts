/** What a JSON object in an answer says of some names; empty where there is no such object. */
export type JsonFields = ReadonlyMap<string, unknown>;

const nothing: JsonFields = new Map();

/** The fields of an answer that is a JSON object and nothing else, bare or in a fence. */
export function wholeObject(text: string, wanted: (key: string) => string | undefined): JsonFields {
  const bare = /^\s*```(?:\w*)\s*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text;
  return fieldsOf(bare.trim(), wanted);
}

/**
 * The fields of the object, among those anywhere in an answer, that says most of what is wanted; the last of equal ones,
 * because models think before they answer.
 */
export function embeddedObject(text: string, wanted: (key: string) => string | undefined): JsonFields {
  let best = nothing;
  for (const candidate of balanced(text)) {
    const fields = fieldsOf(candidate, wanted);
    if (fields.size > 0 && fields.size >= best.size) best = fields;
  }
  return best;
}

/**
 * The texts of an answer that was to be a JSON object and is none: cut off, or with line ends inside of its texts. A text
 * that was cut off is given as far as it goes.
 */
export function brokenObject(text: string, wanted: (key: string) => string | undefined): JsonFields {
  const begin = /^\s*(?:```\w*\s*\n\s*)?\{/.exec(text);
  if (begin === null) return nothing;
  const found = new Map<string, string>();
  const member = /\s*,?\s*"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\[\s\S])*)/y;
  member.lastIndex = begin[0].length;
  for (let match = member.exec(text); match !== null; match = member.exec(text)) {
    const [, key = "", value = ""] = match;
    const name = wanted(unescaped(key));
    if (name !== undefined) found.set(name, unescaped(value));
    if (text[member.lastIndex] !== '"') break;
    member.lastIndex++;
  }
  return found;
}

function fieldsOf(candidate: string, wanted: (key: string) => string | undefined): JsonFields {
  if (!candidate.startsWith("{") || !candidate.endsWith("}")) return nothing;
  let parsed: unknown;
  try {
    parsed = JSON.parse(candidate);
  } catch {
    // Not JSON after all, e.g. a template in braces.
    return nothing;
  }
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(parsed as Record<string, unknown>)) {
    const name = wanted(key);
    if (name !== undefined && value !== null) found.set(name, value);
  }
  return found;
}

/** The outermost parts of a text from an opening brace to its closing one; braces in strings do not count. */
function* balanced(text: string): Generator<string> {
  let depth = 0;
  let begin = 0;
  for (const { 0: token, index } of text.matchAll(/[{}]|"(?:[^"\\\n]|\\.)*"/g)) {
    if (token === "{") {
      if (depth === 0) begin = index;
      depth++;
    } else if (token === "}" && depth > 0) {
      depth--;
      if (depth === 0) yield text.slice(begin, index + 1);
    }
  }
}

/** The text of a JSON string without its quotes; what is no JSON in it is left as it is. */
function unescaped(raw: string): string {
  // An escape that was cut in two says nothing.
  const complete = raw.replace(/(?<!\\)((?:\\\\)*)\\(?:u[\da-fA-F]{0,3})?$/, "$1");
  const lines = complete.replace(/\r/g, "\\r").replace(/\n/g, "\\n").replace(/\t/g, "\\t");
  try {
    return JSON.parse(`"${lines}"`) as string;
  } catch {
    return complete;
  }
}
