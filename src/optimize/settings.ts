import * as z from "zod";
import { rewardSettingsSchema } from "../reward/rewardSettings.ts";
import { UserError } from "../system/userError.ts";

const count = (fallback: number) => z.number().int().positive().default(fallback);

/**
 * Everything that shapes a run besides the experiment itself. Defaults follow the paper (Tables 6 and 7, Appendix D)
 * where it gives a value; where a default differs, the field says why.
 */
export const settingsSchema = z
  .object({
    /** Names every random stream of the run. */
    seed: z.number().int().default(1),
    /** T of Algorithm 1. */
    iterations: z.number().int().nonnegative().default(10),
    /** Hard limit of equivalent system runs, test rows apart; null for none. The paper's HotpotQA figure is 2,020. */
    budgetRuns: z.number().positive().nullable().default(2000),
    /** Hard limits of what may be spent on models, test rows and proposals included; null for none. */
    budgetCalls: z.number().int().positive().nullable().default(null),
    /** Input and output tokens together. */
    budgetTokens: z.number().int().positive().nullable().default(null),
    /** US dollars. Every model that is called must have a known price. */
    budgetUsd: z.number().positive().nullable().default(null),
    /** Minutes at work; what is under way when they are over is broken off. */
    budgetMinutes: z.number().positive().nullable().default(null),
    /**
     * Whether answers of models are taken from, and kept in, the record of answers. `off`: every request is sent, and
     * components that ask a model are taken to answer differently each time.
     */
    cache: z.enum(["on", "off"]).default("on"),
    /**
     * Examples under way at the same time: enough that models that take two seconds to answer are asked 600 times a minute.
     * Limits of providers lie below.
     */
    concurrency: count(24),
    /** Longest time of one component call, in milliseconds, unless the component says otherwise. */
    timeoutMs: count(120_000),
    /** Validation rows that the gate compares on, drawn once per run; the paper uses 20. */
    validationRows: count(20),
    /** Most training inputs that stage 1 collects preferences on; fewer when `stageOneShare` does not pay for them. */
    stageOneInputs: count(200),
    /** Share of the budget that stage 1 may take, in (0, 1). */
    stageOneShare: z.number().gt(0).lt(1).default(0.45),
    /**
     * System runs that stage 1 must be able to spend to be begun. Below, local rewards learn from what searches by the global
     * reward show. 0 as in the paper.
     */
    leastStageOneRuns: z.number().nonnegative().default(0),
    /** Inputs on which each iteration collects fresh preferences for its component (Table 7). */
    freshInputs: z.number().int().nonnegative().default(20),
    /** Recorded inputs that candidates are scored on (Table 7). */
    searchInputs: count(20),
    /** New prompts proposed and scored in one iteration (Table 7). */
    promptCandidates: count(3),
    /** Alternative outputs drawn per input when preferences are collected, besides the recorded one. */
    samples: count(3),
    /**
     * Alternatives drawn where the first `samples` differ from one another in their rewards: on most inputs nothing does,
     * and runs are better spent on the others.
     */
    tellingSamples: count(6),
    /** Calls of a component, at most, for each different output wanted: a repeated output costs no rollout. */
    triesPerSample: count(2),
    /** Prompts proposed before any score is known, whose outputs join the re-sampled ones in stage 1; 0 as in the paper. */
    explorationPrompts: z.number().int().nonnegative().default(8),
    /**
     * Probability with which, in a base trajectory of stage 1, a component runs at a random point of its search space
     * instead of its start value: preferences then hold for more than the start configuration, but are noisier. 0 as in
     * the paper.
     */
    explorationRate: z.number().min(0).max(1).default(0),
    /** Monte Carlo rollouts of everything downstream of a candidate; 1 is used where downstream is deterministic. */
    rollouts: count(3),
    /** Temperature at which alternatives are sampled; the component's own when null. */
    sampleTemperature: z.number().nonnegative().nullable().default(0.8),
    /** Most candidate sets per component that later fits replay, newest first. */
    replaySets: count(200),
    /** `all`: every pair with a higher expected score; `released`: the released code's rule, for comparison. */
    pairRule: z.enum(["all", "released"]).default("all"),
    /**
     * Weight the loss by the score gap, as the released code does: the order then follows the expected reward, not how
     * often one output beats another by however little. The paper's loss (eq. 4) has no weights.
     */
    gapWeights: z.boolean().default(false),
    /** On what local rewards are learned: words, or a transformer; and how. */
    rewards: rewardSettingsSchema.prefault({}),
    /** Offer the ground truth as one more candidate of the last component; needs `groundTruth` in the experiment. */
    groundTruth: z.boolean().default(false),
    /** Alignment from which on an LRF is trusted. */
    trustThreshold: z.number().min(0).max(1).default(0.55),
    /** What candidates are scored with; `random` and `global` are there for comparison. */
    scorer: z.enum(["local", "global", "random"]).default("local"),
    /**
     * What candidates of the component that writes the final outputs are scored with: `local` as in the paper, or the
     * `global` reward as in the released code. Nothing runs behind it, so that both cost the same.
     */
    lastComponent: z.enum(["local", "global"]).default("local"),
    /**
     * Standard errors, over the recorded inputs, by which a candidate's reward must exceed the current value's before it is
     * put to the gate. 0 as in the paper: any gain is worth a gate's runs.
     */
    advantage: z.number().nonnegative().default(0),
    /**
     * Give a challenger up at the gate when it is behind after a quarter of the rows, or not ahead after half of them. It
     * saves most of a lost gate's runs, and accepts nothing that all rows would reject. False as in the paper.
     */
    earlyRejection: z.boolean().default(false),
    /** `uniform` as in Algorithm 1; `gap` draws by softmax of the current average score gaps. */
    componentChoice: z.enum(["uniform", "gap"]).default("uniform"),
    /** Iterations for which a component rests after an accepted update of it. */
    cooldown: z.number().int().nonnegative().default(0),
    /** Names of the components to optimize; null for all that have a variable. */
    components: z.array(z.string()).nullable().default(null),
    /** Longest history that a proposer is shown. */
    historyLength: count(20),
    /** Options with more grid points than this are searched by successive halving over random points. */
    gridLimit: count(64),
  })
  .strict();

export type Settings = Readonly<z.infer<typeof settingsSchema>>;
export type SettingsInput = z.input<typeof settingsSchema>;

/**
 * Settings of several origins, of which later ones hold; those of `rewards` are taken one by one, so that who names a
 * backbone leaves its rank alone.
 */
export function layeredSettings(...origins: readonly (SettingsInput | undefined)[]): SettingsInput {
  const rewards = origins.map((origin) => origin?.rewards).filter((given) => given !== undefined);
  // What is no object is for `parseSettings` to refuse.
  const merged = rewards.every(isObject) ? Object.assign({}, ...rewards) : rewards.find((given) => !isObject(given));
  return { ...Object.assign({}, ...origins), ...(rewards.length > 0 && { rewards: merged }) };
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws UserError naming the setting and what it must be. */
export function parseSettings(given: SettingsInput): Settings {
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "settings"}: ${issue.message}`);
  throw new UserError(`These settings cannot be used: ${problems.join("; ")}.`);
}
