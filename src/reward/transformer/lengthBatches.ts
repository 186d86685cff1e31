/** Places of things that go together, longest first among batches too. */
export type Batch = readonly number[];

/**
 * Puts sequences of about one length together, so that little of a batch is padding: longest first, until a batch has
 * `most` tokens, padding included. A single one that is longer is a batch of its own.
 * @param lengths tokens of each sequence
 * @returns places in `lengths`, each once
 */
export function lengthBatches(lengths: readonly number[], most: number): Batch[] {
  const order = lengths
    .map((_, place) => place)
    .sort((a, b) => (lengths[b] as number) - (lengths[a] as number) || a - b);
  const batches: number[][] = [];
  let longest = 0;
  for (const place of order) {
    const batch = batches.at(-1);
    if (batch !== undefined && (batch.length + 1) * longest <= most) {
      batch.push(place);
    } else {
      longest = lengths[place] as number;
      batches.push([place]);
    }
  }
  return batches;
}
