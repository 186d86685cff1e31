import { counted } from "../run/views/numberFormat.ts";

/** Below the rounding of a sum of scores, a difference is no difference. */
const ROUNDING = 1e-12;

/** Scores of the incumbent and of a challenger on the same validation rows, in the same order. */
export interface GateScores {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Rows of the gate; fewer scores than that mean that the challenger was given up. */
  readonly rows: number;
}

export type Verdict = { readonly accepted: boolean; readonly reason: string };

/** The order of rows in the parts after which a challenger may be given up: two quarters and a half, or one whole. */
export function partsOf(order: readonly number[], early: boolean): (readonly number[])[] {
  if (!early) return [order];
  const [quarter, half] = [Math.ceil(order.length / 4), Math.ceil(order.length / 2)];
  return [order.slice(0, quarter), order.slice(quarter, half), order.slice(half)].filter(({ length }) => length > 0);
}

/**
 * Whether the rest of the rows is not worth its runs: the challenger is behind, or after half of the rows not ahead. A
 * stop for futility, as in group sequential trials: it can only reject, so the gate stays as strict as with all rows.
 */
export function isHopeless(
  measured: readonly { readonly before: number; readonly after: number }[],
  rows: number,
): boolean {
  if (measured.length >= rows) return false;
  const gain = measured.reduce((sum, { before, after }) => sum + after - before, 0);
  return gain < -ROUNDING || (measured.length * 2 >= rows && gain <= ROUNDING);
}

/**
 * The validation gate (Algorithm 1, lines 16-20): a challenger is accepted only when its mean is strictly greater than
 * the incumbent's on the same rows; a tie keeps the incumbent.
 * @throws RangeError when the lengths differ or are 0
 */
export function judge({ before, after, rows: of }: GateScores): Verdict {
  if (before.length !== after.length || before.length === 0) {
    throw new RangeError(`the gate compares equal numbers of rows, got ${before.length} and ${after.length}`);
  }
  if (before.length > of) throw new RangeError(`${before.length} rows were scored at a gate of ${of}`);
  const early = before.length < of ? "given up early: " : "";
  const all = counted(of, "validation row");
  const rows = early === "" ? all : `the first ${before.length} of ${all}`;
  const sum = (scores: readonly number[]) => scores.reduce((total, score) => total + score, 0);
  const difference = (sum(after) - sum(before)) / before.length;
  if (Math.abs(difference) < ROUNDING) return { accepted: false, reason: `${early}the mean on ${rows} did not change` };
  const wins = after.filter((score, row) => score > (before[row] ?? 0)).length;
  const losses = after.filter((score, row) => score < (before[row] ?? 0)).length;
  const change = `${early}the mean on ${rows} ${difference > 0 ? "rose" : "fell"} by ${Math.abs(difference).toFixed(3)}`;
  return { accepted: difference > 0, reason: `${change} (${wins} better, ${losses} worse)` };
}
