// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";

/** Runs that are compared at most: more could not be told apart. */
export const MOST_COMPARED = 6;

/** What rewards are drawn over. */
export const compareAxes = ["iteration", "systemRuns", "calls", "tokens", "money", "time"] as const;
export type CompareAxis = (typeof compareAxes)[number];

/** What the page of comparisons asks for. */
export const compareQuerySchema = z.object({
  /** Folders of the runs beside the panel's own, absolute paths, in the order of their letters. */
  runs: z.array(z.string()),
  /** Folder of the run that the others are compared with; null for the panel's own. */
  reference: z.nullable(z.string()),
  /** Only components whose values are not the same in all runs. */
  differingOnly: z.boolean(),
  /** The first component to be listed, from 0. */
  from: z.int().check(z.nonnegative()),
});
export type CompareQuery = z.infer<typeof compareQuerySchema>;

/** What is asked for when nobody has asked for anything. */
export const plainCompareQuery: CompareQuery = { runs: [], reference: null, differingOnly: false, from: 0 };

/** The runs that a query means beside the panel's own: each once, and not more than can be compared. */
export function comparedFolders(query: Pick<CompareQuery, "runs">, own: string): string[] {
  return [...new Set(query.runs)].filter((folder) => folder !== own).slice(0, MOST_COMPARED - 1);
}
