import { type Configuration, completeConfiguration } from "../system/configuration.ts";
import { executionsOf } from "../system/execution.ts";
import { componentNamed, type System } from "../system/system.ts";
import { neighbours } from "./neighbours.ts";
import { nothing, type Plan, type PlannedCount } from "./plannedExecutions.ts";

/** What is tried by hand, outside of any run. */
export type TrialWork =
  /** A value on a row; `alone` without the values that lie beside. */
  | { readonly kind: "value"; readonly component: string; readonly alone?: boolean | undefined }
  /** A value put to the gate. */
  | { readonly kind: "check"; readonly component: string; readonly rows: number; readonly measuresStart: boolean }
  /** The whole system on rows. */
  | { readonly kind: "rows"; readonly rows: number };

/** Executions that trials may take, by the formulas by which they reserve system runs. */
export function trialPlan(system: System, given: Configuration, work: TrialWork): Plan {
  const configuration = completeConfiguration(system.components, given);
  const counts = new Map<string, number>();
  const add = (name: string, times: number): void => {
    const executions = executionsOf(componentNamed(system, name), configuration[name] ?? null);
    counts.set(name, (counts.get(name) ?? 0) + times * executions);
  };
  const addAll = (times: number): void => {
    for (const { name } of system.components) add(name, times);
  };
  switch (work.kind) {
    case "value": {
      const { variable } = componentNamed(system, work.component);
      addAll(1);
      const beside = work.alone === true ? 0 : neighbours(variable, configuration[work.component] ?? null).length;
      add(work.component, 2 + beside);
      break;
    }
    case "check":
      addAll(work.rows * (work.measuresStart ? 2 : 1));
      break;
    case "rows":
      addAll(work.rows);
      break;
  }
  return {
    counts: [...counts].map(
      ([who, most]): PlannedCount => ({
        who,
        purpose: "evaluation",
        count: { low: Math.min(1, most), expected: most, high: most },
      }),
    ),
    iterations: nothing,
    stageOneInputs: nothing,
    runsBind: false,
  };
}
