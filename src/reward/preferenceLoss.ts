/**
 * −log σ(margin) in nats for one pair, margin = r⁺ − r⁻ (arXiv 2507.03041, eq. 4). Softplus form: finite and exact to
 * rounding for every finite margin.
 */
export function pairLoss(margin: number): number {
  return Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
}

/** Derivative of `pairLoss` by the margin, in (−1, 0). */
export function pairLossSlope(margin: number): number {
  return margin >= 0 ? -Math.exp(-margin) / (1 + Math.exp(-margin)) : -1 / (1 + Math.exp(margin));
}

/**
 * Mean of w · −log σ(r⁺ − r⁻) over P pairs (eq. 4; the weights are the released code's). The weight multiplies the
 * loss and is no margin inside σ; the mean divides by P, not by the sum of weights.
 * @param margins r⁺ − r⁻, shape (P)
 * @param weights in [0, 1], shape (P); 1 for all when absent
 * @returns nats, ≥ 0; ln 2 when all margins are 0 and all weights 1
 * @throws RangeError when P = 0 or the lengths differ
 */
export function preferenceLoss(margins: ArrayLike<number>, weights?: ArrayLike<number>): number {
  if (margins.length === 0) throw new RangeError("the loss of no pairs is undefined");
  if (weights !== undefined && weights.length !== margins.length)
    throw new RangeError(`${margins.length} margins but ${weights.length} weights`);
  let sum = 0;
  for (let pair = 0; pair < margins.length; pair++) sum += (weights?.[pair] ?? 1) * pairLoss(margins[pair] as number);
  return sum / margins.length;
}

/**
 * Weights of pairs by their score gaps, min-max scaled over the pairs to [0, 1]: the smallest gap weighs nothing, the
 * largest 1. All 1 where the gaps are equal, one pair included.
 * @param gaps score of the chosen minus score of the rejected output, shape (P)
 */
export function gapWeights(gaps: readonly number[]): number[] {
  const low = gaps.reduce((least, gap) => Math.min(least, gap), Infinity);
  const high = gaps.reduce((most, gap) => Math.max(most, gap), -Infinity);
  return gaps.map((gap) => (high > low ? (gap - low) / (high - low) : 1));
}

/**
 * Share of pairs whose chosen output has the higher reward, ties counting one half.
 * @param margins r⁺ − r⁻, shape (P)
 * @returns in [0, 1]; undefined when P = 0
 */
export function rankingAccuracy(margins: ArrayLike<number>): number | undefined {
  if (margins.length === 0) return undefined;
  let right = 0;
  for (let pair = 0; pair < margins.length; pair++) {
    const margin = margins[pair] as number;
    right += margin > 0 ? 1 : margin === 0 ? 0.5 : 0;
  }
  return right / margins.length;
}
