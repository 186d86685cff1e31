import type { CandidateSet } from "../reward/candidateSet.ts";
import type { ScoredOutput } from "../reward/preferencePair.ts";
import { boundedMap } from "../system/boundedMap.ts";
import type { Component } from "../system/component.ts";
import { type Configuration, canonicalJson } from "../system/configuration.ts";
import { scoreTrajectory, worstCaseRuns } from "../system/evaluation.ts";
import { type Execution, executeDownstream, executionsOf, outputOf } from "../system/execution.ts";
import type { Purpose } from "../system/ledger.ts";
import type { Random } from "../system/random.ts";
import type { Step, Trajectory } from "../system/trajectory.ts";
import { gridPoints, type OptionValues, randomPoint, spaceSize, type VariableValue } from "../system/variable.ts";
import type { Session } from "./session.ts";

export interface CollectionRequest {
  readonly session: Session;
  readonly component: Component;
  /** Trajectories to branch from, each under the values its steps ran with; where the component did not run, it is left out. */
  readonly base: readonly Trajectory[];
  /** Values of components that did not run in a base trajectory. */
  readonly configuration: Configuration;
  /** Prompts to try besides the recorded one; where there are none, alternatives come from re-sampling alone. */
  readonly otherPrompts: readonly string[];
  /** 0 in stage 1. */
  readonly iteration: number;
  readonly purpose: Purpose;
  readonly onInput: (done: number, total: number) => void;
}

/** Worst-case system runs of collecting candidates of `component` for one input, its base trajectory apart. */
export function collectionCost(session: Session, component: Component, configuration: Configuration): number {
  const samples = mostSamples(session);
  const own = session.share(component.name) * executionsOf(component, configuration[component.name] ?? null);
  // In a deterministic system the recorded trajectory already tells what the recorded output leads to.
  const scored = samples + (session.deterministic ? 0 : 1);
  const downstream = worstCaseRuns(
    session.system,
    configuration,
    session.system.downstreamOf.get(component.name) ?? [],
  );
  return session.settings.triesPerSample * samples * own + scored * session.rolloutsAfter(component.name) * downstream;
}

/**
 * Collects candidate outputs of one component for each input, and their expected global rewards by Monte Carlo over
 * everything downstream with the candidate fixed (paper, section 4.1). Candidates are the recorded output, samples of
 * the component as it is, and outputs at other points of its search space; equal outputs are run downstream once.
 */
export async function collectCandidates(request: CollectionRequest): Promise<CandidateSet[]> {
  const { session, component, configuration } = request;
  const base = request.base.filter((trajectory) => trajectory.steps.has(component.name));
  const reservation = session.ledger.reserve(
    request.purpose,
    base.length * collectionCost(session, component, configuration),
  );
  let done = 0;
  try {
    return await boundedMap(
      base,
      async (trajectory) => {
        const set = await collectForInput(request, trajectory, reservation.spend);
        done += 1;
        request.onInput(done, base.length);
        return set;
      },
      { concurrency: session.settings.concurrency, signal: session.signal },
    );
  } finally {
    reservation.close();
  }
}

async function collectForInput(
  given: CollectionRequest,
  trajectory: Trajectory,
  charge: Execution["charge"],
): Promise<CandidateSet> {
  const values = [...trajectory.steps].map(([name, step]) => [name, step.value] as const);
  const request = { ...given, configuration: { ...given.configuration, ...Object.fromEntries(values) } };
  const { session, component, configuration, iteration } = request;
  const recorded = trajectory.steps.get(component.name);
  if (recorded === undefined) throw new Error(`${component.name} did not run for "${trajectory.example.id}"`);
  const streams = ["candidates", component.name, iteration, trajectory.example.id] as const;
  const alternatives = alternativesFor(request, recorded.value, session.random(...streams));
  const candidates: ScoredOutput[] = [];
  const seen = new Set([canonicalJson(recorded.output)]);
  // The recorded output is scored once there is another one to compare it with.
  let original: ScoredOutput | undefined;
  const { samples, tellingSamples } = session.settings;
  const limit = () => (differ(candidates, original) ? Math.max(samples, tellingSamples) : samples);
  for (const [index, { value, temperature }] of alternatives.entries()) {
    if (candidates.length >= limit()) break;
    const sample = session.sampleNumber(...streams, index);
    const execution = { ...session.execution(configuration, sample, request.purpose, { temperature }), charge };
    const output = await outputOf(component, recorded.input, value, execution);
    if (output === undefined || seen.has(canonicalJson(output))) continue;
    seen.add(canonicalJson(output));
    const step = { input: recorded.input, output, value };
    original ??= scored(component, recorded, await originalReward(request, trajectory, recorded, charge));
    candidates.push(scored(component, step, await expectedReward(request, trajectory, step, charge)));
  }
  if (original) candidates.push(original);
  const truth = groundTruth(request, trajectory);
  if (truth) candidates.push(truth);
  return { component: component.name, exampleId: trajectory.example.id, iteration, input: recorded.input, candidates };
}

