import type * as z from "zod";
import { decodeUtf8 } from "../data/fileLines.ts";
import { UserError } from "../system/userError.ts";
import { jsonFault } from "./nbformatFault.ts";

/** Any JSON value. */
export type Json = z.infer<ReturnType<typeof z.json>>;
export type JsonObject = { readonly [name: string]: Json };

/** Deeper nesting is no notebook, and would exhaust the stack of whoever walks it. */
const DEEPEST = 200;

/**
 * The JSON value of a file's bytes; undefined when there is nothing in it but white space.
 * (Files are checked here and in the neighbours by hand, not by schemas: those copy what they check and leave out members
 * called `__proto__`, but nothing of a file may be lost.)
 * @param where how messages name the file
 * @throws UserError naming the line and column, or what else is wrong with the file, and what to do
 */
export function jsonOf(bytes: Uint8Array, where: string): Json | undefined {
  const text = textOf(bytes, where);
  if (text.trim() === "") return undefined;
  const value = parsed(text, where);
  if (deeperThan(value, DEEPEST)) {
    throw new UserError(`${where} is no notebook: its values are nested more than ${DEEPEST} levels deep. ${RESTORE}`);
  }
  return value;
}

/** What to do about a file that is damaged. */
export const RESTORE = "Mend it in a text editor, or restore it from a copy; it is left as it is.";

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of an object but those named. */
export function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** The same value with the members of every object in one order, so that equal values make equal bytes. */
export function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return orderedMembers(Object.entries(value).map(([name, member]) => [name, ordered(member)] as const));
}

/** An object of these members in the order of their names; their values are left as they are. */
export function orderedMembers(members: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries([...members].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Text that a notebook holds as a string or, the usual way, as a list of lines; undefined for anything else. */
export function joinedText(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("") : undefined;
}

/** Text as a list of lines, each with its line feed, which is how a version control system shows what changed. */
export function textLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function textOf(bytes: Uint8Array, where: string): string {
  const text = decodeUtf8(bytes);
  if (text !== undefined) return text.startsWith("\ufeff") ? text.slice(1) : text;
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  throw new UserError(
    wide
      ? `${where} is UTF-16 text, but notebooks are UTF-8. Convert it with a text editor; it is left as it is.`
      : `${where} is no UTF-8 text, so it is no notebook or it is damaged. Restore it from a copy; it is left as it is.`,
  );
}

function parsed(text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new UserError(`${where} ${unreadable(text)}`, { cause: error });
  }
}

function unreadable(text: string): string {
  const conflict = /^(?:<{7}|\|{7}|>{7})(?: |$)/m.exec(text);
  if (conflict !== null) {
    const line = text.slice(0, conflict.index).split("\n").length;
    return `holds the marks of a merge conflict of git (line ${line}). Resolve the conflict in a text editor, then open it again.`;
  }
  const { line, column, what } = jsonFault(text);
  if (what === "end") {
    return `ends in the middle (line ${line}, column ${column}): it was cut off. Restore it from a copy; it is left as it is.`;
  }
  return `is no valid JSON (line ${line}, column ${column}: ${what}). ${RESTORE}`;
}

function deeperThan(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => deeperThan(member, levels - 1));
}
