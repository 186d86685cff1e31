// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";

/** What a page of the editor asks for when it opens. Answered by a `WordsMessage` where the editor speaks no English. */
export const wordsRequestSchema = z.object({ type: z.literal("words") });
export type WordsRequest = Readonly<z.infer<typeof wordsRequestSchema>>;

/** The editor's language and what it calls things, for a page that cannot ask the editor message by message. */
export const wordsMessageSchema = z.object({
  type: z.literal("words"),
  /** As the editor names it: "de", "pt-br". */
  language: z.string(),
  messages: z.record(z.string(), z.string()),
});
export type WordsMessage = Readonly<z.infer<typeof wordsMessageSchema>>;
