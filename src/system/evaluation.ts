import type { Example } from "../data/example.ts";
import { boundedMap } from "./boundedMap.ts";
import type { Fields } from "./component.ts";
import type { Configuration } from "./configuration.ts";
import { type Execution, executeFrom, executeSystem, executionsOf, rerunSet } from "./execution.ts";
import type { Ledger, Purpose } from "./ledger.ts";
import type { System } from "./system.ts";
import { FAILURE_SCORE, type Failure, type Trajectory, trajectoryFields } from "./trajectory.ts";
import { errorMessage } from "./userError.ts";

/** The user's score of the final output, higher is better (paper: R). */
export type Reward = (
  output: Fields,
  example: Example,
  context: { readonly signal: AbortSignal },
) => number | Promise<number>;

/** Scores of a configuration on examples, in their order. */
export interface Evaluation {
  /** One score per example, failures included with `FAILURE_SCORE`. */
  readonly scores: readonly number[];
  readonly mean: number;
  readonly failures: readonly Failure[];
  readonly trajectories: readonly Trajectory[];
}

export interface EvaluationRequest {
  readonly system: System;
  readonly reward: Reward;
  readonly examples: readonly Example[];
  /** How to execute; `charge` is set by the evaluation. */
  readonly execution: Omit<Execution, "charge">;
  readonly ledger: Ledger;
  readonly purpose: Purpose;
  /** Examples under way at the same time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /**
   * Trajectories of the same examples under a configuration that differs in `components` only; what is not downstream of
   * them is reused. Valid for deterministic systems.
   */
  readonly from?: { readonly components: readonly string[]; readonly trajectories: readonly Trajectory[] } | undefined;
  readonly onExample?: ((done: number) => void) | undefined;
}

/**
 * Runs and scores every example, with bounded concurrency and in order. Nothing starts when the budget cannot pay for
 * the worst case.
 * @throws BudgetExhausted, or the abort reason
 */
export async function evaluate(request: EvaluationRequest): Promise<Evaluation> {
  const { system, examples, ledger, purpose, signal, from } = request;
  if (examples.length === 0) throw new RangeError("an evaluation needs at least one example");
  const worst = worstCaseRuns(system, request.execution.configuration, from?.components);
  const reservation = ledger.reserve(purpose, examples.length * worst);
  const execution: Execution = { ...request.execution, charge: reservation.spend };
  let done = 0;
  try {
    const results = await boundedMap(
      examples,
      async (example, index) => {
        const base = from?.trajectories[index];
        const trajectory =
          from && base
            ? await executeFrom(system, base, from.components, execution)
            : await executeSystem(system, example, execution);
        const scored = await scoreTrajectory(system, trajectory, request.reward, signal, execution.timeoutMs);
        done += 1;
        request.onExample?.(done);
        return { trajectory, ...scored };
      },
      { concurrency: request.concurrency, signal },
    );
    const scores = results.map((result) => result.score);
    return {
      scores,
      mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
      failures: results.flatMap((result) => result.failure ?? []),
      trajectories: results.map((result) => result.trajectory),
    };
  } finally {
    reservation.close();
  }
}

/**
 * Global reward of a trajectory; a failure, a missing output, and a reward that is no number or does not come within
 * `timeoutMs` give `FAILURE_SCORE`.
 * @throws the abort reason
 */
export async function scoreTrajectory(
  system: System,
  trajectory: Trajectory,
  reward: Reward,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<{ readonly score: number; readonly failure: Failure | undefined }> {
  const failed = (at: string, kind: Failure["kind"], message: string) => ({
    score: FAILURE_SCORE,
    failure: { exampleId: trajectory.example.id, at, kind, message },
  });
  if (trajectory.failure) return { score: FAILURE_SCORE, failure: trajectory.failure };
  const fields = trajectoryFields(system, trajectory);
  const output: Record<string, unknown> = {};
  for (const name of system.outputs) {
    if (fields[name] === undefined) {
      return failed(
        system.writerOf.get(name) ?? name,
        "field",
        `the system gave no "${name}": its component did not run`,
      );
    }
    output[name] = fields[name];
  }
  try {
    const given = reward(output, trajectory.example, { signal });
    const score = typeof given === "number" ? given : await inTime(given, signal, timeoutMs);
    if (typeof score !== "number" || !Number.isFinite(score)) {
      return failed("reward", "reward", `the reward returned ${String(score)}, which is not a finite number`);
    }
    return { score, failure: undefined };
  } catch (thrown) {
    signal.throwIfAborted();
    return failed("reward", "reward", errorMessage(thrown));
  }
}

/** What a reward gives, unless it takes too long or is no longer wanted. */
async function inTime(given: number | Promise<number>, signal: AbortSignal, timeoutMs: number): Promise<number> {
  signal.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    const problem = `the reward gave no score within ${timeoutMs / 1000} s; raise timeoutMs if it needs longer`;
    timer = setTimeout(() => reject(new Error(problem)), timeoutMs);
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([given, late]);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

/** Worst-case system runs of one example; with `components`, of running from these on. */
export function worstCaseRuns(
  system: System,
  configuration: Configuration,
  components?: readonly string[] | undefined,
): number {
  const rerun = components && rerunSet(system, components);
  return system.components.reduce((sum, component) => {
    if (rerun && !rerun.has(component.name)) return sum;
    const executions = executionsOf(component, configuration[component.name] ?? null);
    return sum + (system.shareOf.get(component.name) ?? 0) * executions;
  }, 0);
}
