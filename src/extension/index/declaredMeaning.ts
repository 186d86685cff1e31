import type { Definition } from "../../detection/definition.ts";

/** Where things stand in a text, and what follows from it: edits elsewhere in a file change these. */
const places: ReadonlySet<string> = new Set(["at", "span", "nameSpan", "insertion", "form", "id", "definition"]);

/** What definitions declare, as a text that stays the same while they are only moved about. */
export function declaredMeaning(definitions: readonly Definition[]): string {
  return JSON.stringify(definitions, (key, value: unknown) => (places.has(key) ? undefined : value));
}
