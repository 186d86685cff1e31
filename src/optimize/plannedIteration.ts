import type { Component } from "../system/component.ts";
import type { Configuration } from "../system/configuration.ts";
import type { Purpose } from "../system/ledger.ts";
import {
  behind,
  type ExecutionRange,
  type Executions,
  isDeterministic,
  least,
  most,
  noExecutions,
  onceEach,
  plus,
  scaled,
} from "./executions.ts";
import { LIKELY } from "./likelyShares.ts";
import { optimizerFor } from "./optimizers/optimizers.ts";
import { plannedCollection } from "./plannedStageOne.ts";
import { gateRows, type PlanRequest } from "./planRequest.ts";
import { nothing, type Range } from "./range.ts";

/** What one iteration may take, whichever component it draws. */
export interface PlannedIteration {
  readonly byPurpose: ReadonlyMap<Purpose, ExecutionRange>;
  /** Of all purposes. */
  readonly expected: Executions;
  /** Of the dearest component. */
  readonly worst: Executions;
  /** Requests for new prompts. */
  readonly proposals: Range;
  /** All values of all components may have been tried before the last iteration. */
  readonly exhaustible: boolean;
}

/** Of the values that a search likely scores, on as many inputs: some were scored before, some prompts come twice. */
const LEAST_SEARCHED = 0.25;

/** One iteration: each component is as likely as the others. */
export function plannedIteration(
  request: PlanRequest,
  components: readonly Component[],
  start: Configuration,
): PlannedIteration {
  const plans = components.map((component) => ofComponent(request, component, start, components.length));
  const share = 1 / plans.length;
  // Over many iterations every component has its turn; over few it may be any of them.
  const isLong = request.settings.iterations > 2 * plans.length;
  const leastOf = (lows: readonly Executions[]) =>
    isLong ? lows.map((low) => scaled(low, share)).reduce(plus) : lows.reduce(least);
  const purposes = ["fresh pairs", "local search", "validation"] as const;
  const byPurpose = new Map(
    purposes.map((purpose) => [
      purpose,
      {
        low: leastOf(plans.map((plan) => plan[purpose].low)),
        expected: plans.map((plan) => scaled(plan[purpose].expected, share)).reduce(plus),
        high: plans.map((plan) => plan[purpose].high).reduce(most),
      },
    ]),
  );
  const proposals = plans.map((plan) => plan.proposals);
  return {
    byPurpose,
    expected: [...byPurpose.values()].map(({ expected }) => expected).reduce(plus),
    worst: [...byPurpose.values()].map(({ high }) => high).reduce(plus),
    proposals: {
      low: Math.min(...proposals.map(({ low }) => low)),
      expected: proposals.reduce((sum, { expected }) => sum + expected * share, 0),
      high: Math.max(...proposals.map(({ high }) => high)),
    },
    exhaustible: components.every(({ variable }) => variable.kind !== "prompt"),
  };
}

interface ComponentPlan extends Record<"fresh pairs" | "local search" | "validation", ExecutionRange> {
  readonly proposals: Range;
}

function ofComponent(request: PlanRequest, component: Component, start: Configuration, among: number): ComponentPlan {
  const { system, settings, splits } = request;
  const whole = onceEach(system.components, start);
  const downstream = onceEach(behind(system, component), start);
  const inputs = Math.min(settings.searchInputs, splits.train.examples.length);
  const { scorer } = settings;
  const isLast = downstream.size === 0 && settings.lastComponent === "global";
  const fresh = scorer === "global" || isLast ? 0 : Math.min(settings.freshInputs, inputs);
  const { expected, high } = plannedCollection(request, component, start);
  const recordedAnew = scaled(whole, inputs * LIKELY.unrecorded);

  const { variable } = component;
  const prompts = variable.kind === "prompt";
  const seeds = prompts ? settings.explorationPrompts : 0;
  const evaluations = (given: number) => optimizerFor(variable).evaluations(variable, inputs, settings, given);
  const own = new Map([[component.name, 1]]);
  const globally = scorer === "global" || isLast ? 1 : scorer === "random" ? 0 : undefined;
  const scored = (count: number, share: number) => plus(scaled(own, count), scaled(downstream, count * share));
  // Prompts of stage 1 are scored with the first search of their component.
  const firstVisits = Math.min(1, among / Math.max(1, settings.iterations));
  const likely = evaluations(seeds * firstVisits) - (prompts && isDeterministic(system) ? inputs : 0);

  const rows = gateRows(request);
  const changed = new Map([[component.name, variable.kind === "model" ? variable.models.length : 1], ...downstream]);
  const gate = isDeterministic(system) ? scaled(changed, rows) : scaled(whole, 2 * rows);
  return {
    "fresh pairs": {
      low: noExecutions,
      expected: plus(scaled(expected, fresh), fresh > 0 ? recordedAnew : noExecutions),
      high: plus(scaled(high, fresh), fresh > 0 ? scaled(whole, inputs) : noExecutions),
    },
    "local search": {
      low: scaled(scored(likely, 0), LEAST_SEARCHED),
      expected: plus(
        scored(likely, (globally ?? LIKELY.global) * LIKELY.behind),
        fresh > 0 ? noExecutions : recordedAnew,
      ),
      high: plus(scored(evaluations(seeds), globally ?? 1), scaled(whole, inputs)),
    },
    validation: { low: noExecutions, expected: scaled(gate, LIKELY.gated), high: gate },
    proposals: prompts
      ? { low: 1, expected: settings.promptCandidates * 1.3, high: settings.promptCandidates * 3 }
      : nothing,
  };
}
