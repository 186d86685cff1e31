import { ProgressType, RequestType } from "vscode-jsonrpc/node";
import * as z from "zod";
import type { Fields } from "../system/component.ts";
import { exportFactsSchema } from "./exportedComponent.ts";
import type { FitProgress, FitReport, FitRequest, RewardComponent, RewardItem } from "./localRewards.ts";
import { changes } from "./perturbation.ts";
import type { ScoredOutput } from "./preferencePair.ts";
import { rewardSettingsSchema } from "./rewardSettings.ts";

/**
 * What the trainer process and its parent say to each other: JSON-RPC with headers over the child's stdin and stdout.
 * The parent's first request is `handshake`, the second `open`; the trainer answers nothing else before them. Whatever arrives is checked with
 * the schemas below, on both sides. Inputs and outputs that recur are sent once and named by their place.
 */
export const protocolVersion = 2;

const fieldsSchema = z.record(z.string(), z.unknown());
const optionsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const placeSchema = z.number().int().nonnegative();
const componentSchema = z.object({ name: z.string(), description: z.string() });

export const handshakeSchema = z.object({ protocol: z.number() });
export const handshakeReplySchema = z.object({ protocol: z.number() });

/** What rewards are learned on, which may take its time to be read. */
export const openSchema = z.object({ rewards: rewardSettingsSchema, checkpoints: z.string().optional() });
export type OpenRequest = Readonly<z.infer<typeof openSchema>>;
/** By what saved rewards know their backbone again, and what was left out of those that these begin with. */
export const openReplySchema = z.object({ backbone: z.string(), notes: z.array(z.string()).optional() });

export const fitSchema = z.object({
  component: componentSchema,
  stage: z.enum(["converge", "adapt"]),
  gapWeights: z.boolean(),
  seed: z.number(),
  diagnose: z.boolean().optional(),
  inputs: z.array(fieldsSchema),
  outputs: z.array(z.object({ output: fieldsSchema, options: optionsSchema.optional(), score: z.number() })),
  pairs: z.array(
    z.object({
      component: z.string(),
      exampleId: z.string(),
      input: placeSchema,
      chosen: placeSchema,
      rejected: placeSchema,
    }),
  ),
  /** Names the fit in the progress it reports. */
  progress: placeSchema,
});

const diagnosisSchema = z.object({
  examples: z.number(),
  effectivePairs: z.number(),
  trainLosses: z.array(z.number()),
  heldOutLosses: z.array(z.number()),
  coinLoss: z.number(),
  wrong: z.number(),
  brier: z.number().optional(),
  calibration: z.array(z.object({ from: z.number(), pairs: z.number(), predicted: z.number(), right: z.number() })),
  mistakes: z.array(z.object({ pair: placeSchema, margin: z.number() })),
  effects: z.array(
    z.object({
      change: z.enum(changes),
      strength: z.number(),
      outputs: z.number(),
      mean: z.number(),
      deviation: z.number(),
      lower: z.number(),
      example: z.object({ pair: placeSchema, difference: z.number() }),
    }),
  ),
});

export const fitReportSchema = z.object({
  component: z.string(),
  pairs: z.number(),
  heldOut: z.number(),
  /** Left out by JSON where it is undefined. */
  alignment: z.number().optional(),
  trainAlignment: z.number(),
  losses: z.array(z.number()),
  epochs: z.number(),
  diagnosis: diagnosisSchema.optional(),
});

export const fitProgressSchema = z.object({
  component: z.string(),
  epoch: z.number(),
  epochs: z.number(),
  loss: z.number(),
  step: z.number().optional(),
  steps: z.number().optional(),
  alignment: z.number().optional(),
});

export const scoreSchema = z.object({
  component: componentSchema,
  inputs: z.array(fieldsSchema),
  items: z.array(z.object({ input: placeSchema, output: fieldsSchema, options: optionsSchema.optional() })),
});

