import type { Features } from "./encoder.ts";
import type { EncodedPair, FeatureLayout } from "./featureLayout.ts";

/**
 * Chosen minus rejected features of P pairs in a layout of D weights, as compressed rows: row p has the entries
 * starts[p] up to starts[p + 1]. All a head can learn from, since what both sides share cancels in r⁺ − r⁻.
 */
export interface Differences {
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float64Array;
  /** D: dense features, then buckets. */
  readonly size: number;
}

/** @param bucketUnit what a bucket's value counts against dense features: < 1 makes the same evidence move it less. */
export function differences(layout: FeatureLayout, pairs: readonly EncodedPair[], bucketUnit: number): Differences {
  const denseSize = layout.scales.length;
  const size = denseSize + layout.buckets.length;
  const offsets = blockOffsets(layout);
  const bucketPlaces = new Map([...layout.buckets].map((bucket, index) => [bucket, denseSize + index] as const));
  const row = new Float64Array(size);
  const starts = new Uint32Array(pairs.length + 1);
  const indices: number[] = [];
  const values: number[] = [];

  const addSide = (features: Features, sign: 1 | -1): void => {
    for (const block of features.dense) {
      const offset = offsets.get(block.name);
      if (offset === undefined) continue;
      for (let index = 0; index < block.values.length; index++) {
        const place = offset + index;
        const scaled = (block.values[index] as number) / (layout.scales[place] as number);
        row[place] = (row[place] as number) + sign * scaled;
      }
    }
    for (let index = 0; index < features.buckets.length; index++) {
      const place = bucketPlaces.get(features.buckets[index] as number);
      if (place === undefined) continue;
      row[place] = (row[place] as number) + sign * bucketUnit * (features.bucketValues[index] as number);
    }
  };

  for (const [pair, { chosen, rejected }] of pairs.entries()) {
    addSide(chosen, 1);
    addSide(rejected, -1);
    for (let place = 0; place < size; place++) {
      const value = row[place] as number;
      if (value === 0) continue;
      indices.push(place);
      values.push(value);
      row[place] = 0;
    }
    starts[pair + 1] = indices.length;
  }
  return { starts, indices: Uint32Array.from(indices), values: Float64Array.from(values), size };
}

/** First place of each dense block. */
export function blockOffsets(layout: FeatureLayout): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  let offset = 0;
  for (const { name, size } of layout.blocks) {
    offsets.set(name, offset);
    offset += size;
  }
  return offsets;
}

/** r⁺ − r⁻ of pair `row` under `weights`, shape (D). */
export function marginOf(rows: Differences, row: number, weights: Float64Array): number {
  let margin = 0;
  const end = rows.starts[row + 1] as number;
  for (let entry = rows.starts[row] as number; entry < end; entry++)
    margin += (weights[rows.indices[entry] as number] as number) * (rows.values[entry] as number);
  return margin;
}

/** Adds `factor` times the difference of pair `row` to `gradient`, shape (D). */
export function addRow(rows: Differences, row: number, factor: number, gradient: Float64Array): void {
  const end = rows.starts[row + 1] as number;
  for (let entry = rows.starts[row] as number; entry < end; entry++) {
    const index = rows.indices[entry] as number;
    gradient[index] = (gradient[index] as number) + factor * (rows.values[entry] as number);
  }
}
