import type { TokenBatch } from "./backboneInputs.ts";

/** Where the meaning of a sequence is read from: encoders mean all places or the first, language models the last one. */
export type Pooling = "mean" | "first" | "last";

/** (N, S): what each place of a sequence counts; places without a token count nothing, rows sum to 1. */
export function poolWeights(pooling: Pooling, { sequences, length, mask }: TokenBatch): Float32Array {
  const weights = new Float32Array(sequences * length);
  for (let row = 0; row < sequences; row++) {
    const there = mask.subarray(row * length, (row + 1) * length);
    const places =
      pooling === "mean" ? placesOf(there) : [pooling === "first" ? there.indexOf(1n) : there.lastIndexOf(1n)];
    for (const place of places) weights[row * length + place] = 1 / places.length;
  }
  return weights;
}

function placesOf(there: BigInt64Array): number[] {
  return Array.from(there.keys()).filter((place) => there[place] === 1n);
}
