/** Something that items are told apart by; null where an item has no such measure. */
export type Measure<T> = (item: T) => number | null;

/**
 * At most `most` of the items, in their order, such that a picture of them looks the same: the first, the newest, and from
 * each of equal stretches of the others those with the lowest and the highest of every measure. So the extremes of all are
 * always among them.
 * @param most at least 2 per measure, 1 and the newest
 * @param newest how many of the last items stay as they are, at least 1
 */
export function extremes<T>(
  items: readonly T[],
  most: number,
  measures: readonly Measure<T>[],
  newest = 1,
): readonly T[] {
  if (items.length <= most) return items;
  const last = items.length - newest;
  const stretches = Math.floor((most - 1 - newest) / (2 * measures.length));
  const kept = new Set<number>([0]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = 1 + Math.floor(((last - 1) * stretch) / stretches);
    const to = 1 + Math.floor(((last - 1) * (stretch + 1)) / stretches);
    for (const measure of measures) keepExtremes(items, from, to, measure, kept);
  }
  for (let index = last; index < items.length; index++) kept.add(index);
  return [...kept].sort((a, b) => a - b).flatMap((index) => items.slice(index, index + 1));
}

function keepExtremes<T>(items: readonly T[], from: number, to: number, measure: Measure<T>, kept: Set<number>): void {
  let [lowest, highest]: [number | undefined, number | undefined] = [undefined, undefined];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = from; index < to; index++) {
    const value = measure(items[index] as T);
    if (value === null) continue;
    if (value < low) [low, lowest] = [value, index];
    if (value > high) [high, highest] = [value, index];
  }
  if (lowest !== undefined) kept.add(lowest);
  if (highest !== undefined) kept.add(highest);
}

/** At most `most` of the items at even distances, the first and the last among them. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  if (most < 2) return items.slice(0, Math.max(0, most));
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => items[Math.round(index * step)]).flatMap((item) => item ?? []);
}

/**
 * A series that grows for as long as it likes in the same room: whenever it holds `most` items, every other one is left out
 * and only every other of those to come is kept. The newest always stays. For running totals, which lose nothing by it.
 */
export class ThinningSeries<T> {
  readonly #most: number;
  readonly #kept: T[] = [];
  #newest: { readonly item: T } | undefined;
  #stride = 1;
  #skipped = 0;

  /** @param most at least 2; one less where it is odd */
  constructor(most: number) {
    this.#most = most - (most % 2);
  }

  add(item: T): void {
    this.#newest = { item };
    this.#skipped++;
    if (this.#skipped < this.#stride) return;
    this.#skipped = 0;
    this.#kept.push(item);
    this.#newest = undefined;
    if (this.#kept.length < this.#most) return;
    // The later of two neighbours stays, so that what is kept is always a multiple of the stride away from the start.
    const half = this.#kept.filter((_, index) => index % 2 === 1);
    this.#kept.length = 0;
    this.#kept.push(...half);
    this.#stride *= 2;
  }

  /** At most `most`, in the order in which they came. */
  get items(): readonly T[] {
    return this.#newest === undefined ? this.#kept : [...this.#kept, this.#newest.item];
  }
}
