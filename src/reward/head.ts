import { blockOffsets } from "./differences.ts";
import type { Features } from "./encoder.ts";
import { emptyLayout, type FeatureLayout } from "./featureLayout.ts";

/** Examples are divided into this many folds, each with a head that never sees it. */
export const foldCount = 5;

/** Weights of one linear function in a layout, in units of scaled features: shapes (dense size) and (buckets). */
export interface HeadWeights {
  readonly dense: Float32Array;
  readonly buckets: Float32Array;
}

/**
 * One component's linear function on the encoder's features (paper, eq. 2), together with the heads of its folds, by
 * which every fit can say how well unseen examples are ranked.
 */
export interface Head {
  readonly layout: FeatureLayout;
  readonly weights: HeadWeights;
  /** `foldCount` heads; head f was never trained on an example of fold f. */
  readonly foldWeights: readonly HeadWeights[];
  /** Fold of every example that was trained on; an example keeps its fold for good. */
  readonly folds: ReadonlyMap<string, number>;
  /** Added to every reward, so that the outputs of the last fit have mean 0 and σ(r) is not saturated. */
  readonly bias: number;
}

const noWeights: HeadWeights = { dense: new Float32Array(0), buckets: new Float32Array(0) };

/** A head that knows no feature and gives every item reward 0. */
export const emptyHead: Head = {
  layout: emptyLayout,
  weights: noWeights,
  foldWeights: Array.from({ length: foldCount }, () => noWeights),
  folds: new Map(),
  bias: 0,
};

/** How much a bucket's value of 1 counts against one unit of a dense feature; see `differences`. */
export const bucketUnit: number = 0.3;

/** The function from features to reward r_k (a logit) that a head stands for; unknown features count nothing. */
export function rewardFunction(head: Head, bucketCount: number): (features: Features) => number {
  const offsets = blockOffsets(head.layout);
  const dense = head.weights.dense.map((weight, index) => weight / (head.layout.scales[index] as number));
  const table = new Float32Array(bucketCount);
  for (const [index, bucket] of head.layout.buckets.entries())
    table[bucket] = bucketUnit * (head.weights.buckets[index] as number);

  return (features) => {
    let reward = head.bias;
    for (const { name, values } of features.dense) {
      const offset = offsets.get(name);
      if (offset === undefined) continue;
      for (let index = 0; index < values.length; index++)
        reward += (dense[offset + index] as number) * (values[index] as number);
    }
    for (let index = 0; index < features.buckets.length; index++)
      reward += (table[features.buckets[index] as number] as number) * (features.bucketValues[index] as number);
    return reward;
  };
}

/** Weights as one array of shape (D), zeros for places the layout has gained. */
export function trainingStart(weights: HeadWeights, layout: FeatureLayout): Float64Array {
  const start = new Float64Array(layout.scales.length + layout.buckets.length);
  start.set(weights.dense);
  start.set(weights.buckets, layout.scales.length);
  return start;
}

/** The inverse of `trainingStart`, rounded to single precision, in which heads are kept and saved. */
export function headWeights(weights: Float64Array, layout: FeatureLayout): HeadWeights {
  return {
    dense: Float32Array.from(weights.subarray(0, layout.scales.length)),
    buckets: Float32Array.from(weights.subarray(layout.scales.length)),
  };
}
