import * as z from "zod";
import { RUN_FORMAT } from "./events.ts";

/** Two outputs of one component for the same input that its local reward orders otherwise than the global one. */
const mistakeSchema = z.object({
  exampleId: z.string(),
  input: z.string(),
  /** The output that is truly better, and the one that the local reward prefers. */
  better: z.string(),
  preferred: z.string(),
  /** Expected global rewards of both. */
  betterScore: z.number(),
  preferredScore: z.number(),
  /** r(better) − r(preferred), in logits; below 0. */
  margin: z.number(),
});
export type Mistake = z.infer<typeof mistakeSchema>;

/** An output before and after it was changed on purpose: of all that were changed so, the one that was moved most. */
const changedOutputSchema = z.object({
  change: z.string(),
  strength: z.number(),
  exampleId: z.string(),
  input: z.string(),
  before: z.string(),
  after: z.string(),
  /** r(after) − r(before), in logits. */
  difference: z.number(),
});
export type ChangedOutput = z.infer<typeof changedOutputSchema>;

/** Texts behind the figures of one fit; one file for each in the run's folder. All texts are cut to `LONGEST_TEXT`. */
export const fitTextsSchema = z.object({
  format: z.literal(RUN_FORMAT),
  component: z.string(),
  iteration: z.number().int(),
  /** The worst first. */
  mistakes: z.array(mistakeSchema),
  changed: z.array(changedOutputSchema),
});
export type FitTexts = z.infer<typeof fitTextsSchema>;

/** Characters that are kept of a text; what was cut off is marked. */
export const LONGEST_TEXT = 1500;
