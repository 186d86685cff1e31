import type { Example } from "../data/example.ts";
import type { Component } from "../system/component.ts";
import { type Configuration, configurationHash } from "../system/configuration.ts";
import type { Failure, Trajectory } from "../system/trajectory.ts";
import type { VariableValue } from "../system/variable.ts";
import { type GateScores, isHopeless, judge, partsOf } from "./gate.ts";
import { keepTrajectories } from "./keptTrajectories.ts";
import type { Scorer } from "./localSearch.ts";
import type { Optimization } from "./optimization.ts";
import { bestOf, type ScoredValue, type SearchResult } from "./optimizers/optimizer.ts";

/**
 * The best of a search that is worth a gate: what the gate of a deterministic system has rejected beside the same other
 * values is left out, and so is what does not exceed the current value by the advantage that the settings ask for.
 */
export function bestUnrefused(
  { session, state }: Optimization,
  component: Component,
  current: ScoredValue,
  scored: readonly ScoredValue[],
): ScoredValue {
  const hashWith = (value: VariableValue) => configurationHash({ ...state.configuration, [component.name]: value });
  return bestOf(
    current,
    scored.filter(
      (candidate) =>
        !state.refused.includes(hashWith(candidate.value)) &&
        standardErrors(current.perInput, candidate.perInput) >= session.settings.advantage,
    ),
  );
}

/**
 * How many standard errors the mean of paired differences lies above 0; Infinity where all differ by the same, more than 0.
 * Values that were scored on fewer inputs are compared on those.
 */
export function standardErrors(before: readonly number[], after: readonly number[]): number {
  const differences = after.map((reward, input) => reward - (before[input] ?? reward));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, differences.length - 1) / differences.length);
  return error === 0 ? (mean > 0 ? Number.POSITIVE_INFINITY : 0) : mean / error;
}

/** Options and models are searched whole: where nothing was found, the next search waits for another configuration. */
export function noteExhaustion(optimization: Optimization, component: Component, foundNothing: boolean): void {
  if (component.variable.kind === "prompt" || !foundNothing) return;
  optimization.standing(component.name).exhaustedAt = configurationHash(optimization.state.configuration);
}

export function isExhausted(optimization: Optimization, component: Component): boolean {
  const { session, state } = optimization;
  return (
    session.deterministic &&
    optimization.standing(component.name).exhaustedAt === configurationHash(state.configuration)
  );
}

/** Puts the best value to the gate (Algorithm 1, lines 16-20) and records the outcome. */
export async function decide(
  optimization: Optimization,
  component: Component,
  { current, best }: SearchResult,
  scorer: Scorer,
  iteration: number,
): Promise<void> {
  const { session, state } = optimization;
  const challenger: Configuration = { ...state.configuration, [component.name]: best.value };
  const event = {
    type: "update",
    iteration,
    component: component.name,
    before: current.value,
    after: best.value,
    scorer,
    rewardBefore: current.reward,
    rewardAfter: best.reward,
    ...(best.models === undefined ? {} : { models: best.models }),
  } as const;
  if (configurationHash(challenger) === configurationHash(state.configuration)) {
    const clearly = session.settings.advantage > 0 ? " clearly enough" : "";
    const reason = `no candidate beat the current value's ${scorer} reward${clearly}`;
    session.record({ ...event, decision: "unchanged", reason, validation: null });
    return;
  }
  const gate = await passGate(optimization, component, challenger, iteration);
  await keepTrajectories(session, iteration, { ...gate, scores: gate.after });
  const { accepted, reason } = judge(gate);
  if (accepted) {
    state.configuration = challenger;
    state.accepted += 1;
    optimization.standing(component.name).lastAccepted = iteration;
    optimization.recorded.keep(gate.trajectories, challenger);
  } else {
    state.rejected += 1;
    if (session.deterministic) state.refused.push(configurationHash(challenger));
  }
  if (gate.before.length === gate.rows && state.gate !== undefined) {
    state.gate = { ...state.gate, scores: [...(accepted ? gate.after : gate.before)] };
  }
  const { before, after, exampleIds, rows, failures } = gate;
  const validation = {
    before: [...before],
    after: [...after],
    exampleIds: [...exampleIds],
    ...(failures.length > 0 && { failures: [...failures] }),
    rows,
  };
  session.record({ ...event, decision: accepted ? "accepted" : "rejected", reason, validation });
}

export interface GatePass extends GateScores {
  readonly exampleIds: readonly string[];
  /** The challenger's. */
  readonly trajectories: readonly Trajectory[];
  readonly failures: readonly Failure[];
}

/** Scores incumbent and challenger on the gate's rows, in parts where the settings let a hopeless challenger be given up. */
export async function passGate(
  optimization: Optimization,
  component: Component,
  challenger: Configuration,
  iteration: number,
): Promise<GatePass> {
  const { session } = optimization;
  const examples = optimization.gateExamples();
  const rows = examples.length;
  const order = examples.map((_, row) => row);
  const early = session.settings.earlyRejection;
  // In another order each time, so that no part of the rows has more of a say than the others.
  const drawn = early ? session.random("gate order", iteration).shuffle(order) : order;
  const measured: MeasuredRow[] = [];
  for (const part of partsOf(drawn, early)) {
    measured.push(
      ...(await measureRows(optimization, component, challenger, iteration, examples, part, measured.length)),
    );
    if (isHopeless(measured, rows)) break;
  }
  measured.sort((a, b) => a.row - b.row);
  return {
    rows,
    before: measured.map(({ before }) => before),
    after: measured.map(({ after }) => after),
    exampleIds: measured.map(({ trajectory }) => trajectory.example.id),
    trajectories: measured.map(({ trajectory }) => trajectory),
    failures: measured.flatMap(({ failure }) => failure ?? []),
  };
}

interface MeasuredRow {
  /** Place among the gate's rows. */
  readonly row: number;
  readonly before: number;
  readonly after: number;
  /** The challenger's. */
  readonly trajectory: Trajectory;
  readonly failure: Failure | undefined;
}

async function measureRows(
  { session, state, recorded }: Optimization,
  component: Component,
  challenger: Configuration,
  iteration: number,
  all: readonly Example[],
  part: readonly number[],
  done: number,
): Promise<MeasuredRow[]> {
  const { gate } = state;
  if (gate === undefined) throw new Error("the gate was not measured");
  const examples = part.flatMap((row) => all[row] ?? []);
  // In a stochastic system the incumbent is measured again, on the same rows with the same sample number.
  const sample = session.sampleNumber("gate", iteration);
  const progress = { done, total: all.length };
  const given = { sample, phase: "iterating", label: "putting the update to the gate", progress } as const;
  const before = session.deterministic
    ? part.map((row) => gate.scores[row])
    : (await session.evaluate(state.configuration, examples, "validation", given)).scores;
  // The incumbent's trajectories are recorded since it was measured or accepted.
  const trajectories = session.deterministic
    ? await recorded.refresh(examples, state.configuration, "validation", session.sampleNumber("gate"))
    : undefined;
  const from = trajectories && { components: [component.name], trajectories };
  const after = await session.evaluate(challenger, examples, "validation", { ...given, from });
  const failures = new Map(after.failures.map((failure) => [failure.exampleId, failure]));
  return part.map((row, index) => {
    const [earlier, later, trajectory] = [before[index], after.scores[index], after.trajectories[index]];
    if (earlier === undefined || later === undefined || trajectory === undefined) {
      throw new Error(`row ${row} of the gate was not measured`);
    }
    const failure = failures.get(trajectory.example.id);
    return { row, before: earlier, after: later, trajectory, failure };
  });
}
