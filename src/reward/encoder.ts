import type { RewardComponent, RewardItem } from "./localRewards.ts";

/** Named features whose number and order are fixed by the name: one text's statistics, one option's value, ... */
export interface DenseBlock {
  readonly name: string;
  /** Finite, in natural units; a head brings them to one scale. */
  readonly values: Float64Array;
  /** How much sooner than others this block is believed: 1 for most, more for what was varied on purpose. */
  readonly emphasis: number;
}

/** What an encoder makes of one item; two items of one component may have different blocks (an optional field). */
export interface Features {
  readonly dense: readonly DenseBlock[];
  /** Distinct buckets in [0, encoder.buckets), any order, with their values: shapes (N) and (N). */
  readonly buckets: Uint32Array;
  readonly bucketValues: Float32Array;
}

/**
 * Turns items into features: the part of a reward function that all components share (paper, eq. 2). The heads that
 * sit on it (`head.ts`) know nothing of text, the encoder nothing of preferences.
 */
export interface Encoder {
  /** Name and version of the features; weights trained on one name must not be used with another. */
  readonly name: string;
  /** Number of hash buckets; 0 for an encoder with dense features only. */
  readonly buckets: number;
  /** Features of each item of a component in order; they depend on the item alone, never on the others. */
  encode(items: readonly RewardItem[], signal: AbortSignal, component: RewardComponent): Promise<Features[]>;
  /** Gives memory back once nothing is to be encoded any more; absent where there is nothing to give. */
  release?(): void;
}
