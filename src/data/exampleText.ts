import { redacted } from "../system/secrets.ts";
import type { Example } from "./example.ts";

/** Characters of a row that tell it from others. */
const CHARACTERS = 200;

/** The beginning of what a row brings, by which people know it. */
export function exampleText({ id: _, ...fields }: Example): string {
  const whole = Object.values(fields)
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
    .join(" · ");
  // Before it is cut: nothing would know the beginning of a key.
  const text = redacted(whole);
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}...` : text;
}
