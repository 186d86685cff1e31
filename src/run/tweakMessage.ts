// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";
import { placeSchema } from "./place.ts";
import { checkOutputSchema, offerOutputSchema, trialValueSchema, valueOutputSchema } from "./trialOutput.ts";

/** Version of these messages, and of what a page keeps of itself; raised when an older reader could misread them. */
export const TWEAK_VERSION = 1;

const value = trialValueSchema;
/** A value on one row. */
const asked = z.object({ value, example: z.string() });
export type TrialAsked = Readonly<z.infer<typeof asked>>;

const phase = z.discriminatedUnion("kind", [
  /** The panel was restored: nothing is started before somebody asks for it. */
  z.object({ kind: z.literal("paused") }),
  /** The workspace is not trusted. */
  z.object({ kind: z.literal("restricted") }),
  z.object({ kind: z.literal("starting") }),
  z.object({ kind: z.literal("ready") }),
  /** The experiment could not be opened; `placed` where a line of a file is to blame. */
  z.object({ kind: z.literal("failed"), message: z.string(), placed: z.boolean() }),
  z.object({ kind: z.literal("died"), reason: z.string() }),
]);
export type TweakPhase = Readonly<z.infer<typeof phase>>;

const standing = z.object({
  /** Ids of the component's definition and of its experiment's. */
  definition: z.string(),
  experiment: z.string(),
  component: z.string(),
  /** What people call the experiment, and its file as seen from the workspace's folder. */
  experimentName: z.string(),
  file: z.string(),
  phase,
  /** The source is not what the kernel has loaded. */
  sourceChanged: z.boolean(),
  /** Why a value cannot be written into the source; null where it can. */
  computed: z.nullable(z.string()),
  /** A run that learns the component's local reward is live. */
  learning: z.boolean(),
  /** Why local rewards that were learnt are not used; null where they are, and where there are none. */
  rewardsProblem: z.nullable(z.string()),
});
/** How a panel stands, apart from values. */
export type TweakStanding = Readonly<z.infer<typeof standing>>;

const trial = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("busy"), asked }),
  z.object({ kind: z.literal("done"), asked, output: valueOutputSchema }),
  z.object({ kind: z.literal("failed"), asked, message: z.string() }),
]);
/** The last trial of a value on a row. */
export type TweakTrial = Readonly<z.infer<typeof trial>>;

const check = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  z.object({
    kind: z.literal("busy"),
    value,
    progress: z.nullable(z.object({ label: z.string(), done: z.number(), total: z.number() })),
    stopping: z.boolean(),
  }),
  z.object({ kind: z.literal("done"), value, output: checkOutputSchema }),
  z.object({ kind: z.literal("stopped"), value }),
  z.object({ kind: z.literal("failed"), value, message: z.string() }),
]);
/** The last check on the validation rows. */
export type TweakCheck = Readonly<z.infer<typeof check>>;

const outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  /** The value lies in the file of that name. */
  z.object({ kind: z.literal("saved"), value, file: z.string() }),
  z.object({ kind: z.literal("applied"), value }),
  z.object({ kind: z.literal("refused"), message: z.string() }),
]);
/** What became of the last value that was to be kept. */
export type TweakOutcome = Readonly<z.infer<typeof outcome>>;

/** What the editor tells a page; parts that are left out are as they were. A page that opens is told all. */
export const tweakMessageSchema = z.object({
  type: z.literal("tweak"),
  version: z.literal(TWEAK_VERSION),
  standing: z.optional(standing),
  /** Of the one component; null until the experiment is open. */
  offer: z.optional(z.nullable(offerOutputSchema)),
  trial: z.optional(trial),
  check: z.optional(check),
  outcome: z.optional(outcome),
});
export type TweakMessage = Readonly<z.infer<typeof tweakMessageSchema>>;

/** What a page asks for. */
export const tweakRequestSchema = z.discriminatedUnion("type", [
  /** It has just been opened, or was thrown away and made anew. */
  z.object({ type: z.literal("ready") }),
  /** `pressed`: the button was, rather than the value edited. */
  z.object({ type: z.literal("try"), value, example: z.string(), pressed: z.exactOptional(z.literal(true)) }),
  z.object({ type: z.literal("check"), value }),
  /** Stops what runs. */
  z.object({ type: z.literal("stop") }),
  /** Starts the kernel: for the first time, after its end, and anew where the source was changed. */
  z.object({ type: z.literal("start") }),
  z.object({ type: z.literal("save"), value }),
  z.object({ type: z.literal("apply"), value }),
  z.object({ type: z.literal("learn") }),
  z.object({ type: z.literal("manageTrust") }),
  z.object({ type: z.literal("openFailure") }),
  z.object({ type: z.literal("openDefinition") }),
  z.object({ type: z.literal("showLog") }),
]);
export type TweakRequest = Readonly<z.infer<typeof tweakRequestSchema>>;

/** What a page keeps of itself while it is hidden or the window is closed. */
export const tweakStateSchema = z.object({
  version: z.literal(TWEAK_VERSION),
  definition: z.string(),
  experiment: z.string(),
  component: z.string(),
  /** The value that is being worked on; it need not be a valid one. */
  draft: z.optional(value),
  example: z.optional(z.string()),
  /** Whether every edit is tried at once. */
  eager: z.optional(z.boolean()),
  /** Where on the page the person was. */
  place: z.optional(placeSchema),
});
export type TweakState = Readonly<z.infer<typeof tweakStateSchema>>;
