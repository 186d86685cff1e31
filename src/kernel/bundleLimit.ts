import type { MimeBundle } from "../notebook/output.ts";
import { redacted } from "../system/secrets.ts";

/** Characters of one representation of a value that are sent on: beyond, an editor stands still. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** Characters of a plain text that are shown. */
const MOST_TEXT = 1024 * 1024;
const TAIL = 64 * 1024;

/**
 * A bundle as it may be sent: plain text keeps its head and tail, other representations that are too long are left out,
 * and if none is left a sentence says so.
 * @throws TypeError when the data is no JSON
 */
export function limitedBundle(data: MimeBundle): MimeBundle {
  const limited: Record<string, MimeBundle[string]> = {};
  let leftOut: string | undefined;
  for (const [type, value] of Object.entries(data)) {
    if (typeof value === "string") {
      if (type === "text/plain") limited[type] = limitedText(value);
      else if (value.length <= MOST_CHARACTERS) limited[type] = value;
      else leftOut ??= leftOutNotice(type, value.length);
      continue;
    }
    // What crosses to another thread and process must be JSON: getters and `toJSON` are read here, once.
    const json = JSON.stringify(value);
    if (json === undefined) throw new TypeError(`The data shown as ${type} is no JSON.`);
    if (json.length <= MOST_CHARACTERS) limited[type] = JSON.parse(json);
    else leftOut ??= leftOutNotice(type, json.length);
  }
  if (leftOut !== undefined && limited["text/plain"] === undefined) limited["text/plain"] = leftOut;
  return limited;
}

function limitedText(whole: string): string {
  if (whole.length <= MOST_TEXT) return whole;
  // Before it is cut: nothing would know the beginning of a key.
  const text = redacted(whole);
  if (text.length <= MOST_TEXT) return text;
  const leftOut = text.length - MOST_TEXT;
  return `${text.slice(0, MOST_TEXT - TAIL)}\n... ${leftOut} characters left out ...\n${text.slice(-TAIL)}`;
}

function leftOutNotice(type: string, length: number): string {
  return `${type} of ${length} characters is too long to be shown; at most ${MOST_CHARACTERS} are.`;
}
