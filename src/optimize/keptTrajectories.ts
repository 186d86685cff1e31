import type { KeptStep, KeptTrajectory } from "../run/trajectoryFile.ts";
import type { Component } from "../system/component.ts";
import type { Failure, Step, Trajectory } from "../system/trajectory.ts";
import type { OptionValues } from "../system/variable.ts";
import { sigmoid } from "./localSearch.ts";
import type { Optimization } from "./optimization.ts";
import type { Session } from "./session.ts";

/** Trajectories that are handed over at once: all of a large evaluation would be one text of many megabytes. */
const AT_ONCE = 100;

/** What a configuration gave on rows, in their order. */
export interface MeasuredRows {
  readonly trajectories: readonly Trajectory[];
  readonly scores: readonly number[];
  readonly failures: readonly Failure[];
}

/**
 * Hands trajectories over to be looked at, with the local rewards of their outputs as far as any were learnt by now. Costs
 * no system runs.
 * @param iteration whose update they belong to; 0 for the start
 */
export async function keepTrajectories(session: Session, iteration: number, measured: MeasuredRows): Promise<void> {
  const { recorder } = session.request;
  if (recorder.keepTrajectories === undefined) return;
  const { trajectories, scores, failures } = measured;
  const rewards = new Map<string, ReadonlyMap<Step, number>>();
  for (const component of session.system.components) {
    if (session.rewarded.has(component.name)) {
      rewards.set(component.name, await localRewards(session, component, trajectories));
    }
  }
  const failed = new Map(failures.map((failure) => [failure.exampleId, failure]));
  const keptOf = ({ example, steps }: Trajectory, row: number): KeptTrajectory => {
    const failure = failed.get(example.id);
    return {
      iteration,
      example,
      score: scores[row] ?? Number.NaN,
      ...(failure && { failure: { at: failure.at, message: failure.message } }),
      steps: Object.fromEntries(
        session.system.components.flatMap(({ name }) => {
          const step = steps.get(name);
          return step === undefined ? [] : [[name, keptStep(step, rewards.get(name)?.get(step))] as const];
        }),
      ),
    };
  };
  for (let from = 0; from < trajectories.length; from += AT_ONCE) {
    const some = trajectories.slice(from, from + AT_ONCE);
    recorder.keepTrajectories(some.map((trajectory, index) => keptOf(trajectory, from + index)));
  }
}

/**
 * Hands the start's trajectories over once more, now that local rewards were learnt by which their outputs can be judged;
 * only where they are recorded, for nothing is run for it.
 */
export async function judgeStart(optimization: Optimization): Promise<void> {
  const { session, state, recorded } = optimization;
  const { gate, initial } = state;
  const examples = optimization.gateExamples();
  if (gate === undefined || !session.deterministic || recorded.cost(examples, initial) > 0) return;
  const trajectories = await recorded.refresh(examples, initial, "validation", session.sampleNumber("start"));
  const failures = trajectories.flatMap(({ failure }) => failure ?? []);
  await keepTrajectories(session, 0, { trajectories, scores: gate.initial, failures });
}

function keptStep({ output, took }: Step, localReward: number | undefined): KeptStep {
  return {
    output: { ...output },
    // Tenths of a millisecond are noise.
    ...(took && { ms: Math.round(took.ms * 10) / 10, calls: took.calls }),
    ...(localReward !== undefined && Number.isFinite(localReward) && { localReward }),
  };
}

async function localRewards(
  session: Session,
  component: Component,
  trajectories: readonly Trajectory[],
): Promise<ReadonlyMap<Step, number>> {
  const steps = trajectories.flatMap(({ steps: taken }) => taken.get(component.name) ?? []);
  if (steps.length === 0) return new Map();
  const items = steps.map(({ input, output, value }) => ({ input, output, options: optionsOf(component, value) }));
  const scores = await session.rewards.score(component, items, session.signal);
  return new Map(steps.map((step, index) => [step, sigmoid(scores[index] ?? Number.NaN)]));
}

function optionsOf(component: Component, value: Step["value"]): OptionValues | undefined {
  return component.variable.kind === "options" ? (value as OptionValues) : undefined;
}
