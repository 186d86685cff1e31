import type { Example } from "../data/example.ts";
import type { Component } from "../system/component.ts";
import { type Configuration, configurationHash } from "../system/configuration.ts";
import type { VariableValue } from "../system/variable.ts";
import { judge } from "./gate.ts";
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
  } as const;
  if (configurationHash(challenger) === configurationHash(state.configuration)) {
    const clearly = session.settings.advantage > 0 ? " clearly enough" : "";
    const reason = `no candidate beat the current value's ${scorer} reward${clearly}`;
    session.record({ ...event, decision: "unchanged", reason, validation: null });
    return;
  }
  const gate = await scoreAtGate(optimization, component, challenger, iteration);
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
  const { exampleIds } = gate;
  state.gate = { exampleIds, initial: gate.initial, scores: accepted ? gate.after : gate.before };
  const validation = { before: gate.before, after: gate.after, exampleIds };
  session.record({ ...event, decision: accepted ? "accepted" : "rejected", reason, validation });
}

async function scoreAtGate(
  optimization: Optimization,
  component: Component,
  challenger: Configuration,
  iteration: number,
) {
  const { session, state } = optimization;
  if (state.gate === undefined) throw new Error("the gate was not measured");
  const { initial, exampleIds } = state.gate;
  const examples = optimization.gateExamples();
  // In a stochastic system the incumbent is measured again, on the same rows with the same sample number.
  const sample = session.sampleNumber("gate", iteration);
  const given = { sample, phase: "iterating", label: "putting the update to the gate" } as const;
  const before = session.deterministic
    ? state.gate.scores
    : [...(await session.evaluate(state.configuration, examples, "validation", given)).scores];
  const from = session.deterministic
    ? { components: [component.name], trajectories: await incumbentTrajectories(optimization, examples) }
    : undefined;
  const evaluation = await session.evaluate(challenger, examples, "validation", { ...given, from });
  return { before, after: [...evaluation.scores], trajectories: evaluation.trajectories, exampleIds, initial };
}

/** The incumbent's trajectories on the gate's rows, as they were recorded when it was measured or accepted. */
function incumbentTrajectories({ session, state, recorded }: Optimization, examples: readonly Example[]) {
  return recorded.refresh(examples, state.configuration, "validation", session.sampleNumber("gate"));
}
