import type { DenseBlock, Features } from "./encoder.ts";

/** Where a head's weights stand: dense blocks one after the other, then one slot for each bucket it looks at. */
export interface FeatureLayout {
  /** Name and size of each dense block, in order of its place. */
  readonly blocks: readonly { readonly name: string; readonly size: number }[];
  /** Natural unit of each dense feature, shape (dense size), > 0; features are divided by it. */
  readonly scales: Float32Array;
  /** Buckets in order of their place, shape (H). */
  readonly buckets: Uint32Array;
}

export const emptyLayout: FeatureLayout = { blocks: [], scales: new Float32Array(0), buckets: new Uint32Array(0) };

/** Both sides of a pair, and the example they come from. */
export interface EncodedPair {
  readonly exampleId: string;
  readonly chosen: Features;
  readonly rejected: Features;
}

/**
 * Buckets that differ in pairs of fewer examples, and blocks found in fewer (a value of a continuous option), are left
 * out: what one example alone shows says nothing of others.
 */
const leastExamples = 3;

/** Differences below this are rounding. */
const leastUnit = 1e-9;

/** Most buckets a head looks at; those that differ in most examples come first. */
const mostBuckets = 2048;

/**
 * `layout` with everything added that these pairs bring; what is there keeps its place and scale, so weights go on to
 * mean what they meant. Labels play no part: held-out pairs may be among `pairs`.
 */
export function extendLayout(layout: FeatureLayout, pairs: readonly EncodedPair[]): FeatureLayout {
  const known = new Set(layout.blocks.map(({ name }) => name));
  const added = new Map<string, { block: DenseBlock; examples: Set<string> }>();
  for (const { exampleId, chosen, rejected } of pairs) {
    for (const block of [...chosen.dense, ...rejected.dense]) {
      if (known.has(block.name)) continue;
      const entry = added.get(block.name) ?? { block, examples: new Set() };
      entry.examples.add(exampleId);
      added.set(block.name, entry);
    }
  }
  // With fewer examples than that, whatever all of them have will do.
  const least = Math.min(leastExamples, new Set(pairs.map(({ exampleId }) => exampleId)).size);
  const addedBlocks = [...added.values()]
    .filter(({ examples }) => examples.size >= least)
    .map(({ block }) => block)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const addedScales = addedBlocks.flatMap((block) => blockScales(block, pairs));
  return {
    blocks: [...layout.blocks, ...addedBlocks.map(({ name, values }) => ({ name, size: values.length }))],
    scales: Float32Array.from([...layout.scales, ...addedScales]),
    buckets: Uint32Array.from([...layout.buckets, ...newBuckets(layout, pairs)]),
  };
}

/**
 * Units from the differences within pairs: the geometric mean of their root mean square and their maximum. The root
 * mean square alone would blow up a flag that differs in one pair of a hundred.
 */
function blockScales({ name, values, emphasis }: DenseBlock, pairs: readonly EncodedPair[]): number[] {
  const size = values.length;
  const squares = new Float64Array(size);
  const greatest = new Float64Array(size);
  for (const { chosen, rejected } of pairs) {
    const better = chosen.dense.find((block) => block.name === name)?.values;
    const worse = rejected.dense.find((block) => block.name === name)?.values;
    for (let index = 0; index < size; index++) {
      const difference = (better?.[index] ?? 0) - (worse?.[index] ?? 0);
      squares[index] = (squares[index] as number) + difference * difference;
      greatest[index] = Math.max(greatest[index] as number, Math.abs(difference));
    }
  }
  // A feature that never differs has no unit yet; 1 keeps it harmless, as its weight stays 0 until it differs.
  return [...squares].map((sum, index) => {
    const unit = Math.sqrt(Math.sqrt(sum / pairs.length) * (greatest[index] as number));
    return unit > leastUnit ? unit / emphasis : 1;
  });
}

function newBuckets(layout: FeatureLayout, pairs: readonly EncodedPair[]): number[] {
  const known = new Set(layout.buckets);
  const seen = new Map<number, { examples: number; last: string }>();
  const sorted = [...pairs].sort((a, b) => (a.exampleId < b.exampleId ? -1 : a.exampleId > b.exampleId ? 1 : 0));
  for (const { exampleId, chosen, rejected } of sorted) {
    for (const bucket of differingBuckets(chosen, rejected)) {
      const entry = seen.get(bucket);
      if (entry === undefined) seen.set(bucket, { examples: 1, last: exampleId });
      else if (entry.last !== exampleId) {
        entry.examples++;
        entry.last = exampleId;
      }
    }
  }
  return [...seen]
    .filter(([bucket, { examples }]) => examples >= leastExamples && !known.has(bucket))
    .sort(([a, { examples: inA }], [b, { examples: inB }]) => inB - inA || a - b)
    .slice(0, Math.max(0, mostBuckets - layout.buckets.length))
    .map(([bucket]) => bucket);
}

/** Buckets in one of the two only; a bucket in both differs at most by its group's size, which `scales` cover better. */
function differingBuckets(chosen: Features, rejected: Features): number[] {
  const better = new Set(chosen.buckets);
  const worse = new Set(rejected.buckets);
  return [
    ...chosen.buckets.filter((bucket) => !worse.has(bucket)),
    ...rejected.buckets.filter((bucket) => !better.has(bucket)),
  ];
}
