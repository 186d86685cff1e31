// The small face of Zod: panels read this too.
import * as z from "zod/mini";

/** What was tried by hand, as it goes from the kernel to whoever shows it. */
export const TRIAL_OUTPUT_MIME = "application/vnd.optimas.trial+json";

/** Characters of one field's text that are told; what is longer is cut. */
export const FIELD_CHARACTERS = 20_000;

const fields = z.record(z.string(), z.unknown());
/** A value of a component's variable. */
export const trialValueSchema = z.union([
  z.null(),
  z.string(),
  z.object({ perInput: z.literal(true), fallback: z.string() }),
  z.object({ adapter: z.nullable(z.string()) }),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
]);
const dimension = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("choice"), values: z.array(z.union([z.string(), z.number(), z.boolean()])) }),
  z.object({
    kind: z.literal("range"),
    low: z.number(),
    high: z.number(),
    integer: z.boolean(),
    log: z.boolean(),
    step: z.exactOptional(z.number()),
  }),
]);
const variable = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("prompt"), maxLength: z.number() }),
  z.object({ kind: z.literal("options"), space: z.record(z.string(), dimension) }),
  z.object({ kind: z.literal("model"), models: z.array(z.string()) }),
  z.object({ kind: z.literal("weights") }),
]);

const triedSchema = z.object({
  role: z.enum(["asked", "current", "neighbour"]),
  key: z.nullable(z.string()),
  value: trialValueSchema,
  /** Null where the component failed. */
  output: z.nullable(fields),
  failure: z.nullable(z.string()),
  /** In (0, 1); null without a local reward function. */
  localReward: z.nullable(z.number()),
});

export const valueOutputSchema = z.object({
  kind: z.literal("value"),
  component: z.string(),
  exampleId: z.string(),
  input: fields,
  tried: z.array(triedSchema),
});

export const checkOutputSchema = z.object({
  kind: z.literal("check"),
  component: z.string(),
  value: trialValueSchema,
  accepted: z.boolean(),
  reason: z.string(),
  exampleIds: z.array(z.string()),
  before: z.array(z.number()),
  after: z.array(z.number()),
  systemRuns: z.number(),
});

export const exampleOutputSchema = z.object({
  kind: z.literal("example"),
  exampleId: z.string(),
  example: fields,
  score: z.number(),
  /** Milliseconds that it took, the scoring included. */
  ms: z.number(),
  failure: z.nullable(z.object({ at: z.string(), message: z.string() })),
  steps: z.array(
    z.object({
      component: z.string(),
      input: fields,
      output: fields,
      value: trialValueSchema,
      localReward: z.nullable(z.number()),
      /** Milliseconds until the output was there, and calls of the experiment's language model. */
      ms: z.exactOptional(z.number()),
      calls: z.exactOptional(z.number()),
    }),
  ),
});

/** How far a step is: told by whoever asked the step to tell, not by trials themselves. */
const progress = z.object({ kind: z.literal("progress"), label: z.string(), done: z.number(), total: z.number() });

/** A row is run from now on: told by whoever asked for the rows. */
const started = z.object({ kind: z.literal("started"), exampleId: z.string() });

/** A component has given its output for a row: told as well by whoever asked for the rows. */
const stepped = z.object({ kind: z.literal("stepped"), exampleId: z.string(), component: z.string() });

/** What can be tried: told once, when trials are opened, and again after what changes it. */
export const offerOutputSchema = z.object({
  kind: z.literal("offer"),
  system: z.string(),
  model: z.string(),
  simulated: z.boolean(),
  components: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      variable,
      /** What the source says, and what is in force. */
      source: trialValueSchema,
      current: trialValueSchema,
      /** Whether its local reward function has been learnt, and how well it orders outputs that it had not seen. */
      rewarded: z.boolean(),
      alignment: z.nullable(z.number()),
      /** System runs, at worst, of trying one value on one row, and of a check on the validation rows. */
      tryRuns: z.number(),
      checkRuns: z.number(),
      /** US dollars that these may cost; null where a price is not known. Absent where no model of a provider is asked. */
      tryUsd: z.exactOptional(z.nullable(z.number())),
      checkUsd: z.exactOptional(z.nullable(z.number())),
    }),
  ),
  /** US dollars that one run of the whole system may cost; as above. */
  rowUsd: z.exactOptional(z.nullable(z.number())),
  /** Rows to try on: id, and the beginning of what it brings. */
  examples: z.array(z.object({ id: z.string(), text: z.string(), split: z.enum(["train", "validation"]) })),
  /** Rows that a check compares on. */
  checkRows: z.number(),
  /** Accepted values that are not in force, and why; components that start from one. */
  leftOut: z.array(z.string()),
  taken: z.array(z.string()),
});

export const trialOutputSchema = z.discriminatedUnion("kind", [
  offerOutputSchema,
  valueOutputSchema,
  checkOutputSchema,
  exampleOutputSchema,
  started,
  stepped,
  progress,
]);
export type TrialOutput = Readonly<z.infer<typeof trialOutputSchema>>;
export type TrialOutputOf<K extends TrialOutput["kind"]> = Extract<TrialOutput, { kind: K }>;
