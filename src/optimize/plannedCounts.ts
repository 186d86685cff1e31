import type { Purpose } from "../system/ledger.ts";
import type { ExecutionRange } from "./executions.ts";
import { type Range, sum } from "./range.ts";

/** How often something is done, by whom (a component, or "proposer") and for what. */
export interface PlannedCount {
  readonly who: string;
  readonly purpose: Purpose;
  readonly count: Range;
}

/** Who writes new prompts. */
export const PROPOSER = "proposer";

/** Adds counts up by who and purpose. */
export class PlannedCounts {
  readonly #rows = new Map<string, { readonly who: string; readonly purpose: Purpose; count: Range }>();

  add(purpose: Purpose, { low, expected, high }: ExecutionRange): void {
    for (const who of new Set([...low.keys(), ...expected.keys(), ...high.keys()])) {
      this.count(who, purpose, {
        low: low.get(who) ?? 0,
        expected: expected.get(who) ?? 0,
        high: high.get(who) ?? 0,
      });
    }
  }

  count(who: string, purpose: Purpose, count: Range): void {
    const key = JSON.stringify([who, purpose]);
    const known = this.#rows.get(key);
    if (known === undefined) this.#rows.set(key, { who, purpose, count });
    else known.count = sum(known.count, count);
  }

  /** Keeps every row within the budget of system runs; whether the budget is less than the worst case. */
  hold(budget: number, shares: ReadonlyMap<string, number>): boolean {
    const cost = (which: keyof Range) =>
      [...this.#rows.values()].reduce((total, { who, count }) => total + count[which] * (shares.get(who) ?? 0), 0);
    const worst = cost("high");
    const fit = Math.min(1, budget / Math.max(cost("expected"), 1e-9));
    for (const row of this.#rows.values()) {
      const share = shares.get(row.who) ?? 0;
      // The budget may go to any of the rows, but no row can have more than all of it.
      const high = share > 0 ? Math.min(row.count.high, budget / share) : row.count.high;
      const expected = Math.min(high, row.who === PROPOSER ? row.count.expected : row.count.expected * fit);
      row.count = { high, expected, low: Math.min(row.count.low, expected) };
    }
    return worst > budget;
  }

  all(): PlannedCount[] {
    return [...this.#rows.values()].filter(({ count }) => count.high > 0);
  }
}
