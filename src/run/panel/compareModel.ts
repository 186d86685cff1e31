import type { Configuration } from "../../system/configuration.ts";
import type { Account, BodyOf, ComponentInfo, EventOf, RunEstimate, RunEvent } from "../events.ts";
import { extremes } from "../thinning.ts";
import { workBetween } from "../views/effectiveEvents.ts";
import { type CurvePoint, emptyCurve, type GrowingCurve, growCurve } from "../views/rewardCurve.ts";
import type { RunStatus } from "../views/runView.ts";
import { toldSettings } from "../views/toldSettings.ts";
import type { PanelModel } from "./panelModel.ts";
import { type Money, moneyTogether } from "./spentRows.ts";

/** Points of one run's rewards, so that those of six runs together are as many as a page is given. */
const MOST_CURVE_POINTS = 300;

/** Scores of one configuration, row by row. */
export interface MeasuredRows {
  readonly exampleIds: readonly string[];
  readonly scores: readonly number[];
}

/** A split of a run's data, and what was measured on it before and in the end. */
export interface MeasuredSplit {
  readonly data: BodyOf<"run.started">["data"]["train"];
  readonly start: MeasuredRows | null;
  /** Of the configuration in force now. */
  readonly result: MeasuredRows | null;
}

/** The reward in force, and what it had cost by then in every way of counting; null where the log does not tell. */
export interface ComparedPoint extends CurvePoint {
  readonly calls: number | null;
  readonly tokens: number | null;
  /** US dollars; null also where prices are not known, and for a simulated model. */
  readonly usd: number | null;
  /** Milliseconds at work. */
  readonly elapsedMs: number;
}

/** All that one run brings to a comparison. */
export interface RunBrief {
  readonly runId: string;
  readonly system: string;
  readonly experiment: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly seed: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly status: RunStatus;
  /** Iterations begun, of how many. */
  readonly iteration: number;
  readonly iterations: number;
  readonly budgetRuns: number | null;
  readonly spentRuns: number;
  /** As of the last checkpoint; null where none has told yet. */
  readonly calls: number | null;
  readonly tokens: number | null;
  readonly money: Money | null;
  /** What it was thought to come to before it began; null where the log does not tell. */
  readonly estimate: RunEstimate | null;
  readonly elapsedMs: number;
  readonly startedAt: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unchanged: number;
  readonly components: readonly ComponentInfo[];
  readonly initial: Configuration;
  readonly configuration: Configuration;
  readonly train: BodyOf<"run.started">["data"]["train"];
  readonly validation: MeasuredSplit;
  readonly test: MeasuredSplit | null;
  readonly points: readonly ComparedPoint[];
}

type Spent = Pick<ComparedPoint, "calls" | "tokens" | "usd" | "elapsedMs">;

const untold = { calls: null, tokens: null, usd: null } as const;

/** A brief that is written on, event by event. */
interface CompareState {
  started: EventOf<"run.started"> | null;
  status: RunStatus;
  iteration: number;
  iterations: number;
  spentRuns: number;
  calls: number | null;
  tokens: number | null;
  money: Money | null;
  elapsedMs: number;
  last: Pick<RunEvent, "at"> | undefined;
  readonly decided: Record<EventOf<"update">["decision"], number>;
  configuration: Configuration;
  readonly curve: GrowingCurve;
  /** By the iterations of the curve's points. */
  readonly spent: Map<number, Spent>;
  validation: { start: MeasuredRows | null; result: MeasuredRows | null };
  test: { start: MeasuredRows | null; result: MeasuredRows | null };
  hasEnded: boolean;
}

/** What a run brings to a comparison with others; null until it has begun. */
export const compareModel: PanelModel<CompareState, RunBrief | null> = {
  page: "compare",
  empty: () => ({
    started: null,
    status: { state: "waiting" },
    iteration: 0,
    iterations: 0,
    spentRuns: 0,
    calls: null,
    tokens: null,
    money: null,
    elapsedMs: 0,
    last: undefined,
    decided: { accepted: 0, rejected: 0, unchanged: 0 },
    configuration: {},
    curve: emptyCurve(),
    spent: new Map(),
    validation: { start: null, result: null },
    test: { start: null, result: null },
    hasEnded: false,
  }),
  add(state, event) {
    if (event.type === "run.started") begin(state, event);
    state.elapsedMs += workBetween(state.last, event);
    state.last = event;
    state.spentRuns = event.systemRuns;
    growCurve(state.curve, event);
    follow(state, event);
  },
  shown: briefOf,
};

function begin(state: CompareState, event: EventOf<"run.started">): void {
  const { elapsedMs, last } = state;
  // A run that had no checkpoint yet starts over: of its first start there is the time that it took.
  Object.assign(state, compareModel.empty(), {
    elapsedMs,
    last,
    started: event,
    status: { state: "running", phase: null },
    iterations: event.iterations,
    configuration: event.configuration,
  });
}

