import * as z from "zod";
import type { Configuration } from "../system/configuration.ts";
import type { VariableValue } from "../system/variable.ts";
import { accountFields, accountSchema, modelCallsSchema, runEstimateSchema, spentSoFarSchema } from "./account.ts";
import { runPauseSchema } from "./runPause.ts";

export {
  type Account,
  accountFields,
  type EstimateRange,
  type PricedModel,
  type RunEstimate,
  type SpentCalls,
  type SpentSoFar,
  spentCallsSchema,
} from "./account.ts";

/** Version of the run's files; raised when an older reader could misread them. */
export const RUN_FORMAT = 1;

const optionValue = z.union([z.string(), z.number(), z.boolean()]);
export const variableValueSchema: z.ZodType<VariableValue> = z.union([
  z.null(),
  z.string(),
  z.object({ perInput: z.literal(true), fallback: z.string() }).strict(),
  z.object({ adapter: z.string().nullable() }).strict(),
  z.record(z.string(), optionValue),
]);
export const configurationSchema: z.ZodType<Configuration> = z.record(z.string(), variableValueSchema);

const failureSchema = z.object({
  exampleId: z.string(),
  /** Component that failed, or "reward". */
  at: z.string(),
  kind: z.enum(["threw", "timeout", "field", "reward"]),
  message: z.string(),
});

const splitSchema = z.enum(["train", "validation", "test"]);
const dataSchema = z.object({ n: z.number().int(), hash: z.string(), source: z.string() });

/** What every event carries. */
const base = {
  /** Position in the log, from 0, without gaps. */
  seq: z.number().int().nonnegative(),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** System runs spent when the event happened, in equivalent full runs. */
  systemRuns: z.number(),
};

const phaseSchema = z.enum(["measuring", "collecting", "fitting", "iterating", "testing"]);
export type Phase = z.infer<typeof phaseSchema>;

/** What is known of a fit beyond its alignment; logs of earlier versions do not have it. */
const diagnosisSchema = z.object({
  /** Different examples that the held-out pairs come from. */
  examples: z.number().int(),
  /** Independent pairs that would bound the alignment as closely: those of one example depend on each other. */
  effectivePairs: z.number(),
  /** Mean loss in nats after each epoch that was tried; `epochs` of the fit says which was chosen. */
  trainLosses: z.array(z.number()),
  heldOutLosses: z.array(z.number()),
  /** Mean loss of a coin on the same pairs: less than ln 2 where pairs weigh less the smaller their gap. */
  coinLoss: z.number().optional(),
  /** Held-out pairs that are ordered wrongly. */
  wrong: z.number().int(),
  /** Mean squared error of the predicted preferences, 0.25 for coins. */
  brier: z.number().optional(),
  /** Held-out pairs by predicted probability, in [0.5, 1], that the preferred output is the better one, and how often it was. */
  calibration: z.array(
    z.object({ from: z.number(), pairs: z.number().int(), predicted: z.number(), right: z.number() }),
  ),
  /** What changing outputs on purpose does to the local reward, in logits, over `outputs` of them. */
  effects: z.array(
    z.object({
      change: z.string(),
      /** Share of the output that was changed. */
      strength: z.number(),
      outputs: z.number().int(),
      mean: z.number(),
      deviation: z.number(),
      /** Outputs whose reward fell. */
      lower: z.number().int(),
    }),
  ),
  /** The run's folder held the texts behind this when it was recorded, under the number of this event. */
  texts: z.boolean().optional(),
});
export type LoggedDiagnosis = z.infer<typeof diagnosisSchema>;

const fitSchema = z.object({
  pairs: z.number().int(),
  heldOut: z.number().int(),
  alignment: z.number().optional(),
  trainAlignment: z.number(),
  losses: z.array(z.number()),
  epochs: z.number().int(),
  diagnosis: diagnosisSchema.optional(),
});

const meanSchema = z.object({ mean: z.number(), n: z.number().int() });
/** Paired difference optimized - unoptimized with its 95 % bootstrap interval. */
const differenceSchema = z.object({ mean: z.number(), low: z.number(), high: z.number(), n: z.number().int() });
const splitScores = z.object({ validation: meanSchema, test: meanSchema.optional() });

export const componentInfoSchema = z.object({
  name: z.string(),
  description: z.string(),
  kind: z.enum(["none", "prompt", "options", "model", "weights"]),
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  /** Share of a system run that one execution costs; the shares of a system sum to 1. */
  share: z.number(),
});
export type ComponentInfo = z.infer<typeof componentInfoSchema>;

/** Accepted values that a run starts from instead of the source's: name of their file, and whose values they are. */
export const savedStartSchema = z.object({ file: z.string(), components: z.array(z.string()) });

