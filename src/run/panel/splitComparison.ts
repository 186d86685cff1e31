import { mean } from "../statistics.ts";
import type { MeasuredRows, MeasuredSplit, RunBrief } from "./compareModel.ts";
import type { ComparisonMemory } from "./comparisonMemory.ts";
import type { PairedRows } from "./pairedRows.ts";

/** How a run stands against the reference, or why that cannot be said. */
export type Against =
  | { readonly kind: "reference" }
  | ({ readonly kind: "paired" } & PairedRows)
  /** `other data`: the rows come from data of another content. `no common row`: of the same data, each has drawn others. */
  | { readonly kind: "apart"; readonly reason: "other data" | "no common row" | "not measured" };

/** What one run has measured on a split. */
export interface SplitStanding {
  /** Mean of the configuration at its start; null where it was not measured. */
  readonly start: number | null;
  /** Mean of the configuration in force. */
  readonly mean: number;
  readonly n: number;
  readonly against: Against;
}

export interface SplitComparison {
  readonly split: "validation" | "test";
  /** In the order of the runs; null where a run has measured nothing there. */
  readonly runs: readonly (SplitStanding | null)[];
  /** All runs that measured something did so on the same rows. */
  readonly sameRows: boolean;
}

/** Scores on validation and test rows; a split that no run has measured is left out. */
export function splitComparisons(
  briefs: readonly (RunBrief | null)[],
  reference: number,
  memory: ComparisonMemory,
): SplitComparison[] {
  return (["validation", "test"] as const).flatMap((split) => {
    const measured = briefs.map((brief) => brief?.[split] ?? null);
    const runs = measured.map((own, place) =>
      standingOf(own, measured[reference] ?? null, place === reference, memory),
    );
    if (runs.every((run) => run === null)) return [];
    return [{ split, runs, sameRows: isOfSameRows(measured) }];
  });
}

function standingOf(
  own: MeasuredSplit | null,
  reference: MeasuredSplit | null,
  isReference: boolean,
  memory: ComparisonMemory,
): SplitStanding | null {
  const result = own?.result ?? null;
  if (own === null || result === null || result.scores.length === 0) return null;
  return {
    start: own.start === null || own.start.scores.length === 0 ? null : mean(own.start.scores),
    mean: mean(result.scores),
    n: result.scores.length,
    against: isReference ? { kind: "reference" } : against(own, result, reference, memory),
  };
}

function against(
  own: MeasuredSplit,
  result: MeasuredRows,
  reference: MeasuredSplit | null,
  memory: ComparisonMemory,
): Against {
  const other = reference?.result ?? null;
  if (reference === null || other === null) return { kind: "apart", reason: "not measured" };
  // Rows may be called the same and yet be others.
  if (own.data.hash !== reference.data.hash) return { kind: "apart", reason: "other data" };
  const pairs = memory.pairs(other, result);
  return pairs === null ? { kind: "apart", reason: "no common row" } : { kind: "paired", ...pairs };
}

function isOfSameRows(splits: readonly (MeasuredSplit | null)[]): boolean {
  const rows = splits.flatMap((split) =>
    split?.result ? [{ hash: split.data.hash, ids: split.result.exampleIds }] : [],
  );
  const [first] = rows;
  return rows.every(
    ({ hash, ids }) =>
      hash === first?.hash && ids.length === first.ids.length && ids.every((id, row) => id === first.ids[row]),
  );
}
