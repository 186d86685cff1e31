import type { Fields } from "./component.ts";
import { brokenObject, embeddedObject, type JsonFields, wholeObject } from "./jsonAnswer.ts";

/**
 * How named fields are written into a message and read back from an answer.
 *
 * Each field is a heading `### name` on a line of its own, followed by its value. Models follow this loosely, so
 * reading also accepts other heading levels, bold names, `name: value` lines, a JSON object (bare, fenced, with words
 * around it, or cut off), tags, and, for a single expected field, an answer without any heading.
 */
export function renderFields(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `### ${name}\n${fieldText(value)}`)
    .join("\n\n");
}

/** The request for named outputs that closes a message. */
export function renderAnswerFormat(names: readonly string[]): string {
  const headings = names.map((name) => `### ${name}`).join("\n");
  return names.length === 1
    ? `Answer with the value of this field only, under its heading:\n${headings}`
    : `Answer with these ${names.length} fields, each under its own heading:\n${headings}`;
}

/** The request for a JSON object that closes a message, for models that keep to a given shape. */
export function renderJsonFormat(names: readonly string[]): string {
  const keys = names.map((name) => JSON.stringify(name)).join(", ");
  return names.length === 1
    ? `Answer with a JSON object whose only key is ${keys}; its value is text.`
    : `Answer with a JSON object with these ${names.length} keys, the value of each a text: ${keys}`;
}

/** Text of a field's value: strings as they are, lists of strings one per line, everything else as JSON. */
export function fieldText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join("\n");
  return value === undefined ? "" : JSON.stringify(value, null, 1);
}

/** Reads the named fields from a model's answer; a name that cannot be found is left out of the result. */
export function parseFields(text: string, names: readonly string[]): Readonly<Record<string, string>> {
  const wanted = (key: string): string | undefined => names.find((name) => spelling(name) === spelling(key));
  const whole = wholeObject(text, wanted);
  if (whole.size > 0) return textsOf(whole);
  const found = headedFields(text, names);
  if (Object.keys(found).length > 0) return found;
  for (const read of [embeddedObject, brokenObject]) {
    const fields = read(text, wanted);
    if (fields.size > 0) return textsOf(fields);
  }
  const tagged = taggedFields(text, names);
  if (Object.keys(tagged).length > 0) return tagged;
  const only = names.length === 1 ? names[0] : undefined;
  return only === undefined || text.trim() === "" ? {} : { [only]: unquote(text.trim()) };
}

function textsOf(fields: JsonFields): Record<string, string> {
  return Object.fromEntries([...fields].map(([name, value]) => [name, fieldText(value)]));
}

function headedFields(text: string, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  const headings = findHeadings(text, names);
  for (const [index, heading] of headings.entries()) {
    const value = text.slice(heading.valueStart, headings[index + 1]?.start ?? text.length).trim();
    // The last mention wins: models sometimes repeat the requested headings before they answer.
    if (value !== "" || !(heading.name in found)) found[heading.name] = unquote(value);
  }
  return found;
}

/** `<name>value</name>`, the last of each; without its end where the answer was cut off. */
function taggedFields(text: string, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const tag = inPattern(name);
    const begin = [...text.matchAll(new RegExp(`<${tag}>`, "gi"))].at(-1);
    if (begin === undefined) continue;
    const rest = text.slice(begin.index + begin[0].length);
    found[name] = rest.split(new RegExp(`</${tag}>`, "i"), 1)[0]?.trim() ?? "";
  }
  return found;
}

/** A name as patterns find it, whether written with spaces or underscores. */
function inPattern(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/[_ ]/g, "[_ ]");
}

interface Heading {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
}

function findHeadings(text: string, names: readonly string[]): Heading[] {
  const alternatives = [...names]
    .sort((a, b) => b.length - a.length)
    .map(inPattern)
    .join("|");
  // A Markdown heading ("### name" / "## name:"), a name with a colon, or a bold name alone; each begins its line.
  const pattern = new RegExp(
    `^[ \\t]*(?:#{1,6}[ \\t]*[*_\`]{0,2}(${alternatives})[*_\`]{0,2}[ \\t]*:?|[-*_\`]{0,3}[ \\t]?(${alternatives})[*_\`]{0,2}[ \\t]*:[*_\`]{0,2}|(?:\\*\\*|__)(${alternatives})(?:\\*\\*|__)(?=[ \\t]*$))(?=[ \\t\\r\\n]|$)[ \\t]*`,
    "gim",
  );
  return [...text.matchAll(pattern)].map((match) => {
    const written = match[1] ?? match[2] ?? match[3] ?? "";
    const name = names.find((candidate) => spelling(candidate) === spelling(written)) ?? written;
    return { name, start: match.index, valueStart: match.index + match[0].length };
  });
}

/** Equal for names that differ in capitals, or in spaces instead of underscores. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/ /g, "_");
}

function unquote(value: string): string {
  const match = /^"([^"\n]*)"$/.exec(value);
  return match?.[1] ?? value;
}