const runStarted = z.object({
  type: z.literal("run.started"),
  format: z.literal(RUN_FORMAT),
  runId: z.string(),
  /** Path of the experiment file as the user gave it; "" for a run started from code. */
  experiment: z.string(),
  system: z.object({ name: z.string(), components: z.array(componentInfoSchema), outputs: z.array(z.string()) }),
  saved: savedStartSchema.optional(),
  settings: z.record(z.string(), z.unknown()),
  iterations: z.number().int(),
  /** Hard limit of system runs, or null. */
  budgetRuns: z.number().nullable(),
  seed: z.number().int(),
  model: z.string(),
  simulated: z.boolean(),
  /** What the run was thought to come to before it began; earlier versions did not say. */
  estimate: runEstimateSchema.optional(),
  data: z.object({ train: dataSchema, validation: dataSchema, test: dataSchema.optional() }),
  configuration: configurationSchema,
});

const runResumed = z.object({
  type: z.literal("run.resumed"),
  /** Events with `checkpoint < seq <` this event's seq were redone and no longer count. */
  checkpoint: z.number().int(),
  /** Milliseconds at work on what is done again; where a log does not tell, its readers add up what its events do. */
  redoneMs: z.number().nonnegative().optional(),
});

const phaseStarted = z.object({
  type: z.literal("phase"),
  phase: phaseSchema,
  /**
   * Iterations done and iterations to come to, where code asked for so many more and a summary: asked for the same again
   * after an interruption, the run goes to the same end.
   */
  plan: z.object({ from: z.number().int(), of: z.number().int() }).optional(),
});

/** Not kept in the log: how far the present step is. */
const progress = z.object({
  type: z.literal("progress"),
  phase: phaseSchema,
  /** What is being done ("collecting pairs for retriever"). */
  label: z.string(),
  done: z.number(),
  total: z.number(),
  /** What calls of models have come to by now; absent where nobody counts. */
  spent: spentSoFarSchema.optional(),
});

/** Not kept in the log, for that is what cannot be written: nothing goes on until the disk takes what it refuses. */
const paused = z.object({
  type: z.literal("paused"),
  /** What is wrong, where, and what to do about it. */
  message: z.string(),
  pause: runPauseSchema,
  /** Told before; only the figures are others. */
  again: z.literal(true).optional(),
});

/** Not kept in the log: the disk takes again what it refused, and all of that is written. */
const unpaused = z.object({ type: z.literal("unpaused") });

/** Not kept in the log: no request to a provider is sent for a while, told again each second; null when that is over. */
const waiting = z.object({
  type: z.literal("waiting"),
  wait: z.nullable(
    z.object({
      provider: z.string(),
      why: z.enum(["requests", "tokens", "pause", "retry"]),
      /** Of a limit. */
      perMinute: z.number().optional(),
      /** What failed before a `retry`, in a word or two. */
      failure: z.string().optional(),
      /** Milliseconds until the next request. */
      ms: z.number(),
      /** Told for the first time. */
      begins: z.boolean(),
    }),
  ),
});

const evaluation = z.object({
  type: z.literal("evaluation"),
  of: z.enum(["unoptimized", "incumbent", "optimized"]),
  split: splitSchema,
  mean: z.number(),
  n: z.number().int(),
  exampleIds: z.array(z.string()),
  scores: z.array(z.number()),
  failures: z.array(failureSchema),
  /** The beginning of each row, by which people know it: told with the start's validation rows. */
  texts: z.array(z.string()).optional(),
});

const pairsCollected = z.object({
  type: z.literal("pairs"),
  /** 0 in stage 1, else the iteration, from 1. */
  iteration: z.number().int(),
  component: z.string(),
  inputs: z.number().int(),
  pairs: z.number().int(),
  /** Mean of chosen score - rejected score over all pairs kept for the component; 0 without pairs. */
  averageGap: z.number(),
});

const rewardsFitted = z.object({
  type: z.literal("rewards"),
  iteration: z.number().int(),
  component: z.string(),
  backbone: z.string(),
  fit: fitSchema,
  /** False: the component is optimized on the global reward instead, for the reason given. */
  trusted: z.boolean(),
  reason: z.string(),
});

const iterationStarted = z.object({
  type: z.literal("iteration"),
  iteration: z.number().int(),
  of: z.number().int(),
  component: z.string(),
  /** Probability with which the component was drawn. */
  probability: z.number(),
});

const candidate = z.object({
  type: z.literal("candidate"),
  iteration: z.number().int(),
  component: z.string(),
  value: variableValueSchema,
  /** Mean reward over the recorded inputs, by `scorer`. */
  reward: z.number(),
  scorer: z.enum(["local", "global", "random"]),
  inputs: z.number().int(),
  /** The value in force before the iteration, scored for comparison. */
  current: z.boolean(),
});

