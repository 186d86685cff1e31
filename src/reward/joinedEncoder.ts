import type { Encoder, Features } from "./encoder.ts";

/**
 * What two encoders see of an item, side by side: dense blocks of both under their own names, and buckets of both, those of
 * the second behind those of the first. Heads on it weigh the one against the other.
 */
export function joinedEncoder(first: Encoder, second: Encoder): Encoder {
  return {
    name: `${first.name}+${second.name}`,
    buckets: first.buckets + second.buckets,
    async encode(items, signal, component) {
      const [seen, beside] = [
        await first.encode(items, signal, component),
        await second.encode(items, signal, component),
      ];
      return seen.map((features, index) => joined(features, beside[index] as Features, first.buckets));
    },
    release() {
      first.release?.();
      second.release?.();
    },
  };
}

/** @throws Error where both have a block of one name: its weights could not be told apart */
function joined(first: Features, second: Features, offset: number): Features {
  const names = new Set(first.dense.map(({ name }) => name));
  for (const { name } of second.dense)
    if (names.has(name)) throw new Error(`both encoders have a block of features called "${name}"`);
  return {
    dense: [...first.dense, ...second.dense],
    buckets: Uint32Array.of(...first.buckets, ...second.buckets.map((bucket) => bucket + offset)),
    bucketValues: Float32Array.of(...first.bucketValues, ...second.bucketValues),
  };
}
