// The small face of Zod: this file is part of the notebook renderer, which is loaded for every notebook.
import * as z from "zod/mini";
import { wordsMessageSchema, wordsRequestSchema } from "./wordsMessage.ts";

/**
 * What a notebook keeps and shows of a run: a pointer to the run's folder and a summary of what happened, small whatever
 * the run's length. The run itself lies in its folder; this is a view of its events, made by `runOutput` (runOutputView.ts).
 */
export const RUN_OUTPUT_MIME = "application/vnd.optimas.run+json";

/** Raised when an older reader could misread what is kept in notebooks. */
export const RUN_OUTPUT_VERSION = 1;

/** Bytes of one output in a notebook, all its representations together. */
export const RUN_OUTPUT_BYTES = 64 * 1024;

const count = z.number().check(z.refine((n) => Number.isSafeInteger(n) && n >= 0));
const decisionSchema = z.enum(["accepted", "rejected", "unchanged"]);

const statusSchema = z.union([
  z.object({
    state: z.literal("running"),
    phase: z.nullable(z.enum(["measuring", "collecting", "fitting", "iterating", "testing"])),
    /** The present step, while it lasts. */
    progress: z.nullable(z.object({ label: z.string(), done: z.number(), total: z.number() })),
  }),
  /** What was asked for is done; the run goes on with the next thing that is asked of it. */
  z.object({ state: z.literal("idle") }),
  z.object({ state: z.literal("interrupted"), reason: z.string() }),
  z.object({ state: z.literal("failed"), message: z.string() }),
  z.object({
    state: z.literal("finished"),
    stop: z.enum([
      "iterations",
      "budget",
      "nothing to optimize",
      "nothing left to try",
      "evaluated",
      "rewards fitted",
      "landscape drawn",
    ]),
    /** Which budget ended it; earlier versions did not tell. */
    budget: z._default(z.nullable(z.enum(["system runs", "calls", "tokens", "money", "time"])), null),
  }),
]);

/** A stretch of text that stayed, went or came between two values. */
const diffPartSchema = z.object({ kind: z.enum(["same", "removed", "added"]), text: z.string() });

/** Calls of models by who asked and for what. */
const calledSchema = z.object({
  who: z.string(),
  /** Null where it is not told apart. */
  purpose: z.nullable(z.string()),
  calls: count,
  /** US dollars; null where a price is not known. */
  usd: z.nullable(z.number()),
});
export type CalledOutput = Readonly<z.infer<typeof calledSchema>>;

const estimatedSchema = z.object({
  /** Time in minutes, money in US dollars. */
  unit: z.enum(["calls", "tokens", "money", "time"]),
  /** What was estimated; null where that could not be. */
  range: z.nullable(z.object({ low: z.number(), expected: z.number(), high: z.number() })),
  /** Null where it is not known. */
  came: z.nullable(z.number()),
  place: z.enum(["inside", "below", "above", "unknown"]),
});

const updateSchema = z.object({
  iteration: count,
  component: z.string(),
  decision: decisionSchema,
  reason: z.string(),
  scorer: z.enum(["local", "global", "random"]),
  /** Mean validation reward before and with the update; null when nothing was put to the gate. */
  validation: z.nullable(z.object({ before: z.number(), after: z.number(), n: count })),
  /** Empty where nothing changed. */
  diff: z.array(diffPartSchema),
  /** Something of the diff was left out. */
  shortened: z.boolean(),
});
export type UpdateOutput = Readonly<z.infer<typeof updateSchema>>;

const splitSchema = z.object({
  split: z.enum(["validation", "test"]),
  n: count,
  unoptimized: z.number(),
  optimized: z.number(),
  /** Mean of the paired differences and its 95 % bootstrap interval. */
  difference: z.object({ mean: z.number(), low: z.number(), high: z.number() }),
});

