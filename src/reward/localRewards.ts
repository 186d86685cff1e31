import type { Fields } from "../system/component.ts";
import type { ProcessEnd } from "../system/processEnd.ts";
import type { OptionValues } from "../system/variable.ts";
import type { ExportFacts } from "./exportedComponent.ts";
import type { FitDiagnosis } from "./fitDiagnosis.ts";
import type { PreferencePair } from "./preferencePair.ts";

/** What a local reward function scores: an input of a component and an output it gave. */
export interface RewardItem {
  readonly input: Fields;
  readonly output: Fields;
  readonly options?: OptionValues | undefined;
}

/** A component as its local reward function knows it. */
export interface RewardComponent {
  readonly name: string;
  readonly description: string;
}

export interface FitRequest {
  readonly component: RewardComponent;
  /** New pairs and those replayed from the buffer; the order does not matter to the result. */
  readonly pairs: readonly PreferencePair[];
  /** `converge` starts the component's head afresh and trains with early stopping (stage 1); `adapt` continues (stage 2). */
  readonly stage: "converge" | "adapt";
  /** Weight the loss of a pair by its score gap, min-max scaled over the pairs (1 for all where the gaps are equal). */
  readonly gapWeights: boolean;
  readonly seed: number;
  /** Whether the report is to say more of the fit than its alignment. */
  readonly diagnose?: boolean;
}

/** How well a fit went; `alignment` is measured only on pairs the scoring weights had not seen. */
export interface FitReport {
  readonly component: string;
  /** Pairs trained on and held out, together. */
  readonly pairs: number;
  /** Pairs the alignment was measured on. */
  readonly heldOut: number;
  /** Share of held-out pairs ranked rightly, ties counting half, in [0, 1]; undefined without held-out pairs. */
  readonly alignment: number | undefined;
  readonly trainAlignment: number;
  /** Mean loss (eq. 4) in nats over the training pairs, per epoch. */
  readonly losses: readonly number[];
  readonly epochs: number;
  /** Where it was asked for, and whoever fits can tell. */
  readonly diagnosis?: FitDiagnosis;
}

export interface FitProgress {
  readonly component: string;
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  /** Steps of the epoch that are made, of all, where an epoch takes long. */
  readonly step?: number | undefined;
  readonly steps?: number | undefined;
  /** Share of held-out pairs that are ranked rightly so far, where it is looked at on the way. */
  readonly alignment?: number | undefined;
}

/** All local reward functions of a system: one shared encoder, one linear head per component (eq. 2). */
export interface LocalRewards {
  readonly backbone: string;
  /** Sentences on what was left out of the rewards that these begin with. */
  readonly notes?: readonly string[];
  /** Resolves when nothing can be fitted or scored any more, disposed of or not; absent where that cannot happen by itself. */
  readonly ended?: Promise<ProcessEnd>;
  /** @throws RangeError when `pairs` is empty. */
  fit(request: FitRequest, signal: AbortSignal, onProgress?: (progress: FitProgress) => void): Promise<FitReport>;
  /** Raw rewards r_k (logits, any real number), one per item in order; higher is better. */
  score(component: RewardComponent, items: readonly RewardItem[], signal: AbortSignal): Promise<number[]>;
  /** Writes all weights to `file` atomically. */
  save(file: string): Promise<void>;
  /** Replaces all weights by those in `file`; refuses unreadable or newer files. */
  load(file: string): Promise<void>;
  /**
   * Writes them into a folder for other programs; absent where there are none to whom they would say anything.
   * @returns sentences on what others cannot use
   * @throws UserError where nothing was fitted, or not on a transformer alone, or the folder holds something else
   */
  export?(folder: string, facts: ExportFacts): Promise<readonly string[]>;
  dispose(): Promise<void>;
}