const update = z.object({
  type: z.literal("update"),
  iteration: z.number().int(),
  component: z.string(),
  /** `unchanged`: no candidate beat the current value, so nothing was put to the gate. */
  decision: z.enum(["accepted", "rejected", "unchanged"]),
  /** One sentence: why. */
  reason: z.string(),
  before: variableValueSchema,
  after: variableValueSchema,
  scorer: z.enum(["local", "global", "random"]),
  rewardBefore: z.number(),
  rewardAfter: z.number(),
  /** Scores on the same validation rows, in the same order; null when nothing was put to the gate. */
  validation: z
    .object({
      before: z.array(z.number()),
      after: z.array(z.number()),
      exampleIds: z.array(z.string()),
      /** Of the challenger, where there were any; earlier versions do not tell. */
      failures: z.array(failureSchema).optional(),
      /** Rows of the gate; more than were scored where the challenger was given up early. */
      rows: z.number().int().optional(),
    })
    .nullable(),
  /**
   * Where `after` leaves the choice of a model to each input: on how many of the search's inputs each model was chosen,
   * and its mean local reward there.
   */
  models: z.record(z.string(), z.object({ inputs: z.number().int(), reward: z.number() })).optional(),
});

/** Everything before this event is safe on disk; a resumed run goes on from the last one. */
const checkpoint = z.object({
  type: z.literal("checkpoint"),
  iteration: z.number().int(),
  ...accountSchema.shape,
});

const warning = z.object({ type: z.literal("warning"), message: z.string() });

/** One value of a landscape: mean local and global reward of a component's variable at that value. */
const landscapePoint = z.object({
  type: z.literal("landscape"),
  component: z.string(),
  key: z.string(),
  value: variableValueSchema,
  local: z.number().nullable(),
  global: z.number(),
  inputs: z.number().int(),
  current: z.boolean(),
});

const interrupted = z.object({ type: z.literal("run.interrupted"), reason: z.string() });
const failed = z.object({ type: z.literal("run.failed"), message: z.string() });

/** The last event of a run that came to its end. */
const summary = z.object({
  type: z.literal("summary"),
  runId: z.string(),
  model: z.string(),
  simulated: z.boolean(),
  /** Which budget ended the run, where it was one; earlier versions had one in system runs only. */
  budget: z.enum(["system runs", "calls", "tokens", "money", "time"]).optional(),
  /** Why the run ended. */
  stop: z.enum([
    "iterations",
    "budget",
    "nothing to optimize",
    "nothing left to try",
    "evaluated",
    "rewards fitted",
    "landscape drawn",
  ]),
  unoptimized: splitScores,
  optimized: splitScores,
  difference: z.object({ validation: differenceSchema, test: differenceSchema.optional() }),
  iterations: z.number().int(),
  accepted: z.number().int(),
  rejected: z.number().int(),
  configuration: configurationSchema,
  /** Last measured alignment per component, and the held-out pairs it was measured on. */
  alignment: z.record(z.string(), z.number()),
  alignmentPairs: z.record(z.string(), z.number()),
  /** System runs by purpose; their sum is `systemRuns`. Test rows are counted apart and never charged. */
  runsByPurpose: z.record(z.string(), z.number()),
  testRuns: z.number(),
  modelCalls: modelCallsSchema,
  ...accountFields,
});

const bodySchema = z.discriminatedUnion("type", [
  runStarted,
  runResumed,
  phaseStarted,
  progress,
  paused,
  unpaused,
  waiting,
  evaluation,
  pairsCollected,
  rewardsFitted,
  iterationStarted,
  candidate,
  update,
  checkpoint,
  warning,
  landscapePoint,
  interrupted,
  failed,
  summary,
]);

/** What happened, without position and time. */
export type EventBody = z.infer<typeof bodySchema>;
export type EventType = EventBody["type"];

export const eventSchema = bodySchema.and(z.object(base));
/** One entry of a run's log; the log of events is the run. */
export type RunEvent = EventBody & { readonly seq: number; readonly at: number; readonly systemRuns: number };
export type EventOf<T extends EventType> = Extract<RunEvent, { type: T }>;
export type BodyOf<T extends EventType> = Extract<EventBody, { type: T }>;

const passing: readonly EventType[] = ["progress", "paused", "unpaused", "waiting"];

/** Progress, pauses and waits are shown while they last and never written down. */
export function isLogged({ type }: Pick<EventBody, "type">): boolean {
  return !passing.includes(type);
}
