// The small face of Zod: this is part of what pages of the editor are told.
import * as z from "zod/mini";

/** Why nothing of a run goes on for now: the disk refuses what has to be written. */
export const runPauseSchema = z.object({
  /** The system's code of the refusal ("ENOSPC"). */
  code: z.string(),
  /** Folder that something could not be written to, an absolute path. */
  folder: z.string(),
  /** Milliseconds since 1970. */
  since: z.number(),
  /** What waits in memory until it can be written. */
  held: z.object({
    bytes: z.number(),
    /** Answers of models that were paid for and that no file knows yet. */
    answers: z.int(),
  }),
  /** What the disk has room for, bytes and further files; null where the system does not tell. */
  free: z.nullable(z.object({ bytes: z.number(), files: z.nullable(z.number()) })),
  /** Somebody wants the run to end: what this person does to give up what is held. */
  givenUpBy: z.exactOptional(z.enum(["Ctrl-C", "interrupt", "end of the process"])),
});
export type RunPause = Readonly<z.infer<typeof runPauseSchema>>;
export type GivingUp = NonNullable<RunPause["givenUpBy"]>;
