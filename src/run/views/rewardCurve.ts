import type { EventOf, RunEvent } from "../events.ts";
import { rewardInterval } from "../statistics.ts";
import { evenly, extremes } from "../thinning.ts";
import { gateView } from "./reduce.ts";
import type { GateView } from "./runView.ts";

/** The configuration in force after an iteration, on the gate's rows; iteration 0 is the unoptimized system. */
export interface CurvePoint {
  readonly iteration: number;
  readonly mean: number;
  /** The 95 % interval of the mean; null where one row, or none, was scored. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  /** System runs spent by then. */
  readonly spentRuns: number;
}

/** An update that was put to the gate. */
export interface CurveStep {
  /** Number of the update's event. */
  readonly seq: number;
  readonly iteration: number;
  readonly component: string;
  readonly accepted: boolean;
  /** Mean that the configuration has, or would have had, with it. */
  readonly reached: number;
  /** Rows that were compared, of the gate's `rows`. */
  readonly n: number;
  readonly rows: number;
}

/** The global reward over the iterations of a run. */
export interface RewardCurve {
  readonly points: readonly CurvePoint[];
  readonly steps: readonly CurveStep[];
  /** Hard limit of system runs, or null. */
  readonly budgetRuns: number | null;
}

/** A curve while its run goes on. */
export interface GrowingCurve {
  points: CurvePoint[];
  steps: CurveStep[];
  budgetRuns: number | null;
  /** The present iteration. */
  iteration: number;
}

export function emptyCurve(): GrowingCurve {
  return { points: [], steps: [], budgetRuns: null, iteration: 0 };
}

/**
 * Takes one more event into the curve, in place and in constant time. Redone work must be left out beforehand.
 * @param gate of an update, where it is known already
 */
export function growCurve(curve: GrowingCurve, event: RunEvent, gate?: GateView | null): void {
  switch (event.type) {
    case "run.started":
      Object.assign(curve, emptyCurve(), { budgetRuns: event.budgetRuns });
      break;
    case "iteration":
      curve.iteration = event.iteration;
      break;
    case "evaluation":
      if (event.split !== "validation" || event.of === "optimized") break;
      place(curve, { ...measured(event.scores), iteration: curve.iteration, mean: event.mean, n: event.n }, event);
      break;
    case "update":
      step(curve, event, gate ?? gateOf(curve, event));
      break;
    default:
      break;
  }
}

function gateOf({ points }: GrowingCurve, { validation }: EventOf<"update">): GateView | null {
  return validation === null ? null : gateView(validation, points.at(-1)?.mean);
}

function step(curve: GrowingCurve, event: EventOf<"update">, gate: GateView | null): void {
  const { seq, iteration, component, validation, decision } = event;
  const last = curve.points.at(-1);
  const accepted = decision === "accepted";
  if (gate !== null) {
    const { reached, n, rows } = gate;
    curve.steps.push({ seq, iteration, component, accepted, reached, n, rows });
  }
  if (gate !== null && validation !== null && gate.n === gate.rows) {
    const scores = accepted ? validation.after : validation.before;
    place(curve, { ...measured(scores), iteration, mean: accepted ? gate.after : gate.before, n: gate.n }, event);
  } else if (last !== undefined) {
    place(curve, { ...last, iteration }, event);
  }
}

function measured(scores: readonly number[]): Pick<CurvePoint, "low" | "high"> {
  return rewardInterval(scores) ?? { low: null, high: null };
}

/** A second measurement in the same iteration replaces the first. */
function place(curve: GrowingCurve, point: Omit<CurvePoint, "spentRuns">, { systemRuns }: RunEvent): void {
  if (curve.points.at(-1)?.iteration === point.iteration) curve.points.pop();
  curve.points.push({ ...point, spentRuns: systemRuns });
}

/** More could not be told apart in a picture. */
const MOST_POINTS = 1000;
const MOST_STEPS = 600;

/** The curve as it is drawn, of the same size however long the run was; accepted updates stay before rejected ones. */
export function drawnCurve({ points, steps, budgetRuns }: RewardCurve): RewardCurve {
  return {
    points: extremes(points, MOST_POINTS, [({ mean }) => mean]),
    steps: drawnSteps(steps),
    budgetRuns,
  };
}

function drawnSteps(steps: readonly CurveStep[]): CurveStep[] {
  if (steps.length <= MOST_STEPS) return [...steps];
  const accepted = evenly(
    steps.filter((one) => one.accepted),
    MOST_STEPS / 2,
  );
  const rejected = evenly(
    steps.filter((one) => !one.accepted),
    MOST_STEPS - accepted.length,
  );
  return [...accepted, ...rejected].sort((a, b) => a.iteration - b.iteration);
}
