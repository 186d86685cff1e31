import type { Example } from "../data/example.ts";
import type { Fields } from "./component.ts";
import type { System } from "./system.ts";
import type { VariableValue } from "./variable.ts";

/** What one component got and gave for one example (x_k, y_k), and the value of its variable that made it. */
export interface Step {
  readonly input: Fields;
  readonly output: Fields;
  readonly value: VariableValue;
  /** Where somebody looked at the clock: what it took. */
  readonly took?: Took;
}

/** What one execution of a component took. */
export interface Took {
  /** Milliseconds until the output was there, waiting included. */
  readonly ms: number;
  /** Calls of the language model that the component was handed. */
  readonly calls: number;
}

/** Why an example has no valid score. It then counts with `FAILURE_SCORE`, and is listed. */
export interface Failure {
  readonly exampleId: string;
  /** The component that failed, or "reward". */
  readonly at: string;
  readonly kind: "threw" | "timeout" | "field" | "reward";
  readonly message: string;
}

/** Score of an example that failed: a failure lowers the mean, it never drops out of it. */
export const FAILURE_SCORE = 0;

/** What every component that ran got and gave for one example (paper, section 3). */
export interface Trajectory {
  readonly example: Example;
  /** By component name; absent are components that the route skipped, that failed, or that depend on one that did. */
  readonly steps: ReadonlyMap<string, Step>;
  /** Of the first component, in execution order, that failed. */
  readonly failure: Failure | undefined;
}

/**
 * What an example brings to a system: its fields without those that components write. The example may hold the right
 * answer under the name of an output, which must never stand in for a component that did not run.
 */
export function broughtFields(system: System, example: Example): Record<string, unknown> {
  return Object.fromEntries(Object.entries(example).filter(([name]) => !system.writerOf.has(name)));
}

/** All fields that exist after a trajectory: what the example brings, and the components' outputs. */
export function trajectoryFields(system: System, { example, steps }: Pick<Trajectory, "example" | "steps">): Fields {
  return Object.assign(broughtFields(system, example), ...[...steps.values()].map((step) => step.output));
}
