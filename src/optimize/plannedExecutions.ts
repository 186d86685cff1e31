import type { Component } from "../system/component.ts";
import { type Configuration, completeConfiguration } from "../system/configuration.ts";
import { componentNamed } from "../system/system.ts";
import {
  behind,
  type ExecutionRange,
  type Executions,
  isDeterministic,
  noExecutions,
  onceEach,
  plus,
  scaled,
  systemRuns,
} from "./executions.ts";
import { landscapeValues } from "./landscape.ts";
import { LIKELY } from "./likelyShares.ts";
import { type PlannedCount, PlannedCounts, PROPOSER } from "./plannedCounts.ts";
import { type PlannedIteration, plannedIteration } from "./plannedIteration.ts";
import { noStageOne, plannedStageOne } from "./plannedStageOne.ts";
import { gateRows, type PlanRequest, plannedComponents } from "./planRequest.ts";
import { exactly, nothing, product, type Range } from "./range.ts";

export { type PlannedCount, PROPOSER } from "./plannedCounts.ts";
export type { PlanRequest } from "./planRequest.ts";
export { nothing, type Range } from "./range.ts";

export interface Plan {
  /** Executions of components, and requests of the proposer. */
  readonly counts: readonly PlannedCount[];
  readonly iterations: Range;
  /** Training inputs of stage 1. */
  readonly stageOneInputs: Range;
  /** The budget of system runs is what ends the run at worst. */
  readonly runsBind: boolean;
}

/** How often components will run, and why; the formulas are those by which the engine reserves system runs. */
export function plannedExecutions(request: PlanRequest): Plan {
  const { system, splits, settings, goal } = request;
  const start = completeConfiguration(system.components, request.configuration ?? {});
  const components = plannedComponents(request);
  const whole = onceEach(system.components, start);
  const budget = settings.budgetRuns ?? Number.POSITIVE_INFINITY;
  const counts = new PlannedCounts();

  const rows = goal.kind === "evaluate" ? splits.validation.examples.length : gateRows(request);
  counts.add("validation", surely(scaled(whole, rows)));

  const learns = goal.kind !== "evaluate" && (goal.kind !== "optimize" || settings.scorer !== "global");
  const stageOne = learns && components.length > 0 ? plannedStageOne(request, components, start, budget) : noStageOne;
  counts.add("offline pairs", stageOne);
  if (stageOne !== noStageOne) {
    for (const { variable } of components) {
      if (variable.kind === "prompt") counts.count(PROPOSER, "local search", exactly(settings.explorationPrompts));
    }
  }

  let iterations = nothing;
  if (goal.kind === "optimize" && components.length > 0) {
    const each = plannedIteration(request, components, start);
    const startRuns = rows * systemRuns(system, whole);
    const stageRuns = (which: keyof Range) => systemRuns(system, stageOne[which]);
    iterations = iterationsWithin(request, each, {
      expected: budget - startRuns - stageRuns("expected"),
      low: budget - startRuns - Math.min(stageRuns("high"), budget * settings.stageOneShare),
    });
    // Fewer iterations come about only where each of them takes more.
    const times = { ...iterations, low: each.exhaustible ? iterations.low : settings.iterations };
    for (const [purpose, planned] of each.byPurpose) counts.add(purpose, repeated(planned, times));
    counts.count(PROPOSER, "local search", product(each.proposals, iterations));
  }
  if (goal.kind === "landscape") counts.add("landscape", landscapeOf(request, goal, start));
  const runsBind = counts.hold(budget, system.shareOf);

  // Test rows are not charged.
  const test = splits.test?.examples.length ?? 0;
  const both = goal.kind === "optimize" && components.length > 0 ? 2 : 1;
  counts.add("test", {
    low: scaled(whole, test),
    expected: scaled(whole, both * test),
    high: scaled(whole, both * test),
  });
  return { counts: counts.all(), iterations, stageOneInputs: stageOne.inputs, runsBind };
}

/** @param left system runs for all iterations: at least, and likely */
function iterationsWithin(
  { system, settings, ...request }: PlanRequest,
  each: PlannedIteration,
  left: { readonly low: number; readonly expected: number },
): Range {
  const most = settings.iterations;
  const paidBy = (runs: number, executions: Executions) => {
    const cost = systemRuns(system, executions);
    return cost <= 0 ? most : Math.max(0, runs / cost);
  };
  // Nothing is begun whose worst case is not there.
  const certain = Math.floor(paidBy(left.low, each.worst));
  const least = each.exhaustible ? Math.min(most, plannedComponents({ system, settings, ...request }).length) : most;
  return { low: Math.min(least, certain), expected: Math.min(most, paidBy(left.expected, each.expected)), high: most };
}

function landscapeOf(
  request: PlanRequest,
  { component: name, key }: { readonly component: string; readonly key: string },
  start: Configuration,
): ExecutionRange {
  const { system } = request;
  const component: Component = componentNamed(system, name);
  const values = landscapeValues(component, key, start[name] ?? null).length;
  const whole = onceEach(system.components, start);
  const changed = onceEach([component, ...behind(system, component)], start);
  const drawn = scaled(isDeterministic(system) ? changed : whole, values * gateRows(request));
  return {
    low: noExecutions,
    expected: scaled(drawn, LIKELY.behind),
    high: plus(drawn, scaled(whole, gateRows(request))),
  };
}

function repeated({ low, expected, high }: ExecutionRange, times: Range): ExecutionRange {
  return {
    low: scaled(low, times.low),
    expected: scaled(expected, times.expected),
    high: scaled(high, times.high),
  };
}

function surely(executions: Executions): ExecutionRange {
  return { low: executions, expected: executions, high: executions };
}
