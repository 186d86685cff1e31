import type { Random } from "../system/random.ts";

/** A paired mean difference with its 95 % interval. */
export interface Difference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Arithmetic mean. @throws RangeError when empty or not finite. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("the mean of no values is not defined");
  const result = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!Number.isFinite(result)) throw new RangeError(`the mean of values that are not finite: ${values}`);
  return result;
}

/** A mean with its 95 % interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 97.5 % quantiles of Student's t for 1 to 4 degrees of freedom, where the expansion below is too coarse. */
const FEW_DEGREES = [12.706, 4.303, 3.182, 2.776];
const NORMAL = 1.959964;

/**
 * The 95 % interval of the mean of n independent scores, by Student's t with n - 1 degrees of freedom. In one pass, for
 * runs with a hundred thousand of them: the bootstrap is for what is decided, this for what is drawn.
 * @returns null for fewer than two scores, which say nothing about their spread
 * @throws RangeError when a score is not finite
 */
export function meanInterval(values: readonly number[]): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const center = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - center) ** 2;
  return meanIntervalOf(center, Math.sqrt(squares / (n - 1)), n);
}

/**
 * The 95 % interval of a mean reward, as `meanInterval`, without what no mean can be: nothing below 0 where no row scored
 * below it, nothing above 1 where all rows scored from 0 to 1. Student's t is symmetric and does not know of such ends.
 * @returns null for fewer than two scores
 * @throws RangeError when a score is not finite
 */
export function rewardInterval(scores: readonly number[]): Interval | null {
  const interval = meanInterval(scores);
  if (interval === null || scores.some((score) => score < 0)) return interval;
  const isShare = scores.every((score) => score <= 1);
  return { low: Math.max(0, interval.low), high: isShare ? Math.min(1, interval.high) : interval.high };
}

/**
 * The same as `meanInterval` from what is known of the scores: their mean, their standard deviation (with n - 1), and how many they are.
 * @returns null for fewer than two scores
 */
export function meanIntervalOf(center: number, deviation: number, n: number): Interval | null {
  if (n < 2) return null;
  const half = (studentQuantile(n - 1) * deviation) / Math.sqrt(n);
  return { low: center - half, high: center + half };
}

/**
 * The 95 % interval of a share by Wilson's score, which stays within [0, 1] and says something also of shares of 0 and 1
 * (Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion, 2001).
 * @param share in [0, 1]
 * @param n independent observations, > 0; need not be whole
 * @throws RangeError for anything else
 */
export function shareInterval(share: number, n: number): Interval {
  if (!(share >= 0 && share <= 1) || !(n > 0)) throw new RangeError(`no interval of a share of ${share} on ${n}`);
  const z = NORMAL ** 2 / n;
  const center = (share + z / 2) / (1 + z);
  const half = (NORMAL / (1 + z)) * Math.sqrt((share * (1 - share)) / n + z / (4 * n));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

/** Cornish-Fisher expansion of the quantile around the normal one (Abramowitz and Stegun, 26.7.5), to three terms. */
function studentQuantile(degrees: number): number {
  const known = FEW_DEGREES[degrees - 1];
  if (known !== undefined) return known;
  const z = NORMAL;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}

/**
 * Mean of `after - before` over n pairs, with the 95 % percentile interval of the bootstrap: pairs are drawn n times with
 * replacement, `resamples` times, and the 2.5 % and 97.5 % quantiles of the resampled means bound the interval (Efron
 * and Tibshirani, An Introduction to the Bootstrap, section 13.3).
 *
 * @param before scores, shape (n)
 * @param after  scores of the same rows in the same order, shape (n)
 * @throws RangeError when n = 0, the lengths differ, or a score is not finite
 */
export function bootstrapDifference(
  before: readonly number[],
  after: readonly number[],
  random: Random,
  resamples = 2000,
): Difference {
  const differences = pairwise(before, after, (b, a) => a - b);
  const n = differences.length;
  const center = mean(differences);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += differences[random.integer(n)] ?? 0;
    means[resample] = sum / n;
  }
  means.sort();
  return { mean: center, low: quantile(means, 0.025), high: quantile(means, 0.975), n };
}

/**
 * Pearson's correlation, in [-1, 1]; undefined for fewer than two pairs or when one side does not vary.
 * @throws RangeError when the lengths differ
 */
export function correlation(x: readonly number[], y: readonly number[]): number | undefined {
  const products = pairwise(x, y, (a, b) => [a, b] as const);
  if (products.length < 2) return undefined;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [covariance, varianceX, varianceY] = [0, 0, 0];
  for (const [a, b] of products) {
    covariance += (a - meanX) * (b - meanY);
    varianceX += (a - meanX) ** 2;
    varianceY += (b - meanY) ** 2;
  }
  // Two square roots instead of one of the product, which could underflow to 0.
  const scale = Math.sqrt(varianceX) * Math.sqrt(varianceY);
  return scale > 0 ? Math.max(-1, Math.min(1, covariance / scale)) : undefined;
}

/** Spearman's correlation: Pearson's of the ranks, tied values sharing their mean rank. Undefined as `correlation`. */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number | undefined {
  return correlation(ranks(x), ranks(y));
}

/** The line y = intercept + slope x. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * The line through the pairs with the least sum of squared distances in y; undefined for fewer than two pairs or when x
 * does not vary.
 * @throws RangeError when the lengths differ
 */
export function leastSquares(x: readonly number[], y: readonly number[]): Line | undefined {
  const products = pairwise(x, y, (a, b) => [a, b] as const);
  if (products.length < 2) return undefined;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [covariance, variance] = [0, 0];
  for (const [a, b] of products) {
    covariance += (a - meanX) * (b - meanY);
    variance += (a - meanX) ** 2;
  }
  if (!(variance > 0)) return undefined;
  const slope = covariance / variance;
  return { slope, intercept: meanY - slope * meanX };
}

/**
 * Share of the values' variance that lies between groups, in [0, 1]: epsilon squared of a one-way analysis of variance,
 * which takes off what groups of so many values would differ by chance (Kelley, 1935). Undefined where values do not
 * vary or no group has two of them, for then chance and groups cannot be told apart.
 *
 * @param groups values by group; empty groups do not count
 */
export function shareBetweenGroups(groups: readonly (readonly number[])[]): number | undefined {
  const filled = groups.filter((group) => group.length > 0);
  const all = filled.flat();
  const freedom = all.length - filled.length;
  if (freedom < 1) return undefined;
  const center = mean(all);
  const total = all.reduce((sum, value) => sum + (value - center) ** 2, 0);
  if (!(total > 0)) return undefined;
  const within = filled.reduce((sum, group) => {
    const middle = mean(group);
    return sum + group.reduce((inner, value) => inner + (value - middle) ** 2, 0);
  }, 0);
  const byChance = ((filled.length - 1) * within) / freedom;
  return Math.max(0, Math.min(1, (total - within - byChance) / total));
}

/** Ranks from 1; tied values get the mean of the ranks that they span. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const result = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && order[end + 1]?.value === order[start]?.value) end++;
    for (const { index } of order.slice(start, end + 1)) result[index] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return result;
}

/** Value below which the share `q` of the sorted values lies, linear between neighbours. */
function quantile(sorted: Float64Array, q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}

function pairwise<T>(x: readonly number[], y: readonly number[], combine: (x: number, y: number) => T): T[] {
  if (x.length !== y.length) throw new RangeError(`paired values must be equally many: ${x.length} and ${y.length}`);
  return x.map((value, index) => combine(value, y[index] ?? Number.NaN));
}
