// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";

/** Where a person is on a page. Elements are named by the nearest id around them, and by places among children from there on. */
export const placeSchema = z.object({
  /** Pixels of the page that are scrolled away. */
  top: z.number(),
  /** The same for parts that scroll by themselves: the element, from the left and from the top. */
  parts: z.array(z.tuple([z.string(), z.number(), z.number()])),
  /** The element that has the focus; null for none. */
  focused: z.nullable(z.string()),
});
export type Place = Readonly<z.infer<typeof placeSchema>>;
