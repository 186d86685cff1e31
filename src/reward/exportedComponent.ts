import * as z from "zod";

/** What an export of local rewards says of a component. */
export const exportedComponentSchema = z.strictObject({
  name: z.string(),
  /** A part of the text that its rewards are read from; null where it is not known. */
  description: z.string().nullable(),
  /** Share of held-out pairs that were ordered rightly, and how many there were, when it was fitted; null where not measured. */
  alignment: z.number().min(0).max(1).nullable(),
  heldOut: z.number().int().nonnegative().nullable(),
});
export type ExportedComponent = Readonly<z.infer<typeof exportedComponentSchema>>;

/** What whoever exports rewards knows of them. */
export const exportFactsSchema = z.strictObject({
  /** By which the backbone is known on the hub; null for one that came from a folder. */
  base: z.string().nullable(),
  /** Whether what they were learned from was made with the simulated model. */
  simulated: z.boolean(),
  components: z.array(exportedComponentSchema),
});
export type ExportFacts = Readonly<z.infer<typeof exportFactsSchema>>;
