import type { Fields } from "./component.ts";

/**
 * How named fields are written into a message and read back from an answer.
 *
 * Each field is a heading `### name` on a line of its own, followed by its value. Models follow this loosely, so
 * reading also accepts other heading levels, bold names, `name: value` lines, a JSON object (bare or fenced), and, for
 * a single expected field, an answer without any heading.
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

/** Text of a field's value: strings as they are, lists of strings one per line, everything else as JSON. */
export function fieldText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join("\n");
  return value === undefined ? "" : JSON.stringify(value, null, 1);
}

/** Reads the named fields from a model's answer; a name that cannot be found is left out of the result. */
export function parseFields(text: string, names: readonly string[]): Readonly<Record<string, string>> {
  const fromJson = parseJsonFields(text, names);
  if (fromJson !== undefined) return fromJson;
  const found: Record<string, string> = {};
  const headings = findHeadings(text, names);
  for (const [index, heading] of headings.entries()) {
    const value = text.slice(heading.valueStart, headings[index + 1]?.start ?? text.length).trim();
    // The last mention wins: models sometimes repeat the requested headings before they answer.
    if (value !== "" || !(heading.name in found)) found[heading.name] = unquote(value);
  }
  const only = names.length === 1 ? names[0] : undefined;
  if (only !== undefined && !(only in found) && text.trim() !== "") found[only] = unquote(text.trim());
  return found;
}

interface Heading {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
}

function findHeadings(text: string, names: readonly string[]): Heading[] {
  const alternatives = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/[_ ]/g, "[_ ]"))
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

function parseJsonFields(text: string, names: readonly string[]): Record<string, string> | undefined {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n```/.exec(text)?.[1] ?? text;
  const trimmed = fenced.trim();
  if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(trimmed);
  } catch {
    // Not JSON after all, e.g. a template in braces: the caller goes on with headings.
    return undefined;
  }
  const entries = Object.entries(parsed as Record<string, unknown>).filter(([name]) => names.includes(name));
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.map(([name, value]) => [name, fieldText(value)]));
}

function unquote(value: string): string {
  const match = /^"([^"\n]*)"$/.exec(value);
  return match?.[1] ?? value;
}
