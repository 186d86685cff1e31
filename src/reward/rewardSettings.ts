import * as z from "zod";
import { LEXICAL } from "./backboneName.ts";

/** On what local rewards are learned, and how. What is said of adapters holds for transformers alone. */
export const rewardSettingsSchema = z.strictObject({
  /** "lexical"; the path of a folder with a transformer, from the experiment's folder; or "hub:owner/name". */
  backbone: z.string().min(1).default(LEXICAL),
  /** Rank and alpha of LoRA (paper, Table 7): an adapter counts alpha / rank. */
  rank: z.number().int().positive().default(32),
  alpha: z.number().positive().default(16),
  /** Linear layers that get an adapter: what their module paths end in. */
  targets: z.union([z.literal("all-linear"), z.array(z.string().min(1)).min(1)]).default("all-linear"),
  /**
   * Folder of exported rewards, or of an adapter that PEFT wrote, which a run starts from; from the experiment's folder. An
   * adapter's own rank, alpha and targets then hold. Null for a start from nothing.
   */
  start: z.string().min(1).nullable().default(null),
  /** What iterations go on to train: the shared adapter and the component's head as in the paper, or the head alone. */
  online: z.enum(["adapter", "head"]).default("adapter"),
  /** Memory that the trainer may take, in MiB; null for what this machine can spare. */
  memoryMb: z.number().positive().nullable().default(null),
});

export type RewardSettings = Readonly<z.infer<typeof rewardSettingsSchema>>;
