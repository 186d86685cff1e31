// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";
import { exampleOutputSchema } from "../trialOutput.ts";

/** The cell that is run again: a row under the configuration after an iteration, the start's being 0. */
const of = z.object({ exampleId: z.string(), iteration: z.int() });
export type RerunOf = Readonly<z.infer<typeof of>>;

/** How running a row again stands, outside of its run. */
export const rerunSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  /** Nothing was started: why, and what to do. `trust`: the editor's page about trust helps. */
  z.object({ kind: z.literal("refused"), of, message: z.string(), remedy: z.nullable(z.literal("trust")) }),
  /** A process is started, and the experiment opened in it. */
  z.object({ kind: z.literal("opening"), of }),
  /** So many of the components have come to their end; those that the route leaves out never do. */
  z.object({ kind: z.literal("running"), of, done: z.int(), total: z.int() }),
  /** It was asked to stop; asked again, it is stopped by force. */
  z.object({ kind: z.literal("stopping"), of }),
  z.object({ kind: z.literal("stopped"), of }),
  z.object({ kind: z.literal("failed"), of, message: z.string() }),
  z.object({
    kind: z.literal("done"),
    of,
    model: z.string(),
    simulated: z.boolean(),
    result: exampleOutputSchema,
    /** Why there are no local rewards though the run has learnt some; null where nothing is wrong. */
    rewardsProblem: z.nullable(z.string()),
  }),
]);
export type Rerun = Readonly<z.infer<typeof rerunSchema>>;

/** Whether a process is at work. */
export function isUnderWay({ kind }: Rerun): boolean {
  return kind === "opening" || kind === "running" || kind === "stopping";
}
