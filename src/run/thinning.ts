/**
 * At most `most` of the items, such that a line through them looks the same: each stretch keeps its lowest and its highest
 * by `height`. First and last always stay, and so does the order.
 * @param most at least 4
 */
export function extremes<T>(items: readonly T[], most: number, height: (item: T) => number): T[] {
  if (items.length <= most) return [...items];
  const stretches = Math.floor(most / 2) - 1;
  const inner = items.length - 2;
  const kept = items.slice(0, 1);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = 1 + Math.floor((stretch * inner) / stretches);
    const end = 1 + Math.floor(((stretch + 1) * inner) / stretches);
    let [low, high] = [start, start];
    for (let index = start; index < end; index++) {
      const item = items[index] as T;
      if (height(item) < height(items[low] as T)) low = index;
      if (height(item) > height(items[high] as T)) high = index;
    }
    const [earlier, later] = low < high ? [low, high] : [high, low];
    kept.push(...items.slice(earlier, earlier + 1));
    if (later !== earlier) kept.push(...items.slice(later, later + 1));
  }
  kept.push(...items.slice(-1));
  return kept;
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
