import type { Component } from "../system/component.ts";
import type { Configuration } from "../system/configuration.ts";
import { executionsOf } from "../system/execution.ts";
import { spaceSize } from "../system/variable.ts";
import {
  behind,
  type ExecutionRange,
  isDeterministic,
  noExecutions,
  onceEach,
  plus,
  scaled,
  systemRuns,
} from "./executions.ts";
import { LIKELY } from "./likelyShares.ts";
import type { PlanRequest } from "./planRequest.ts";
import { nothing, type Range } from "./range.ts";

/** What stage 1 may take. */
export interface PlannedStageOne extends ExecutionRange {
  /** Training inputs that preferences are collected on. */
  readonly inputs: Range;
}

/** Where the budget leaves too little for stage 1, or the goal needs none. */
export const noStageOne: PlannedStageOne = {
  low: noExecutions,
  expected: noExecutions,
  high: noExecutions,
  inputs: nothing,
};

/** Candidates of every component on as many inputs as the share of stage 1 pays for. @param budget in system runs */
export function plannedStageOne(
  request: PlanRequest,
  components: readonly Component[],
  start: Configuration,
  budget: number,
): PlannedStageOne {
  const { system, settings, splits } = request;
  const share = budget * settings.stageOneShare;
  if (share < settings.leastStageOneRuns) return noStageOne;
  const whole = onceEach(system.components, start);
  const perInput = (which: keyof Range) =>
    components.reduce((sum, component) => plus(sum, plannedCollection(request, component, start)[which]), whole);
  const inputs = Math.min(settings.stageOneInputs, splits.train.examples.length);
  const worst = systemRuns(system, perInput("high"));
  // The last round is begun where its worst case is still there.
  const affordable = (cost: number) =>
    worst > share ? 0 : cost <= 0 ? inputs : Math.min(inputs, Math.floor((share - worst) / cost) + 1);
  const counts = {
    low: affordable(worst),
    expected: affordable(systemRuns(system, perInput("expected"))),
    high: worst > share ? 0 : inputs,
  };
  return {
    low: scaled(perInput("low"), counts.low),
    expected: scaled(perInput("expected"), counts.expected),
    high: scaled(perInput("high"), counts.high),
    inputs: counts,
  };
}

/** Executions for the candidates of one component on one input, the base trajectory apart. */
export function plannedCollection(
  { system, settings }: PlanRequest,
  component: Component,
  start: Configuration,
): ExecutionRange {
  const most = Math.max(settings.samples, settings.tellingSamples);
  const tries = alternatives(component, settings.triesPerSample * most);
  const own = executionsOf(component, start[component.name] ?? null);
  const original = isDeterministic(system) ? 0 : 1;
  const downstream = behind(system, component);
  const rollouts = downstream.some((one) => !one.deterministic) ? settings.rollouts : 1;
  const distinct = Math.min(tries, most);
  const one = (executions: number, followed: number) =>
    plus(new Map([[component.name, executions * own]]), scaled(onceEach(downstream, start), followed * rollouts));
  return {
    low: one(Math.min(tries, settings.samples) * 0.5, 0),
    expected: one((tries + distinct) / 2, (distinct * LIKELY.distinct + original) * LIKELY.behind),
    high: one(tries, distinct + original),
  };
}

function alternatives({ variable, samples }: Component, most: number): number {
  switch (variable.kind) {
    case "model":
      return Math.min(most, variable.models.length - 1);
    case "options":
      return Math.min(most, Math.max(0, spaceSize(variable.space) - 1));
    case "prompt":
      return most;
    default:
      return samples ? most : 0;
  }
}
