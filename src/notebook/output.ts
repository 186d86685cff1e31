import * as z from "zod";
import { jsonSchema } from "./json.ts";

/**
 * One value in several representations, from MIME type to data: text types and SVG as a string, other images as base64,
 * `+json` and `application/json` as JSON.
 */
export const mimeBundleSchema = z.record(z.string(), jsonSchema);
export type MimeBundle = Readonly<z.infer<typeof mimeBundleSchema>>;

/** What a cell gives while it runs, in order. */
export const outputSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("stream"), name: z.enum(["stdout", "stderr"]), text: z.string() }),
  /** With an `id`, a later display of the same id takes its place, wherever it stands in the cell. */
  z.object({ type: z.literal("display"), id: z.string().optional(), data: mimeBundleSchema }),
  /** The value of the cell's last expression. */
  z.object({ type: z.literal("result"), data: mimeBundleSchema }),
  z.object({
    type: z.literal("error"),
    name: z.string(),
    message: z.string(),
    /** Frames point at the cell's own lines and at workspace files. */
    stack: z.string(),
  }),
  /** Removes what the cell has given so far. */
  z.object({ type: z.literal("clear") }),
]);
export type Output = Readonly<z.infer<typeof outputSchema>>;
