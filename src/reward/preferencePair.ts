import type { Fields } from "../system/component.ts";
import type { OptionValues } from "../system/variable.ts";
import { contentHash } from "./contentHash.ts";

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

/**
 * `all`: every two outputs of different score make a pair. `released`: only where the better one also stands later in
 * the list, as the paper's released code does; it loses about half of what was measured and is kept for comparison.
 */
export type PairRule = "all" | "released";

/**
 * Preference pairs among the outputs of one component for one input (paper, section 4.1). Equal outputs are one
 * candidate, at the place and with the options of the first, scored by their mean; equal scores make no pair.
 * @param candidates at least none; fewer than two different outputs make no pair
 * @throws RangeError when a score is not finite
 */
export function preferencePairs(
  component: string,
  exampleId: string,
  input: Fields,
  candidates: readonly ScoredOutput[],
  rule: PairRule,
): PreferencePair[] {
  const distinct = mergeEqualOutputs(candidates);
  return distinct.flatMap((chosen, better) =>
    distinct
      .filter((rejected, worse) => chosen.score > rejected.score && (rule === "all" || better > worse))
      .map((rejected) => ({ component, exampleId, input, chosen, rejected })),
  );
}

function mergeEqualOutputs(candidates: readonly ScoredOutput[]): ScoredOutput[] {
  const groups = new Map<string, ScoredOutput[]>();
  for (const [index, candidate] of candidates.entries()) {
    if (!Number.isFinite(candidate.score)) throw new RangeError(`score of candidate ${index} is ${candidate.score}`);
    const key = contentHash(candidate.output);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [candidate]);
    else group.push(candidate);
  }
  return [...groups.values()].map((group) => {
    const first = group[0] as ScoredOutput;
    // A single candidate keeps its score to the last bit; a mean of equal scores could differ from it by rounding.
    if (group.every(({ score }) => score === first.score)) return first;
    return { ...first, score: group.reduce((sum, { score }) => sum + score, 0) / group.length };
  });
}

/** Each different pair once, in an order that depends on the pairs alone. */
export function distinctPairs(pairs: readonly PreferencePair[]): PreferencePair[] {
  const byHash = new Map(pairs.map((pair) => [contentHash(pair), pair] as const));
  return [...byHash].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}
