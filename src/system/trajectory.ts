import type { Example } from "../data/example.ts";
import type { Fields } from "./component.ts";
import type { VariableValue } from "./variable.ts";

/** What one component got and gave for one example (x_k, y_k), and the value of its variable that made it. */
export interface Step {
  readonly input: Fields;
  readonly output: Fields;
  readonly value: VariableValue;
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
  /** By component name; components that the route skipped or a failure stopped are absent. */
  readonly steps: ReadonlyMap<string, Step>;
  readonly failure: Failure | undefined;
}

/** All fields that exist after a trajectory: the example's and the components' outputs. */
export function trajectoryFields(trajectory: Trajectory): Fields {
  return Object.assign({}, trajectory.example, ...[...trajectory.steps.values()].map((step) => step.output));
}
