import { z } from "zod";
import type { AnswerFormat } from "../../../src/models/languageModel.ts";

/** What providers demand of a schema that they keep to: all fields required, no others. */
export const jsonSchema = z
  .object({
    type: z.literal("object"),
    properties: z.record(z.string(), z.object({ type: z.literal("string") })),
    required: z.array(z.string()),
    additionalProperties: z.literal(false),
  })
  .refine(
    ({ properties, required }) => Object.keys(properties).every((name) => required.includes(name)),
    "'required' is required to be supplied and to be an array including every key in properties",
  );

export function formatOf(name: string, schema: z.infer<typeof jsonSchema>): AnswerFormat {
  return { name, fields: Object.keys(schema.properties) };
}
