import { createHash } from "node:crypto";

/**
 * JSON with the keys of every object in code unit order, so that equal values have equal text. Undefined members are
 * left out, as `JSON.stringify` does.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isPlainObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}

/** A name for a plain JSON value that equal values share, whatever the order of their keys: 22 URL-safe characters. */
export function contentHash(value: unknown): string {
  return createHash("sha256")
    .update(canonicalJson(value) ?? "undefined")
    .digest("base64url")
    .slice(0, 22);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
