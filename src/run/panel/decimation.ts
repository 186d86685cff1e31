/** Something that items are told apart by; null where an item has no such measure. */
export type Measure<T> = (item: T) => number | null;

/**
 * At most `most` of the items, in their order: the newest quarter of that number, and from each of equal stretches of the
 * older ones those with the lowest and the highest of every measure. So the extremes of all are always among them.
 * @param most at least 8 per measure
 */
export function decimated<T>(items: readonly T[], most: number, measures: readonly Measure<T>[]): readonly T[] {
  if (items.length <= most) return items;
  const newest = Math.floor(most / 4);
  const older = items.length - newest;
  const stretches = Math.floor((most - newest) / (2 * measures.length));
  const kept = new Set<number>();
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((older * stretch) / stretches);
    const to = Math.floor((older * (stretch + 1)) / stretches);
    for (const measure of measures) keepExtremes(items, from, to, measure, kept);
  }
  for (let index = older; index < items.length; index++) kept.add(index);
  return [...kept].sort((a, b) => a - b).flatMap((index) => items[index] ?? []);
}

function keepExtremes<T>(items: readonly T[], from: number, to: number, measure: Measure<T>, kept: Set<number>): void {
  let [lowest, highest]: [number | undefined, number | undefined] = [undefined, undefined];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = from; index < to; index++) {
    const item = items[index];
    const value = item === undefined ? null : measure(item);
    if (value === null) continue;
    if (value < low) [low, lowest] = [value, index];
    if (value > high) [high, highest] = [value, index];
  }
  if (lowest !== undefined) kept.add(lowest);
  if (highest !== undefined) kept.add(highest);
}
