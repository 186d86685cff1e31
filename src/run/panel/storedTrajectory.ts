import type { Configuration } from "../../system/configuration.ts";
import type { VariableValue } from "../../system/variable.ts";
import type { KeptStep } from "../trajectoryFile.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a run's folder holds of one row under one configuration. */
export type StoredTrajectory =
  | {
      readonly kind: "kept";
      readonly exampleId: string;
      /** Fields of the row, the id left out. */
      readonly row: Fields;
      readonly score: number;
      readonly failure: { readonly at: string; readonly message: string } | null;
      /** By component; absent are those that did not run. */
      readonly steps: Readonly<Record<string, KeptStep>>;
    }
  /** `full`: the run had kept as many as it may by then. `older`: the run's version kept none. */
  | { readonly kind: "none"; readonly why: "full" | "older" | "unknown" }
  /** In words for people. */
  | { readonly kind: "unreadable"; readonly message: string };

/** A component as the log declares it. */
export interface DeclaredComponent {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** One component's part in a row. */
export interface ShownStep {
  readonly component: string;
  readonly value: VariableValue;
  readonly input: Fields;
  readonly output: Fields;
  readonly localReward: number | null;
  readonly ms: number | null;
  readonly calls: number | null;
}

/**
 * The steps of a trajectory in execution order, each with what it got: that follows from the row and from what the others
 * gave, for every field has one writer.
 */
export function stepsOf(
  { row, steps }: Extract<StoredTrajectory, { kind: "kept" }>,
  components: readonly DeclaredComponent[],
  configuration: Configuration,
): ShownStep[] {
  const written = new Set(components.flatMap(({ outputs }) => outputs));
  // A row may hold the right answer under the name of an output, which no component gets.
  const fields: Record<string, unknown> = Object.fromEntries(
    Object.entries(row).filter(([name]) => !written.has(name)),
  );
  const shown: ShownStep[] = [];
  for (const { name, inputs } of components) {
    const step = steps[name];
    if (step === undefined) continue;
    const input = Object.fromEntries(
      inputs.flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]] as const])),
    );
    const { output, localReward = null, ms = null, calls = null } = step;
    shown.push({ component: name, value: configuration[name] ?? null, input, output, localReward, ms, calls });
    Object.assign(fields, output);
  }
  return shown;
}
