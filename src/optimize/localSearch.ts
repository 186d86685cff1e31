import type { CandidateSet } from "../reward/candidateSet.ts";
import type { RewardItem } from "../reward/localRewards.ts";
import type { ScoredOutput } from "../reward/preferencePair.ts";
import { boundedMap } from "../system/boundedMap.ts";
import type { Component } from "../system/component.ts";
import { type Configuration, canonicalJson } from "../system/configuration.ts";
import { scoreTrajectory, worstCaseRuns } from "../system/evaluation.ts";
import { executeFrom, outputOf } from "../system/execution.ts";
import type { Reservation } from "../system/ledger.ts";
import type { Trajectory } from "../system/trajectory.ts";
import type { OptionValues, VariableValue } from "../system/variable.ts";
import type { ScoredValue, SearchResult } from "./optimizers/optimizer.ts";
import { optimizerFor } from "./optimizers/optimizers.ts";
import type { Session } from "./session.ts";

/** What candidates are scored with: `local` and `random` by a local reward function, `global` by running the rest. */
export type Scorer = "local" | "global" | "random";

/** Reward before the sigmoid of an output that does not exist because the component failed. */
const FAILED_REWARD = -20;

export interface LocalSearch {
  readonly session: Session;
  readonly component: Component;
  readonly configuration: Configuration;
  readonly scorer: Scorer;
  /** Recorded trajectories whose inputs to the component are current. */
  readonly recorded: readonly Trajectory[];
  readonly history: readonly ScoredValue[];
  /** Values to score first. */
  readonly seeds: readonly VariableValue[];
  readonly iteration: number;
}

export interface SearchOutcome {
  readonly result: SearchResult;
  readonly scored: readonly ScoredValue[];
  /** What all values gave for each input and what that led to: preferences that a search by the global reward brings along. */
  readonly candidates: readonly CandidateSet[];
}

/** Worst-case system runs of one search on `inputs` recorded inputs. */
export function searchCost(
  session: Session,
  component: Component,
  configuration: Configuration,
  scorer: Scorer,
  inputs: number,
  seeds: number,
): number {
  const { variable } = component;
  const executions = optimizerFor(variable).evaluations(variable, inputs, session.settings, seeds);
  return executions * executionCost(session, component, configuration, scorer);
}

/** Improves one component by itself against its rewards on recorded inputs (Algorithm 1, lines 12-15). */
export async function searchLocally(search: LocalSearch): Promise<SearchOutcome> {
  const { session, component, configuration, scorer, iteration } = search;
  const recorded = search.recorded.filter((trajectory) => trajectory.steps.has(component.name));
  const current = configuration[component.name] ?? null;
  if (recorded.length === 0) return { result: nothingScored(search, current), scored: [], candidates: [] };
  const reservation = session.ledger.reserve(
    "local search",
    searchCost(session, component, configuration, scorer, recorded.length, search.seeds.length),
  );
  const led = new Map<string, GrowingSet>();
  const scoreAll = scorer === "global" ? globalScores(led) : localScores;
  const all: ScoredValue[] = [];
  try {
    const result = await optimizerFor(component.variable).search({
      component,
      variable: component.variable,
      current,
      history: search.history,
      seeds: search.seeds,
      local: scorer === "local",
      inputs: recorded.length,
      proposer: session.proposer,
      settings: session.settings,
      searchSeed: session.sampleNumber("search", iteration),
      random: session.random("search", iteration),
      signal: session.signal,
      score: async (values, inputs = recorded.length) => {
        const scored: ScoredValue[] = [];
        await scoreAll(search, recorded.slice(0, inputs), values, reservation, (value, perInput) => {
          const rewards = scorer === "global" ? perInput : perInput.map(sigmoid);
          const reward = rewards.reduce((sum, one) => sum + one, 0) / rewards.length;
          scored.push({ value, reward, perInput });
          const isCurrent = canonicalJson(value) === canonicalJson(current);
          const event = { iteration, component: component.name, value, reward, scorer, inputs: perInput.length };
          session.record({ type: "candidate", ...event, current: isCurrent });
        });
        all.push(...scored);
        return scored;
      },
    });
    return { result, scored: all, candidates: [...led.values()] };
  } finally {
    reservation.close();
  }
}

/** Without inputs there are no rewards to tell values apart by: the current value stays. */
function nothingScored({ session, component }: LocalSearch, value: VariableValue): SearchResult {
  session.record({
    type: "warning",
    message: `${component.name} ran for none of the inputs that its candidates would be scored on; it is left as it is.`,
  });
  const current: ScoredValue = { value, reward: 0, perInput: [] };
  return { current, best: current };
}