function follow(state: CompareState, event: RunEvent): void {
  switch (event.type) {
    case "phase":
      state.status = { state: "running", phase: event.phase };
      state.iterations = event.plan?.of ?? state.iterations;
      break;
    case "iteration":
      state.iteration = event.iteration;
      state.iterations = event.of;
      break;
    case "evaluation":
      evaluate(state, event);
      break;
    case "update":
      decide(state, event);
      break;
    case "checkpoint":
      account(state, event);
      break;
    case "run.resumed":
      state.status = { state: "running", phase: null };
      break;
    case "run.interrupted":
      state.status = { state: "interrupted", reason: event.reason };
      break;
    case "run.failed":
      state.status = { state: "failed", message: event.message };
      break;
    case "summary":
      state.status = { state: "finished", stop: event.stop };
      state.iteration = event.iterations;
      state.configuration = { ...state.configuration, ...event.configuration };
      state.hasEnded = true;
      account(state, event);
      break;
    default:
      break;
  }
}

function evaluate(state: CompareState, { split, of, exampleIds, scores }: EventOf<"evaluation">): void {
  const rows = { exampleIds, scores };
  switch (split) {
    case "validation":
      if (of === "unoptimized") state.validation.start = rows;
      state.validation.result = rows;
      if (of !== "optimized") mark(state);
      break;
    case "test":
      if (of === "unoptimized") state.test.start = rows;
      else state.test.result = rows;
      break;
    default:
      break;
  }
}

function decide(state: CompareState, { decision, component, after, validation }: EventOf<"update">): void {
  state.decided[decision]++;
  if (decision === "accepted") state.configuration = { ...state.configuration, [component]: after };
  // Where a challenger was given up early, only part of the rows was looked at.
  if (validation !== null && validation.after.length === (validation.rows ?? validation.after.length)) {
    const { exampleIds, before, after: scores } = validation;
    if (scores.length > 0) state.validation.result = { exampleIds, scores: decision === "accepted" ? scores : before };
  }
  mark(state);
}

/** The curve has a point for the present: what was spent by then belongs to it. */
function mark({ curve, spent, elapsedMs }: CompareState): void {
  const point = curve.points.at(-1);
  if (point !== undefined) spent.set(point.iteration, { ...untold, elapsedMs });
}

/** What was spent besides system runs is only told now and then: what the last point has cost is what is told next. */
function account(state: CompareState, { modelCalls, spentCalls, models = {} }: Account): void {
  if (modelCalls === undefined) return;
  const asked = Object.values(modelCalls);
  state.calls = asked.reduce((sum, { calls }) => sum + calls, 0);
  state.tokens = asked.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
  const prices = { models, simulated: state.started?.simulated ?? false };
  state.money = spentCalls === undefined ? null : moneyTogether(prices, spentCalls);
  const iteration = state.curve.points.at(-1)?.iteration;
  const told = iteration === undefined ? undefined : state.spent.get(iteration);
  if (iteration === undefined || told === undefined || told.calls !== null) return;
  state.spent.set(iteration, { ...told, calls: state.calls, tokens: state.tokens, usd: usdOf(state.money) });
}

/** Null where not all of it is known, or nothing is to be paid. */
function usdOf(money: Money | null): number | null {
  return money === null || money.unpriced > 0 || (money.usd === 0 && money.simulated > 0) ? null : money.usd;
}

function briefOf(state: CompareState): RunBrief | null {
  const { started, decided, validation, test } = state;
  if (started === null) return null;
  const { data } = started;
  // The same configuration is not measured twice.
  const asBefore = state.hasEnded ? test.start : null;
  return {
    runId: started.runId,
    system: started.system.name,
    experiment: started.experiment,
    model: started.model,
    simulated: started.simulated,
    seed: started.seed,
    settings: toldSettings(started.settings),
    status: state.status,
    iteration: state.iteration,
    iterations: state.iterations,
    budgetRuns: started.budgetRuns,
    spentRuns: state.spentRuns,
    calls: state.calls,
    tokens: state.tokens,
    money: state.money,
    estimate: started.estimate ?? null,
    elapsedMs: state.elapsedMs,
    startedAt: started.at,
    ...decided,
    components: started.system.components,
    initial: started.configuration,
    configuration: state.configuration,
    train: data.train,
    validation: { data: data.validation, ...validation },
    test: data.test === undefined ? null : { data: data.test, start: test.start, result: test.result ?? asBefore },
    points: extremes(state.curve.points, MOST_CURVE_POINTS, [({ mean }) => mean]).map((point) => ({
      ...point,
      ...(state.spent.get(point.iteration) ?? { ...untold, elapsedMs: 0 }),
    })),
  };
}