export const rewardsSchema = z.array(z.number());
export const fileRequestSchema = z.object({ file: z.string() });
export const exportSchema = z.object({ folder: z.string(), facts: exportFactsSchema });
/** Sentences on what others cannot use. */
export const exportReplySchema = z.array(z.string());

/** What becomes of an error on its way: its class, where the other side has the same one, and what the disk said. */
export const errorDataSchema = z.object({ name: z.string(), disk: z.string().optional() });

type FitMessage = z.infer<typeof fitSchema>;
type ScoreMessage = z.infer<typeof scoreSchema>;

/** Parameters and results are `unknown` until a schema has seen them. */
export const requests = {
  handshake: new RequestType<z.infer<typeof handshakeSchema>, unknown, unknown>("handshake"),
  open: new RequestType<OpenRequest, unknown, unknown>("open"),
  fit: new RequestType<FitMessage, unknown, unknown>("fit"),
  score: new RequestType<ScoreMessage, unknown, unknown>("score"),
  save: new RequestType<z.infer<typeof fileRequestSchema>, unknown, unknown>("save"),
  load: new RequestType<z.infer<typeof fileRequestSchema>, unknown, unknown>("load"),
  export: new RequestType<z.infer<typeof exportSchema>, unknown, unknown>("export"),
} as const;

export const fitProgress = new ProgressType<FitProgress>();

export function fitMessage(request: FitRequest, progress: number): FitMessage {
  const inputs = new Table<Fields>();
  const outputs = new Table<ScoredOutput>();
  const pairs = request.pairs.map(({ component, exampleId, input, chosen, rejected }) => ({
    component,
    exampleId,
    input: inputs.place(input),
    chosen: outputs.place(chosen),
    rejected: outputs.place(rejected),
  }));
  const { component, stage, gapWeights, seed, diagnose } = request;
  return {
    component,
    stage,
    gapWeights,
    seed,
    diagnose,
    inputs: inputs.values,
    outputs: outputs.values,
    pairs,
    progress,
  };
}

/** @throws RangeError when a place is beyond its table. */
export function fitRequest(message: FitMessage): FitRequest {
  const { component, stage, gapWeights, seed, diagnose, inputs, outputs } = message;
  const pairs = message.pairs.map((pair) => ({
    ...pair,
    input: at(inputs, pair.input),
    chosen: at(outputs, pair.chosen),
    rejected: at(outputs, pair.rejected),
  }));
  return { component, stage, gapWeights, seed, pairs, ...(diagnose !== undefined && { diagnose }) };
}

export function scoreMessage(component: RewardComponent, items: readonly RewardItem[]): ScoreMessage {
  const inputs = new Table<Fields>();
  const placed = items.map(({ input, output, options }) => ({ input: inputs.place(input), output, options }));
  return { component, inputs: inputs.values, items: placed };
}

/** @throws RangeError when a place is beyond its table. */
export function scoredItems({ inputs, items }: ScoreMessage): RewardItem[] {
  return items.map(({ input, output, options }) => ({ input: at(inputs, input), output, options }));
}

export function receivedReport(value: unknown): FitReport {
  const { alignment, diagnosis, ...report } = fitReportSchema.parse(value);
  if (diagnosis === undefined) return { ...report, alignment };
  return { ...report, alignment, diagnosis: { ...diagnosis, brier: diagnosis.brier } };
}

/** Distinct values in order of their first use; equal ones are found by identity first, then by their JSON. */
class Table<T extends object> {
  readonly values: T[] = [];
  readonly #byIdentity = new Map<T, number>();
  readonly #byJson = new Map<string, number>();

  place(value: T): number {
    const known = this.#byIdentity.get(value);
    if (known !== undefined) return known;
    const json = JSON.stringify(value);
    const place = this.#byJson.get(json) ?? this.values.push(value) - 1;
    this.#byIdentity.set(value, place);
    this.#byJson.set(json, place);
    return place;
  }
}

function at<T>(values: readonly T[], place: number): T {
  const value = values[place];
  if (value === undefined) throw new RangeError(`place ${place} in a table of ${values.length}`);
  return value;
}
