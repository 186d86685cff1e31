import type { Random } from "../../system/random.ts";
import { bootstrapDifference, type Difference } from "../statistics.ts";

/** Where rows are many, fewer samples bound the interval as well. */
const [MOST_SAMPLES, FEWEST_SAMPLES, MOST_DRAWS] = [2000, 400, 200_000];

/**
 * The paired difference of scores with its 95 % interval, in a time that is short enough for what is only shown.
 * @throws RangeError as `bootstrapDifference`
 */
export function drawnDifference(before: readonly number[], after: readonly number[], random: Random): Difference {
  const samples = Math.round(Math.min(MOST_SAMPLES, Math.max(FEWEST_SAMPLES, MOST_DRAWS / Math.max(1, after.length))));
  return bootstrapDifference(before, after, random, samples);
}