/** Scores values on each of the recorded inputs, and tells of each in their order: its rewards, input by input. */
type ScoreValues = (
  search: LocalSearch,
  recorded: readonly Trajectory[],
  values: readonly VariableValue[],
  reservation: Reservation,
  tell: (value: VariableValue, perInput: readonly number[]) => void,
) => Promise<void>;

type GrowingSet = CandidateSet & { readonly candidates: ScoredOutput[] };

/** Runs only the component, and scores its outputs by the local reward function. */
const localScores: ScoreValues = async (search, recorded, values, reservation, tell) => {
  const { session, component, configuration, iteration } = search;
  const execution = {
    ...session.execution(configuration, searchSample(search), "local search"),
    charge: reservation.spend,
  };
  await together(
    session,
    { values, recorded },
    async (value, { steps }) => {
      const step = steps.get(component.name);
      if (step === undefined) throw new Error(`${component.name} has no recorded input in iteration ${iteration}`);
      // The recorded step may be older than the value in force; only what this very value gave can be reused.
      const reusable = session.deterministic && canonicalJson(step.value) === canonicalJson(value);
      const output = reusable ? step.output : await outputOf(component, step.input, value, execution);
      return { input: step.input, output };
    },
    async (value, outputs) => {
      const options = component.variable.kind === "options" ? (value as OptionValues) : undefined;
      const items: RewardItem[] = outputs.flatMap(({ input, output }) => (output ? [{ input, output, options }] : []));
      const rewards = await session.rewards.score(component, items, session.signal);
      let next = 0;
      tell(
        value,
        outputs.map(({ output }) => (output ? (rewards[next++] ?? Number.NaN) : FAILED_REWARD)),
      );
    },
  );
};

/**
 * Runs the component and everything downstream of it, and scores the final output.
 * @param led by example, gains what the component gave and the score that it led to
 */
function globalScores(led: Map<string, GrowingSet>): ScoreValues {
  return async (search, recorded, values, reservation, tell) => {
    const { session, component, iteration } = search;
    const { reward } = session.request.experiment;
    await together(
      session,
      { values, recorded },
      async (value, base) => {
        const configuration = { ...search.configuration, [component.name]: value };
        const execution = {
          ...session.execution(configuration, searchSample(search), "local search"),
          charge: reservation.spend,
        };
        const trajectory = await executeFrom(session.system, base, [component.name], execution);
        const { timeoutMs } = session.settings;
        const scored = await scoreTrajectory(session.system, trajectory, reward, session.signal, timeoutMs);
        return { trajectory, score: scored.score };
      },
      (value, scores) => {
        const options = component.variable.kind === "options" ? (value as OptionValues) : undefined;
        for (const { trajectory, score } of scores) {
          const step = trajectory.steps.get(component.name);
          if (step === undefined) continue;
          const exampleId = trajectory.example.id;
          const known = led.get(exampleId);
          const set = known ?? { component: component.name, exampleId, iteration, input: step.input, candidates: [] };
          set.candidates.push({ output: step.output, options, score });
          led.set(exampleId, set);
        }
        tell(
          value,
          scores.map(({ score }) => score),
        );
      },
    );
  };
}

/**
 * Runs all values on all inputs side by side, so that none waits for the slowest input of the one before.
 * @param whole is given what a value came to once all are done, one value after the other
 */
async function together<R>(
  session: Session,
  { values, recorded }: { readonly values: readonly VariableValue[]; readonly recorded: readonly Trajectory[] },
  run: (value: VariableValue, base: Trajectory) => Promise<R>,
  whole: (value: VariableValue, results: readonly R[]) => Promise<void> | void,
): Promise<void> {
  const pairs = values.flatMap((value) => recorded.map((base) => ({ value, base })));
  const results = await boundedMap(pairs, ({ value, base }) => run(value, base), {
    concurrency: session.settings.concurrency,
    signal: session.signal,
  });
  // Only now, so that what events say of runs spent does not hang on which of them was quickest.
  for (const [at, value] of values.entries()) {
    await whole(value, results.slice(at * recorded.length, (at + 1) * recorded.length));
  }
}

function executionCost(session: Session, component: Component, configuration: Configuration, scorer: Scorer): number {
  if (scorer !== "global") return session.share(component.name);
  return worstCaseRuns(session.system, { ...configuration, [component.name]: null }, [component.name]);
}

/** All values of one search see the same noise, so that they differ by what they are. */
function searchSample({ session, iteration }: LocalSearch): number {
  return session.sampleNumber("search sample", iteration);
}

export function sigmoid(reward: number): number {
  return 1 / (1 + Math.exp(-reward));
}
