import * as z from "zod";

// What a run costs, as its events tell it: what it was thought to come to, and what was spent.

/** What something may come to. */
const rangeSchema = z.object({ low: z.number(), expected: z.number(), high: z.number() });
export type EstimateRange = Readonly<z.infer<typeof rangeSchema>>;

/** What a run was thought to come to before it began. */
export const runEstimateSchema = z.object({
  calls: rangeSchema,
  /** Input and output together. */
  tokens: rangeSchema,
  /** US dollars; null where a price is not known. */
  usd: rangeSchema.nullable(),
  minutes: rangeSchema,
  /** No model but the simulated one is asked. */
  simulated: z.boolean(),
  /** How it was computed, and what it leaves open. */
  sentences: z.array(z.string()),
});
export type RunEstimate = Readonly<z.infer<typeof runEstimateSchema>>;

const spentBySchema = z.object({
  /** Name of a component, or "proposer". */
  who: z.string(),
  /** Null where it is not told apart. */
  purpose: z.string().nullable(),
  calls: z.number(),
  recorded: z.number(),
  /** Input and output together. */
  tokens: z.number(),
  /** US dollars; null where a price is not known. */
  usd: z.number().nullable(),
});
/** What somebody's calls for one purpose have come to. */
export type SpentByRow = Readonly<z.infer<typeof spentBySchema>>;

/** What a run has come to by now. */
export const spentSoFarSchema = z.object({
  /** Calls that were sent and answered, and those that were answered from a record. */
  calls: z.number(),
  recorded: z.number(),
  /** Input and output together. */
  tokens: z.number(),
  money: z.object({
    /** US dollars of all calls whose price is known. */
    usd: z.number(),
    /** Calls of models whose price is not known, and calls of the simulated model. */
    unpriced: z.number(),
    simulated: z.number(),
    /** Requests without an answer, and what they may cost on top at most. */
    unanswered: z.object({ calls: z.number(), usd: z.number() }).optional(),
    /** Some of the tokens are counted from texts. */
    estimated: z.literal(true).optional(),
  }),
  /** The same by who asked and for what; earlier versions did not tell. */
  by: z.array(spentBySchema).optional(),
});
export type SpentSoFar = Readonly<z.infer<typeof spentSoFarSchema>>;

/** Model calls and tokens, by who asked: component names and "proposer". */
export const modelCallsSchema = z.record(
  z.string(),
  z.object({ calls: z.number().int(), inputTokens: z.number().int(), outputTokens: z.number().int() }),
);

/** Model calls and tokens by who asked, for what purpose and which model; null for what was counted before these were. */
export const spentCallsSchema = z.object({
  who: z.string(),
  purpose: z.string().nullable(),
  model: z.string().nullable(),
  /** Calls that were made. */
  calls: z.number().int(),
  /** Calls that were answered from a record: neither they nor their tokens are among the others. */
  recorded: z.number().int().optional(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** Of `inputTokens`: those that the provider had read before and charges less for. */
  cachedInputTokens: z.number().int().optional(),
  /** Some of the tokens are counted from texts, for the provider did not report them. */
  estimated: z.literal(true).optional(),
  /** Requests that were sent and brought no answer, and what the provider may charge for them at most. */
  unanswered: z
    .object({ calls: z.number().int(), inputTokens: z.number().int(), outputTokens: z.number().int() })
    .optional(),
});
export type SpentCalls = z.infer<typeof spentCallsSchema>;

/** What is known of the price of a model, in US dollars. */
const pricedModelSchema = z.object({
  /** The stand-in that is no language model: nothing is to be paid for it. */
  simulated: z.boolean(),
  /** Null where it is not known. */
  price: z
    .object({
      inputPerMillion: z.number(),
      outputPerMillion: z.number(),
      cachedInputPerMillion: z.number().optional(),
      asOf: z.string().optional(),
      source: z.string().optional(),
    })
    .nullable(),
});
export type PricedModel = z.infer<typeof pricedModelSchema>;

/** What was spent by then, in more detail than `systemRuns` tells; logs of earlier versions do not have it. */
export const accountFields = {
  /** Executions of each component, by purpose; each counts as the component's share of a system run. */
  executions: z.record(z.string(), z.record(z.string(), z.number().int())).optional(),
  spentCalls: z.array(spentCallsSchema).optional(),
  /** Prices of all models among `spentCalls`, by name. */
  models: z.record(z.string(), pricedModelSchema).optional(),
};

/** All of it, of a run or of a part of one. */
export const accountSchema = z.object({ ...accountFields, modelCalls: modelCallsSchema.optional() });
export type Account = z.infer<typeof accountSchema>;
