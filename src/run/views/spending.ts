import type { EventOf, Phase, PricedModel, RunEstimate, RunEvent, SpentCalls } from "../events.ts";
import { ThinningSeries } from "../thinning.ts";
import { workBetween } from "./effectiveEvents.ts";

/** What system runs are spent on, in the order in which a run comes to it; a log may name others. */
export const PURPOSES = ["validation", "offline pairs", "fresh pairs", "local search", "landscape"] as const;
export type SpentPurpose = (typeof PURPOSES)[number];

/** System runs by purpose, in equivalent full runs. */
export type RunsByPurpose = Readonly<Record<string, number>>;

/** Running totals at a moment. */
export interface SpentPoint {
  /** Milliseconds at work since the run began, pauses left out. */
  readonly elapsedMs: number;
  readonly iteration: number;
  /** Totals, in the order of `PURPOSES`. */
  readonly runs: readonly number[];
}

/** Model calls and tokens by who asked: names of components and "proposer". */
export type ModelCalls = EventOf<"summary">["modelCalls"];

/** Executions of each component, by purpose. */
export type Executions = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a run has spent and on what, while it goes on. */
export interface Spending {
  budgetRuns: number | null;
  /** What the run was thought to come to before it began; null in logs that do not tell. */
  estimate: RunEstimate | null;
  spentRuns: number;
  readonly totals: number[];
  /** What was spent for the sake of one component's improvement, and "" for what serves all. */
  readonly forComponent: Map<string, Map<SpentPurpose, number>>;
  series: ThinningSeries<SpentPoint>;
  shares: ReadonlyMap<string, number>;
  elapsedMs: number;
  iteration: number;
  /** As the run's ledger had it, and what was spent in all by then; null in logs that do not tell. */
  ledger: { readonly executions: Executions; readonly spentRuns: number } | null;
  modelCalls: ModelCalls | null;
  /** Model calls in more detail; null in logs that do not tell. */
  spentCalls: readonly SpentCalls[] | null;
  /** What is known of the models' prices, by name. */
  models: Readonly<Record<string, PricedModel>>;
  /** The run says that it was made with the simulated model. */
  simulated: boolean;
  /** Number of the event that told all this; null before the first. */
  toldBy: number | null;
  startedAt: number | null;
  /** Rows that may be under way at the same time; null where the log does not tell. */
  rowsAtOnce: number | null;
  testRuns: number;
  /** The purposes of the run's own summing up; null before it. */
  summedUp: RunsByPurpose | null;
  phase: Phase | null;
  /** The present iteration's component, and whether candidates of it have been scored. */
  component: string;
  searched: boolean;
  last: RunEvent | undefined;
}

const MOST_KEPT = 1600;
/** Less than one execution of the cheapest thinkable component: what sums of shares differ by. */
const NOTHING = 1e-6;

export function emptySpending(): Spending {
  return {
    budgetRuns: null,
    estimate: null,
    spentRuns: 0,
    totals: PURPOSES.map(() => 0),
    forComponent: new Map(),
    series: new ThinningSeries(MOST_KEPT),
    shares: new Map(),
    elapsedMs: 0,
    iteration: 0,
    ledger: null,
    modelCalls: null,
    spentCalls: null,
    models: {},
    simulated: false,
    toldBy: null,
    startedAt: null,
    rowsAtOnce: null,
    testRuns: 0,
    summedUp: null,
    phase: null,
    component: "",
    searched: false,
    last: undefined,
  };
}

/**
 * Takes one more event into the account, in place. Each event tells what was spent by then; what was spent since the one
 * before was spent on what the run was doing between the two. Redone work must be left out beforehand.
 */
export function spend(account: Spending, event: RunEvent): void {
  if (event.type === "run.started") {
    const { elapsedMs, startedAt, last } = account;
    // A run that had no checkpoint yet starts over: of its first start there is the time that it took.
    Object.assign(account, emptySpending(), {
      elapsedMs,
      last,
      budgetRuns: event.budgetRuns,
      estimate: event.estimate ?? null,
      simulated: event.simulated,
      startedAt: startedAt ?? event.at,
      rowsAtOnce: typeof event.settings.concurrency === "number" ? event.settings.concurrency : null,
      shares: new Map(event.system.components.map(({ name, share }) => [name, share])),
    });
  }
  account.elapsedMs += workBetween(account.last, event);
  const spent = event.systemRuns - account.spentRuns;
  // A resumption goes back to what its checkpoint had spent.
  account.spentRuns = event.systemRuns;
  if (spent > NOTHING && event.type !== "run.resumed") charge(account, spent, purposeOf(account, event), event);
  follow(account, event);
  account.last = event;
}

function charge(account: Spending, runs: number, purpose: SpentPurpose, event: RunEvent): void {
  const index = PURPOSES.indexOf(purpose);
  account.totals[index] = (account.totals[index] ?? 0) + runs;
  const component = event.type === "landscape" ? event.component : account.component;
  const row = account.forComponent.get(component) ?? new Map<SpentPurpose, number>();
  row.set(purpose, (row.get(purpose) ?? 0) + runs);
  account.forComponent.set(component, row);
  account.series.add({
    elapsedMs: account.elapsedMs,
    iteration: account.iteration,
    runs: account.totals.map((total) => Number(total.toFixed(3))),
  });
}

function purposeOf({ phase, searched }: Spending, event: RunEvent): SpentPurpose {
  if (event.type === "landscape") return "landscape";
  switch (phase) {
    case "collecting":
    case "fitting":
      return "offline pairs";
    case "iterating":
      if (event.type === "update") return event.validation === null ? "local search" : "validation";
      if (event.type === "candidate") return "local search";
      return searched ? "local search" : "fresh pairs";
    default:
      return "validation";
  }
}

function follow(account: Spending, event: RunEvent): void {
  switch (event.type) {
    case "phase":
      account.phase = event.phase;
      if (event.phase !== "iterating") account.component = "";
      break;
    case "iteration":
      account.iteration = event.iteration;
      account.component = event.component;
      account.searched = false;
      break;
    case "candidate":
      account.searched = true;
      break;
    case "update":
      account.component = "";
      break;
    case "checkpoint":
      keepLedger(account, event);
      break;
    case "summary":
      keepLedger(account, event);
      account.testRuns = event.testRuns;
      account.summedUp = event.runsByPurpose;
      break;
    default:
      break;
  }
}

function keepLedger(account: Spending, event: EventOf<"checkpoint"> | EventOf<"summary">): void {
  const { executions, modelCalls, spentCalls, models, systemRuns, seq } = event;
  account.toldBy = seq;
  account.spentCalls = spentCalls ?? null;
  if (models !== undefined) account.models = models;
  if (executions !== undefined) account.ledger = { executions, spentRuns: systemRuns };
  if (modelCalls !== undefined) account.modelCalls = modelCalls;
}