function differ(candidates: readonly ScoredOutput[], original: ScoredOutput | undefined): boolean {
  return candidates.some((candidate) => candidate.score !== original?.score);
}

/** In a deterministic system the recorded trajectory already tells what the recorded output leads to. */
async function originalReward(
  request: CollectionRequest,
  trajectory: Trajectory,
  recorded: Step,
  charge: Execution["charge"],
): Promise<number> {
  const { session } = request;
  if (!session.deterministic) return expectedReward(request, trajectory, recorded, charge);
  const { experiment } = session.request;
  const { timeoutMs } = session.settings;
  return (await scoreTrajectory(session.system, trajectory, experiment.reward, session.signal, timeoutMs)).score;
}

async function expectedReward(
  request: CollectionRequest,
  base: Trajectory,
  step: Step,
  charge: Execution["charge"],
): Promise<number> {
  const { session, component, configuration, iteration } = request;
  const rollouts = session.rolloutsAfter(component.name);
  let sum = 0;
  for (let rollout = 0; rollout < rollouts; rollout++) {
    const sample = session.sampleNumber("rollout", component.name, iteration, base.example.id, rollout);
    const execution = { ...session.execution(configuration, sample, request.purpose), charge };
    const trajectory = await executeDownstream(session.system, base, component.name, step, execution);
    const { reward } = session.request.experiment;
    const { timeoutMs } = session.settings;
    sum += (await scoreTrajectory(session.system, trajectory, reward, session.signal, timeoutMs)).score;
  }
  return sum / rollouts;
}

interface Alternative {
  readonly value: VariableValue;
  readonly temperature: number | undefined;
}

function mostSamples({ settings }: Session): number {
  return Math.max(settings.samples, settings.tellingSamples);
}

/** Other ways to get an output for one input, at most as many as telling inputs get. */
function alternativesFor(request: CollectionRequest, current: VariableValue, random: Random): Alternative[] {
  const { session, component, otherPrompts } = request;
  const { sampleTemperature, triesPerSample } = session.settings;
  const samples = triesPerSample * mostSamples(session);
  const { variable } = component;
  const resampled = { value: current, temperature: sampleTemperature ?? undefined };
  const resamples = Array.from({ length: component.samples ? samples : 0 }, () => resampled);
  const at = (value: VariableValue) => ({ value, temperature: undefined });
  switch (variable.kind) {
    case "none":
    case "weights":
      return resamples;
    case "model":
      return random
        .sample(
          variable.models.filter((model) => model !== current),
          samples,
        )
        .map(at);
    case "options":
      return otherPoints(variable.space, current as OptionValues, samples, random).map(at);
    case "prompt": {
      // Every fourth is a re-sample: other prompts differ in what the search will change, re-samples only in chance.
      const untried = otherPrompts.filter((prompt) => prompt !== current);
      const others = random.sample(untried, Math.ceil((samples * 3) / 4)).map(at);
      return [...others.slice(0, 3), ...resamples.slice(0, 1), ...others.slice(3), ...resamples.slice(1)].slice(
        0,
        samples,
      );
    }
  }
}

function otherPoints(
  space: Parameters<typeof spaceSize>[0],
  current: OptionValues,
  count: number,
  random: Random,
): OptionValues[] {
  const now = canonicalJson(current);
  const points =
    spaceSize(space) <= 1024
      ? random.shuffle(gridPoints(space))
      : Array.from({ length: count * 2 }, () => randomPoint(space, random));
  const distinct = new Map(points.map((point) => [canonicalJson(point), point]));
  distinct.delete(now);
  return [...distinct.values()].slice(0, count);
}

function scored(component: Component, step: Step, score: number): ScoredOutput {
  const options = component.variable.kind === "options" ? (step.value as OptionValues) : undefined;
  return { output: step.output, options, score };
}

/** The correct final output as a candidate of the component that writes all final outputs. */
function groundTruth(request: CollectionRequest, { example }: Trajectory): ScoredOutput | undefined {
  const { session, component } = request;
  const { groundTruth: truthOf } = session.request.experiment;
  if (!session.settings.groundTruth || truthOf === undefined) return undefined;
  if (!session.system.outputs.every((name) => name in component.outputs)) return undefined;
  const output = truthOf(example);
  return output && { output, options: undefined, score: 1 };
}
