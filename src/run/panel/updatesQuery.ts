// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";

export const updateSorts = ["iteration", "component", "decision", "before", "after", "change", "cost"] as const;
export const exampleSorts = ["example", "before", "after", "change"] as const;
export const decisions = ["accepted", "rejected", "unchanged"] as const;

const place = z.int().check(z.nonnegative());

/** What the page of updates asks its model for. */
export const updatesQuerySchema = z.object({
  /** Decisions to be listed. */
  decisions: z.array(z.enum(decisions)),
  /** Place of a component among those of the run, from 0; null for all. */
  component: z.nullable(place),
  sort: z.object({ by: z.enum(updateSorts), descending: z.boolean() }),
  /** The first update to be listed, from 0. */
  from: place,
  /** Number of the event of the update that is looked at; null for the first that is listed. */
  selected: z.nullable(place),
  /** The rows of the gate of that update. */
  examples: z.object({
    /** Only those whose score is another than before. */
    changedOnly: z.boolean(),
    sort: z.object({ by: z.enum(exampleSorts), descending: z.boolean() }),
    from: place,
  }),
});
export type UpdatesQuery = z.infer<typeof updatesQuerySchema>;

/** What is asked for when nobody has asked for anything: all updates, the last first. */
export const plainUpdatesQuery: UpdatesQuery = {
  decisions: [...decisions],
  component: null,
  sort: { by: "iteration", descending: true },
  from: 0,
  selected: null,
  examples: { changedOnly: false, sort: { by: "change", descending: true }, from: 0 },
};
