import { secretForms } from "./secretForms.ts";
import { TextSearch } from "./textSearch.ts";

/** What stands where a secret stood. */
export const SECRET_MARK = "[key]";

/** Characters that a key must have: shorter ones would be found in innocent texts. */
export const SHORTEST_KEY = 8;

/** Where all copies of this module in a process keep what they know: user's code may bring a copy of its own. */
const REGISTRY: unique symbol = Symbol.for("optimas.secrets");

const shared = globalThis as { [REGISTRY]?: Set<string> };
shared[REGISTRY] ??= new Set();
const known: Set<string> = shared[REGISTRY];

let search: { readonly of: number; readonly words: TextSearch } | undefined;

/** Why a text can be no key. */
export type KeyFault = "empty" | "too short" | "quoted" | "with a name" | "odd characters" | "a word";

/** Why a text can be no key; undefined where it may be one. */
export function keyFault(key: string): KeyFault | undefined {
  if (key.trim() === "") return "empty";
  if (/^["'`]|["'`]$/.test(key)) return "quoted";
  if (/^(?:Bearer|Basic)\s|^(?:export\s+)?[A-Z][A-Z0-9_]*=/.test(key)) return "with a name";
  if (!/^[!-~]+$/.test(key) || /["\\]/.test(key)) return "odd characters";
  if (key.length < SHORTEST_KEY) return "too short";
  // Placeholders ("password") and numbers would be found everywhere.
  if (key.length < 16 && /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+|\d+)$/.test(key)) return "a word";
  return undefined;
}

/**
 * From now on the text is shown nowhere and written to no file by this process: see `redacted`. A text that is too short
 * to be looked for is not remembered, and must not be used as a key.
 * @returns whether it is looked for
 */
export function addSecret(secret: string): boolean {
  if (secret.length < SHORTEST_KEY) return false;
  known.add(secret);
  return true;
}

/** Secrets that variables of an environment hold, by the names that they go by (`..._API_KEY`). */
export function addSecretsOf(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment)) {
    const key = value?.trim();
    if (key !== undefined && /API_?KEY$/i.test(name) && keyFault(key) === undefined) addSecret(key);
  }
}

/** As at the start of the process: for tests, which come after one another in the same. */
export function forgetSecrets(): void {
  known.clear();
  search = undefined;
}

/** A text without the secrets of this process, however they are written in it. */
export function redacted(text: string): string {
  const words = secretWords();
  if (words === undefined) return text;
  const spans = words.spans(text);
  if (spans.length === 0) return text;
  let shown = "";
  let from = 0;
  for (const { start, end } of spans) {
    shown += `${text.slice(from, start)}${SECRET_MARK}`;
    from = end;
  }
  return shown + text.slice(from);
}

/** Whether a text holds a secret of this process. */
export function holdsSecret(text: string): boolean {
  return secretWords()?.has(text) ?? false;
}

/**
 * `JSON.stringify` without secrets: they are taken out of texts and names, so that what is read back is of the same shape.
 * @param value must not be undefined or a function
 */
export function redactedJson(value: unknown, space?: number): string {
  const json = JSON.stringify(value, null, space);
  return holdsSecret(json) ? JSON.stringify(redactedValue(JSON.parse(json)), null, space) : json;
}

/** Plain data without secrets; the same data where there are none. */
export function redactedValue<T>(value: T): T;
export function redactedValue(value: unknown): unknown {
  return known.size === 0 || !holdsSomewhere(value) ? value : copyWithout(value);
}

/** Whether there is any secret to be looked for. */
export function anySecrets(): boolean {
  return known.size > 0;
}

function holdsSomewhere(value: unknown): boolean {
  if (typeof value === "string") return holdsSecret(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsSomewhere);
  return Object.entries(value).some(([name, item]) => holdsSecret(name) || holdsSomewhere(item));
}

function copyWithout(value: unknown): unknown {
  if (typeof value === "string") return redacted(value);
  if (Array.isArray(value)) return value.map(copyWithout);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [redacted(name), copyWithout(item)]));
}

/** Characters of a secret's beginning that are shown before it is clear how they go on. */
const SHOWN_AT_ONCE = 4;

/**
 * Text that comes in pieces, without secrets: also without those of which one piece has the beginning and the next the rest.
 * What may be such a beginning is held back until it is clear.
 */
export class RedactedStream {
  /** The end of what came: the longest beginning of a secret. */
  #end = "";
  /** Characters of it that were shown. */
  #shown = 0;

  /** @returns what can be shown now */
  write(piece: string): string {
    const words = secretWords();
    if (words === undefined) return piece;
    const [text, shown] = [this.#end + piece, this.#shown];
    const spans = words.spans(text);
    const clear = spans.at(-1)?.end ?? 0;
    const end = words.beginning(text, clear)?.at ?? text.length;
    const until = text.length - end <= SHOWN_AT_ONCE ? text.length : Math.max(end, shown);
    let shownNow = "";
    let from = shown;
    for (const span of spans) {
      shownNow += `${text.slice(from, Math.max(from, span.start))}${SECRET_MARK}`;
      from = Math.max(from, span.end);
    }
    this.#end = text.slice(end);
    this.#shown = until - end;
    return shownNow + text.slice(from, until);
  }

  /** @returns what is left to be shown: nothing follows */
  finish(): string {
    const [end, shown] = [this.#end, this.#shown];
    this.#end = "";
    this.#shown = 0;
    const word = secretWords()?.beginning(end, 0)?.word;
    // Most of a secret is as good as all of it.
    return word !== undefined && end.length >= word.length / 2 ? SECRET_MARK : end.slice(shown);
  }
}

function secretWords(): TextSearch | undefined {
  // Secrets are added and never taken away, so their number tells whether there are new ones.
  if (known.size === 0) return undefined;
  if (search?.of !== known.size) search = { of: known.size, words: new TextSearch([...known].flatMap(secretForms)) };
  return search.words;
}