export const runOutputSchema = z.object({
  version: z.literal(RUN_OUTPUT_VERSION),
  runId: z.string(),
  /** The run's folder relative to the notebook's, with "/"; null where that could not be told without saying whose it is. */
  folder: z.nullable(z.string()),
  /** The folder holds a report (report.html). */
  report: z.boolean(),
  system: z.string(),
  model: z.string(),
  /** The model is a stand-in, which is no language model. */
  simulated: z.boolean(),
  status: statusSchema,
  /** Accepted values that it started from, and the name of their file; earlier versions did not tell. */
  saved: z._default(z.nullable(z.object({ file: z.string(), values: count })), null),
  /** The present or last iteration, from 1. */
  iteration: z.nullable(z.object({ iteration: count, of: count, component: z.string() })),
  /** Mean validation reward of the configuration in force after an iteration, thinned out where there are many. */
  rewards: z.array(z.object({ iteration: count, mean: z.number() })),
  /** What updates scored at the gate, thinned out where there are many. */
  gates: z.array(z.object({ iteration: count, after: z.number(), accepted: z.boolean() })),
  updates: z.object({
    accepted: count,
    rejected: count,
    unchanged: count,
    /** The last ones, oldest first. */
    last: z.array(updateSchema),
  }),
  spent: z.object({
    /** System runs, in equivalent full runs. */
    runs: z.number(),
    /** Hard limit of system runs. */
    budget: z.nullable(z.number()),
    /** Their sum is `runs`; empty where it is not known. */
    byPurpose: z.record(z.string(), z.number()),
  }),
  /** Calls of models that are paid for; absent where there were none. */
  models: z.exactOptional(
    z.object({
      /** Sent and answered. */
      calls: count,
      /** Answered from the record, at no cost. */
      recorded: count,
      /** US dollars; null where no price is known. */
      usd: z.nullable(z.number()),
      /** More may have to be paid: prices of some calls are not known, or answers did not come. */
      atLeast: z.boolean(),
      /** Hard limit of US dollars; earlier versions did not tell. */
      budgetUsd: z._default(z.nullable(z.number()), null),
    }),
  ),
  /** Nothing goes on, for the disk takes nothing; absent while it does. */
  paused: z.exactOptional(
    z.object({
      /** What is wrong, where, and what to do about it. */
      message: z.string(),
      /** Milliseconds since 1970. */
      since: z.number(),
      /** What waits in memory until the disk takes it. */
      held: z.object({ bytes: z.number(), answers: count }),
      /** The run was stopped, and waits to have that written. */
      stopping: z.boolean(),
    }),
  ),
  /** Those that cost most, first; absent where there were none. */
  called: z.exactOptional(z.array(calledSchema)),
  /** What was estimated before the run beside what has come of it; absent where nothing was. */
  estimate: z.exactOptional(
    z.object({
      figures: z.array(estimatedSchema),
      /** No more will come. */
      over: z.boolean(),
      /** Answers from the record, which an estimate takes none off for. */
      recorded: count,
    }),
  ),
  time: z.object({
    /** Milliseconds at work. */
    elapsedMs: z.number(),
    /** Milliseconds that the remaining iterations will take at the pace so far. */
    leftMs: z.nullable(z.number()),
  }),
  warnings: z.array(z.string()),
  /** What a finished run came to. */
  summary: z.nullable(z.object({ iterations: count, results: z.array(splitSchema) })),
});
export type RunOutput = Readonly<z.infer<typeof runOutputSchema>>;

/** What a person, or the renderer itself, asks for. The answer to what is asked in a run's output is the run's next output. */
export const rendererMessageSchema = z.union([
  wordsRequestSchema,
  /** A saved output says that the run is at work. Is it? Answered by `notWorking` where it is not. */
  z.object({ type: z.literal("working"), runId: z.string() }),
  /** Interrupt the cell that the run works for. */
  z.object({ type: z.literal("stop"), runId: z.string() }),
  /** Run the cell again so that the run goes on from its last checkpoint. */
  z.object({ type: z.literal("resume"), runId: z.string(), folder: z.string() }),
  z.object({ type: z.literal("openReport"), runId: z.string(), folder: z.string() }),
  /** Show the run in a panel of its own. */
  z.object({ type: z.literal("openRun"), runId: z.string(), folder: z.string() }),
]);
export type RendererMessage = Readonly<z.infer<typeof rendererMessageSchema>>;

/** What the editor tells the renderer. */
export const editorMessageSchema = z.union([
  wordsMessageSchema,
  z.object({ type: z.literal("notWorking"), runId: z.string() }),
]);
export type EditorMessage = Readonly<z.infer<typeof editorMessageSchema>>;
