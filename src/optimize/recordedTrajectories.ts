import * as z from "zod";
import type { Example } from "../data/example.ts";
import { configurationSchema } from "../run/events.ts";
import { boundedMap } from "../system/boundedMap.ts";
import { type Configuration, canonicalJson } from "../system/configuration.ts";
import { worstCaseRuns } from "../system/evaluation.ts";
import { executeFrom, executeSystem } from "../system/execution.ts";
import type { Purpose } from "../system/ledger.ts";
import { broughtFields, type Step, type Trajectory } from "../system/trajectory.ts";
import type { Session } from "./session.ts";

interface Recorded {
  readonly trajectory: Trajectory;
  readonly configuration: Configuration;
}

/** A trajectory without what follows from the example: outputs and failure; inputs are read off the fields again. */
export const savedTrajectorySchema = z.object({
  exampleId: z.string(),
  configuration: configurationSchema,
  outputs: z.record(z.string(), z.record(z.string(), z.unknown())),
  failure: z
    .object({ at: z.string(), kind: z.enum(["threw", "timeout", "field", "reward"]), message: z.string() })
    .optional(),
});
export type SavedTrajectory = z.infer<typeof savedTrajectorySchema>;

/**
 * Trajectories that were paid for. In a deterministic system a trajectory stays true as long as the configuration does;
 * after an accepted update only the changed component and what is downstream of it run again. In a stochastic system
 * nothing is reused.
 */
export class RecordedTrajectories {
  readonly #session: Session;
  readonly #byExample = new Map<string, Recorded>();

  constructor(session: Session) {
    this.#session = session;
  }

  keep(trajectories: readonly Trajectory[], configuration: Configuration): void {
    if (!this.#session.deterministic) return;
    for (const trajectory of trajectories) this.#byExample.set(trajectory.example.id, { trajectory, configuration });
  }

  /** System runs, at worst, that `refresh` would charge for these examples. */
  cost(examples: readonly Example[], configuration: Configuration): number {
    return examples.reduce((sum, example) => sum + this.#costOf(example, configuration), 0);
  }

  /**
   * Trajectories of `examples` under `configuration`, in order, running only what is not recorded.
   * @param sample tells this pass from others where components are not deterministic
   * @param given with `upTo`, only what that component reads must be current: steps behind it may be older
   */
  async refresh(
    examples: readonly Example[],
    configuration: Configuration,
    purpose: Purpose,
    sample: number,
    given: { readonly upTo?: string; readonly onExample?: (done: number) => void } = {},
  ): Promise<Trajectory[]> {
    const session = this.#session;
    const reservation = session.ledger.reserve(purpose, this.cost(examples, configuration));
    const execution = { ...session.execution(configuration, sample, purpose), charge: reservation.spend };
    let done = 0;
    try {
      return await boundedMap(
        examples,
        async (example) => {
          const recorded = this.#byExample.get(example.id);
          if (recorded && this.#current(recorded, configuration, given.upTo)) return recorded.trajectory;
          const trajectory = recorded
            ? await executeFrom(session.system, recorded.trajectory, changed(recorded, configuration), execution)
            : await executeSystem(session.system, example, execution);
          this.keep([trajectory], configuration);
          done += 1;
          given.onExample?.(done);
          return trajectory;
        },
        { concurrency: session.settings.concurrency, signal: session.signal },
      );
    } finally {
      reservation.close();
    }
  }

  saved(): SavedTrajectory[] {
    return [...this.#byExample.values()].map(({ trajectory, configuration }) => ({
      exampleId: trajectory.example.id,
      configuration,
      outputs: Object.fromEntries([...trajectory.steps].map(([name, step]) => [name, { ...step.output }] as const)),
      ...(trajectory.failure && {
        failure: { at: trajectory.failure.at, kind: trajectory.failure.kind, message: trajectory.failure.message },
      }),
    }));
  }

  restore(saved: readonly SavedTrajectory[], examples: ReadonlyMap<string, Example>): void {
    for (const { exampleId, configuration, outputs, failure } of saved) {
      const example = examples.get(exampleId);
      if (example === undefined) throw new Error(`the saved trajectory of "${exampleId}" belongs to no example`);
      const fields = broughtFields(this.#session.system, example);
      const steps = new Map<string, Step>();
      for (const component of this.#session.system.components) {
        const output = outputs[component.name];
        if (output === undefined) continue;
        const names = Object.keys(component.inputs).filter((name) => fields[name] !== undefined);
        const input = Object.fromEntries(names.map((name) => [name, fields[name]] as const));
        steps.set(component.name, { input, output, value: configuration[component.name] ?? null });
        Object.assign(fields, output);
      }
      const trajectory = { example, steps, failure: failure && { exampleId, ...failure } };
      this.#byExample.set(exampleId, { trajectory, configuration });
    }
  }

  /** Nothing that `upTo` reads, or nothing at all, comes from a component that has changed since. */
  #current(recorded: Recorded, configuration: Configuration, upTo: string | undefined): boolean {
    const { downstreamOf } = this.#session.system;
    return changed(recorded, configuration).every(
      (name) => upTo !== undefined && !downstreamOf.get(name)?.includes(upTo),
    );
  }

  #costOf(example: Example, configuration: Configuration): number {
    const { system } = this.#session;
    const recorded = this.#byExample.get(example.id);
    if (recorded === undefined) return worstCaseRuns(system, configuration);
    return worstCaseRuns(system, configuration, changed(recorded, configuration));
  }
}

/** Names of the components whose value is not the recorded one. */
function changed(recorded: Recorded, configuration: Configuration): string[] {
  return Object.keys(configuration).filter(
    (name) => canonicalJson(configuration[name]) !== canonicalJson(recorded.configuration[name]),
  );
}
