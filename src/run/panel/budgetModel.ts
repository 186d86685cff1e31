import {
  type Executions,
  emptySpending,
  PURPOSES,
  type RunsByPurpose,
  type Spending,
  type SpentPoint,
  spend,
} from "../views/spending.ts";
import type { PanelModel } from "./panelModel.ts";

/** System runs of one row, by purpose, in equivalent full runs. */
export interface SpentRow {
  /** Name of a component; null for what belongs to none. */
  readonly component: string | null;
  readonly byPurpose: RunsByPurpose;
  readonly runs: number;
}

export interface CallsRow {
  /** Name of a component, or "proposer". */
  readonly who: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface Budget {
  /** Hard limit of system runs, or null. */
  readonly budgetRuns: number | null;
  readonly spentRuns: number;
  /** Rows that measured the result: counted apart and never charged. */
  readonly testRuns: number;
  /** Milliseconds at work, pauses left out. */
  readonly elapsedMs: number;
  readonly iteration: number;
  /** Purposes on which anything was spent, in the order in which a run comes to them. */
  readonly purposes: readonly string[];
  readonly byPurpose: RunsByPurpose;
  /** What was spent for the sake of each component; with null for what serves all of them. */
  readonly forComponents: readonly SpentRow[];
  /**
   * Which components were executed, by purpose, as of the last checkpoint; with null for what was spent since. Null as a
   * whole where the log does not tell.
   */
  readonly executed: readonly SpentRow[] | null;
  /** As of the last checkpoint; null where none has told yet. */
  readonly calls: readonly CallsRow[] | null;
  /** Totals over time; `runs` of a point are in the order of `seriesPurposes`. */
  readonly seriesPurposes: readonly string[];
  readonly series: readonly SpentPoint[];
}

/** What system runs, calls and tokens were spent on. */
export const budgetModel: PanelModel<Spending, Budget> = {
  page: "budget",
  empty: emptySpending,
  add: spend,
  shown(account) {
    const byPurpose = totals(account);
    return {
      budgetRuns: account.budgetRuns,
      spentRuns: account.spentRuns,
      testRuns: account.testRuns,
      elapsedMs: account.elapsedMs,
      iteration: account.iteration,
      purposes: ordered(Object.keys(byPurpose)),
      byPurpose,
      forComponents: forComponents(account),
      executed: account.ledger === null ? null : executed(account, account.ledger),
      calls: account.modelCalls === null ? null : callsRows(account, account.modelCalls),
      seriesPurposes: PURPOSES,
      series: account.series.items,
    };
  },
};

/** The run's own summing up, and until there is one what its events come to. */
function totals({ summedUp, totals: runs }: Spending): RunsByPurpose {
  const entries =
    summedUp === null
      ? PURPOSES.map((purpose, index) => [purpose, runs[index] ?? 0] as const)
      : Object.entries(summedUp);
  return Object.fromEntries(
    entries.flatMap(([purpose, spent]) => (spent > 0 ? [[purpose, rounded(spent)] as const] : [])),
  );
}

function ordered(purposes: readonly string[]): string[] {
  const known: readonly string[] = PURPOSES;
  const place = (purpose: string) => (known.includes(purpose) ? known.indexOf(purpose) : known.length);
  return purposes.toSorted((a, b) => place(a) - place(b));
}

function forComponents(account: Spending): SpentRow[] {
  const names = [...account.shares.keys(), ""];
  return names.flatMap((name) => {
    const spent = account.forComponent.get(name);
    if (spent === undefined) return [];
    return [spentRow(name === "" ? null : name, Object.fromEntries(spent))];
  });
}

function executed(
  account: Spending,
  ledger: { readonly executions: Executions; readonly spentRuns: number },
): SpentRow[] {
  const rows = [...account.shares].flatMap(([component, share]) => {
    const spent = Object.entries(ledger.executions).flatMap(([purpose, counts]) => {
      const count = purpose === "test" ? 0 : (counts[component] ?? 0);
      return count === 0 ? [] : [[purpose, count * share] as const];
    });
    return spent.length === 0 ? [] : [spentRow(component, Object.fromEntries(spent))];
  });
  const since = account.spentRuns - ledger.spentRuns;
  return since > 0.005 ? [...rows, { component: null, byPurpose: {}, runs: rounded(since) }] : rows;
}

function spentRow(component: string | null, byPurpose: RunsByPurpose): SpentRow {
  const runs = Object.values(byPurpose).reduce((sum, spent) => sum + spent, 0);
  const entries = Object.entries(byPurpose).map(([purpose, spent]) => [purpose, rounded(spent)] as const);
  return { component, byPurpose: Object.fromEntries(entries), runs: rounded(runs) };
}

/** In the order of the system, then who is no component. */
function callsRows({ shares }: Spending, calls: NonNullable<Spending["modelCalls"]>): CallsRow[] {
  const names = [...shares.keys()].filter((name) => name in calls);
  const others = Object.keys(calls).filter((name) => !shares.has(name));
  return [...names, ...others].flatMap((who) => {
    const counts = calls[who];
    return counts === undefined ? [] : [{ who, ...counts }];
  });
}

function rounded(runs: number): number {
  return Math.round(runs * 1e4) / 1e4;
}
