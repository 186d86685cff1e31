import * as z from "zod";

/** What the thread that reads a run is given when it starts. */
export const readerSettingsSchema = z.object({
  /** Absolute path of the run's folder. */
  folder: z.string(),
});
export type ReaderSettings = z.infer<typeof readerSettingsSchema>;

/** What the editor asks of it; it answers with messages for the panel's page. */
export const readerRequestSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("show"), page: z.string(), asked: z.number().int(), query: z.unknown() }),
  z.object({ type: z.literal("event"), seq: z.number().int().nonnegative() }),
  z.object({ type: z.literal("fit"), seq: z.number().int().nonnegative() }),
  z.object({
    type: z.literal("trajectory"),
    asked: z.number().int(),
    exampleId: z.string(),
    iteration: z.number().int(),
  }),
  z.object({
    type: z.literal("exportTable"),
    page: z.string(),
    query: z.unknown(),
    kind: z.enum(["csv", "jsonl"]),
    name: z.string(),
  }),
  /** Nobody looks: nothing is told until a page is to be shown again. */
  z.object({ type: z.literal("pause") }),
]);
export type ReaderRequest = z.infer<typeof readerRequestSchema>;
