/** Pairs that were predicted with about the same certainty. */
export interface CalibrationBin {
  /** Lower end of the bin, on [0.5, 1); the upper one belongs to the next bin, but 1 to the last. */
  readonly from: number;
  readonly pairs: number;
  /** Mean predicted probability that the output with the higher local reward is the better one. */
  readonly predicted: number;
  /** Share of the pairs where it was, ties of the local reward counting half. */
  readonly right: number;
}

/** Bins on [0.5, 1]: an unordered pair is never predicted with less than one half. */
export const calibrationBins = 10;

/**
 * How sure a local reward is of which output is the better one, by the model it is trained under (eq. 4).
 * @param margin difference of the two rewards
 * @returns σ(|margin|), in [0.5, 1]
 */
export function certainty(margin: number): number {
  return 1 / (1 + Math.exp(-Math.abs(margin)));
}

/**
 * Predicted preferences against true ones, over pairs that the scoring weights had not seen.
 * @param margins r⁺ − r⁻ of the truly better against the truly worse output, shape (P)
 * @returns bins with at least one pair, the least certain first
 */
export function calibration(margins: ArrayLike<number>): CalibrationBin[] {
  const sums = Array.from({ length: calibrationBins }, () => ({ pairs: 0, predicted: 0, right: 0 }));
  for (let pair = 0; pair < margins.length; pair++) {
    const margin = margins[pair] as number;
    const predicted = certainty(margin);
    const place = Math.min(calibrationBins - 1, Math.floor((predicted - 0.5) * 2 * calibrationBins));
    const sum = sums[place];
    if (sum === undefined) throw new RangeError(`margin ${margin} of pair ${pair} is not a number`);
    sum.pairs++;
    sum.predicted += predicted;
    sum.right += margin > 0 ? 1 : margin === 0 ? 0.5 : 0;
  }
  return sums.flatMap(({ pairs, predicted, right }, place) =>
    pairs === 0
      ? []
      : [{ from: 0.5 + place / (2 * calibrationBins), pairs, predicted: predicted / pairs, right: right / pairs }],
  );
}

/**
 * Brier score: mean squared distance between the predicted probability that the better output is the better one, and 1.
 * @param margins as for `calibration`
 * @returns in [0, 1]; 0.25 for coins, lower is better; undefined when P = 0
 */
export function brierScore(margins: ArrayLike<number>): number | undefined {
  if (margins.length === 0) return undefined;
  let sum = 0;
  for (let pair = 0; pair < margins.length; pair++) {
    const margin = margins[pair] as number;
    const missing = margin >= 0 ? 1 - certainty(margin) : certainty(margin);
    sum += missing * missing;
  }
  return sum / margins.length;
}

/**
 * Expected calibration error: mean distance between predicted and true share, weighted by pairs.
 * @returns in [0, 1]; undefined without pairs
 */
export function calibrationError(bins: readonly CalibrationBin[]): number | undefined {
  const pairs = bins.reduce((sum, bin) => sum + bin.pairs, 0);
  if (pairs === 0) return undefined;
  return bins.reduce((sum, bin) => sum + bin.pairs * Math.abs(bin.right - bin.predicted), 0) / pairs;
}
