import { extremes, type Measure } from "../thinning.ts";

/** As `extremes`, with the newest quarter. */
export function decimated<T>(items: readonly T[], most: number, measures: readonly Measure<T>[]): readonly T[] {
  return extremes(items, most, measures, Math.floor(most / 4));
}
