/** Scores of the incumbent and of a challenger on the same validation rows, in the same order. */
export interface GateScores {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export type Verdict = { readonly accepted: boolean; readonly reason: string };

/**
 * The validation gate (Algorithm 1, lines 16-20): a challenger is accepted only when its mean is strictly greater than
 * the incumbent's on the same rows; a tie keeps the incumbent.
 * @throws RangeError when the lengths differ or are 0
 */
export function judge({ before, after }: GateScores): Verdict {
  if (before.length !== after.length || before.length === 0) {
    throw new RangeError(`the gate compares equal numbers of rows, got ${before.length} and ${after.length}`);
  }
  const rows = `${before.length} validation rows`;
  const sum = (scores: readonly number[]) => scores.reduce((total, score) => total + score, 0);
  const difference = (sum(after) - sum(before)) / before.length;
  // Below the rounding of a sum of scores, a difference is no difference.
  if (Math.abs(difference) < 1e-12) return { accepted: false, reason: `the mean on ${rows} did not change` };
  const wins = after.filter((score, row) => score > (before[row] ?? 0)).length;
  const losses = after.filter((score, row) => score < (before[row] ?? 0)).length;
  const change = `${difference > 0 ? "rose" : "fell"} by ${Math.abs(difference).toFixed(3)}`;
  return { accepted: difference > 0, reason: `the mean on ${rows} ${change} (${wins} better, ${losses} worse)` };
}
