import * as z from "zod/mini";
import type { SpentCalls } from "../events.ts";
import { type EstimateStanding, estimateStanding } from "../views/estimateStanding.ts";
import {
  emptySpending,
  PURPOSES,
  type RunsByPurpose,
  type Spending,
  type SpentPoint,
  spend,
} from "../views/spending.ts";
import { CallTimeline } from "./callTimeline.ts";
import type { PanelModel } from "./panelModel.ts";
import {
  type Spent,
  type SpentModel,
  type SpentRow,
  spentModels,
  spentRows,
  spentTogether,
  withSince,
} from "./spentRows.ts";
import { type TimelineShown, timelineQuerySchema } from "./timelineShown.ts";
import { timelineWindow } from "./timelineWindow.ts";

/** What the page asks for; what is left out is chosen by the model. */
export const budgetQuerySchema = z.object({ timeline: z.optional(timelineQuerySchema) });
export type BudgetQuery = Readonly<z.infer<typeof budgetQuerySchema>>;

/** System runs for the sake of one component, by purpose, in equivalent full runs. */
export interface ImprovedRow {
  /** Null for what served all components. */
  readonly component: string | null;
  readonly byPurpose: RunsByPurpose;
  readonly runs: number;
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
  readonly forComponents: readonly ImprovedRow[];
  /**
   * What ran and what was called, by who and for what: as of the last checkpoint, with the calls of models made since.
   * Null where the log does not tell.
   */
  readonly rows: readonly SpentRow[] | null;
  readonly together: Spent;
  readonly models: readonly SpentModel[];
  /** The run says that it was made with the simulated model. */
  readonly simulated: boolean;
  /** What was estimated before the run, beside what came so far; null where the log has no estimate. */
  readonly estimate: EstimateStanding | null;
  /** Totals over time; `runs` of a point are in the order of `seriesPurposes`. */
  readonly seriesPurposes: readonly string[];
  /** All that there are: a purpose keeps its colour from picture to picture. */
  readonly allPurposes: readonly string[];
  readonly series: readonly SpentPoint[];
  /** Null where nobody kept when calls were made. */
  readonly timeline: TimelineShown | null;
}

/** Those that are charged, then the others. */
export const ALL_PURPOSES: readonly string[] = [...PURPOSES, "test", "evaluation"];

/** What system runs, calls and tokens were spent on. @param calls of the same run; grow beside its events */
export function budgetModelWith(calls: CallTimeline): PanelModel<Spending, Budget> {
  return {
    page: "budget",
    empty: emptySpending,
    add: spend,
    shown: (account, query) => {
      const read = budgetQuerySchema.safeParse(query);
      return budgetShown(account, calls, read.success ? read.data : {});
    },
  };
}

/** As `budgetModelWith`, where nobody kept when calls were made. */
export const budgetModel: PanelModel<Spending, Budget> = budgetModelWith(new CallTimeline());

function budgetShown(account: Spending, timeline: CallTimeline, query: BudgetQuery): Budget {
  const byPurpose = totals(account);
  const calls = callsOf(account, timeline);
  const known = account.ledger !== null || calls.length > 0;
  const rows = known ? spentRows(account, calls, ALL_PURPOSES) : null;
  const together = spentTogether(rows ?? []);
  const { inputTokens, outputTokens, ...spent } = together;
  return {
    budgetRuns: account.budgetRuns,
    spentRuns: account.spentRuns,
    testRuns: account.testRuns,
    elapsedMs: account.elapsedMs,
    iteration: account.iteration,
    purposes: ordered(Object.keys(byPurpose)),
    byPurpose,
    forComponents: forComponents(account),
    rows,
    together,
    models: spentModels(account, calls),
    simulated: account.simulated,
    estimate: estimateStanding(account.estimate, {
      spent: { ...spent, tokens: inputTokens + outputTokens },
      elapsedMs: account.elapsedMs,
      over: account.summedUp !== null,
    }),
    seriesPurposes: PURPOSES,
    allPurposes: ALL_PURPOSES,
    series: account.series.items,
    timeline: timelineWindow(timeline, query.timeline ?? {}, {
      startedAt: account.startedAt,
      rowsAtOnce: account.rowsAtOnce,
      components: [...account.shares.keys(), "proposer"],
      purposes: ALL_PURPOSES,
    }),
  };
}

/** As the last checkpoint told, with what was called since; of logs that tell less, as much as they do. */
function callsOf({ spentCalls, modelCalls, toldBy }: Spending, timeline: CallTimeline): SpentCalls[] {
  if (spentCalls !== null || toldBy === null) return withSince(spentCalls ?? [], timeline.spentSince(toldBy));
  return Object.entries(modelCalls ?? {}).map(([who, counts]) => ({ who, purpose: null, model: null, ...counts }));
}

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

function forComponents(account: Spending): ImprovedRow[] {
  const names = [...account.shares.keys(), ""];
  return names.flatMap((name) => {
    const spent = account.forComponent.get(name);
    if (spent === undefined) return [];
    const runs = [...spent.values()].reduce((sum, one) => sum + one, 0);
    const byPurpose = Object.fromEntries([...spent].map(([purpose, one]) => [purpose, rounded(one)] as const));
    return [{ component: name === "" ? null : name, byPurpose, runs: rounded(runs) }];
  });
}

function rounded(runs: number): number {
  return Math.round(runs * 1e4) / 1e4;
}
