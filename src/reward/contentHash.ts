import { createHash } from "node:crypto";
import { canonicalJson } from "../system/configuration.ts";

/** A name for a plain JSON value that equal values share, whatever the order of their keys: 22 URL-safe characters. */
export function contentHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("base64url").slice(0, 22);
}
