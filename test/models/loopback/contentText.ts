import { z } from "zod";

const parts = z.union([z.string(), z.array(z.object({ type: z.string(), text: z.string() }))]);

/** The text of a message's content: a string, or parts of the given types. */
export function textOf(content: unknown, types: readonly string[]): string {
  const parsed = parts.parse(content);
  if (typeof parsed === "string") return parsed;
  const foreign = parsed.find(({ type }) => !types.includes(type));
  if (foreign) throw new Error(`there is no content of type ${foreign.type} here`);
  return parsed.map(({ text }) => text).join("");
}
