import type { Fields } from "../system/component.ts";
import type { OptionValues } from "../system/variable.ts";

/** An output of a component as a local reward function sees it. Prompts and model names are never part of it. */
export interface ScoredOutput {
  readonly output: Fields;
  /** Values of the component's options that made the output, where it has options. */
  readonly options?: OptionValues | undefined;
  /** Expected global reward: mean over the Monte Carlo rollouts of everything downstream. */
  readonly score: number;
}

/** Two outputs of one component for the same input; `chosen.score > rejected.score` (paper, section 4.1). */
export interface PreferencePair {
  readonly component: string;
  /** The example the input comes from; pairs of one example never stand on both sides of a split. */
  readonly exampleId: string;
  readonly input: Fields;
  readonly chosen: ScoredOutput;
  readonly rejected: ScoredOutput;
}
