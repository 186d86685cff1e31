import * as z from "zod";
import { accountFields, configurationSchema, variableValueSchema } from "../run/events.ts";
import type { Configuration } from "../system/configuration.ts";
import { savedTrajectorySchema } from "./recordedTrajectories.ts";

const fitSchema = z.object({
  pairs: z.number().int(),
  heldOut: z.number().int(),
  alignment: z.number().optional(),
});

/** Where a component stands in the run. */
const standingSchema = z.object({
  /** Iteration of the last accepted update, from 1. */
  lastAccepted: z.number().int().optional(),
  /** Prompts proposed before any score was known; their outputs join the candidates of preference collection. */
  explored: z.array(z.string()),
  /** Values scored so far, oldest first, each with its latest reward and what gave it. */
  history: z.array(
    z.object({ value: variableValueSchema, reward: z.number(), scorer: z.enum(["local", "global", "random"]) }),
  ),
  fit: fitSchema.optional(),
  /** Whether the local reward function may stand in for the global reward. */
  trusted: z.boolean(),
  averageGap: z.number(),
  /** Configuration under which the last search found nothing that was not rejected before; it would find the same again. */
  exhaustedAt: z.string().optional(),
});
export type Standing = z.infer<typeof standingSchema>;

/** Everything a run needs to go on from a checkpoint, apart from candidate sets and reward weights: plain JSON. */
export const optimizationStateSchema = z.object({
  configuration: configurationSchema,
  initial: configurationSchema,
  /** Validation rows of the gate, and the scores on them before the run and of the incumbent; absent until measured. */
  gate: z
    .object({ exampleIds: z.array(z.string()), initial: z.array(z.number()), scores: z.array(z.number()) })
    .optional(),
  /** What the calls for the start's rows would cost without a record of answers; absent in states of earlier versions. */
  startWorth: z.object({ calls: z.number(), tokens: z.number(), usd: z.number().nullable() }).optional(),
  /** Training inputs on which stage 1 has collected candidates. */
  collected: z.number().int(),
  fitted: z.boolean(),
  /** Iterations done. */
  iteration: z.number().int(),
  stop: z.enum(["iterations", "budget", "nothing left to try"]).optional(),
  /** Which budget, where `stop` says that one ended the run before its next step. */
  budget: z.enum(["system runs", "calls", "tokens", "money", "time"]).optional(),
  /** Milliseconds at work until the checkpoint; absent in states of earlier versions. */
  elapsedMs: z.number().nonnegative().optional(),
  accepted: z.number().int(),
  rejected: z.number().int(),
  /** Hashes of configurations that the gate of a deterministic system rejected: it would do so again. */
  refused: z.array(z.string()),
  standings: z.record(z.string(), standingSchema),
  ledger: z.record(z.string(), z.record(z.string(), z.number())),
  calls: z.record(
    z.string(),
    z.object({ calls: z.number().int(), inputTokens: z.number().int(), outputTokens: z.number().int() }),
  ),
  /** `calls` in more detail, and prices; absent in states of earlier versions. */
  spentCalls: accountFields.spentCalls,
  models: accountFields.models,
  trajectories: z.array(savedTrajectorySchema),
});
export type OptimizationState = z.infer<typeof optimizationStateSchema>;

export function initialState(configuration: Configuration, components: readonly string[]): OptimizationState {
  return {
    configuration,
    initial: configuration,
    collected: 0,
    fitted: false,
    iteration: 0,
    accepted: 0,
    rejected: 0,
    refused: [],
    standings: Object.fromEntries(
      components.map((name) => [name, { explored: [], history: [], trusted: false, averageGap: 0 }] as const),
    ),
    ledger: {},
    calls: {},
    trajectories: [],
  };
}
