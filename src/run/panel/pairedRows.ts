import { seededRandom } from "../../system/random.ts";
import { drawnDifference } from "../views/drawnDifference.ts";
import type { MeasuredRows } from "./compareModel.ts";

/** Two runs on the rows that both have measured. */
export interface PairedRows {
  /** Mean of the second minus the first, with its 95 % interval. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Rows on which the second scored higher, lower, the same. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** @returns null where no row is in both */
export function pairedRows(first: MeasuredRows, second: MeasuredRows): PairedRows | null {
  const scores = new Map(first.exampleIds.map((id, row) => [id, first.scores[row]]));
  const [before, after]: [number[], number[]] = [[], []];
  for (const [row, id] of second.exampleIds.entries()) {
    const [one, other] = [scores.get(id), second.scores[row]];
    if (one === undefined || other === undefined) continue;
    // A row counts once, however often it is listed.
    scores.delete(id);
    before.push(one);
    after.push(other);
  }
  const n = after.length;
  if (n === 0) return null;
  const { mean, low, high } = drawnDifference(before, after, seededRandom("runs side by side"));
  const wins = after.filter((score, row) => score > (before[row] ?? 0)).length;
  const losses = after.filter((score, row) => score < (before[row] ?? 0)).length;
  return { change: mean, low, high, n, wins, losses, ties: n - wins - losses };
}
