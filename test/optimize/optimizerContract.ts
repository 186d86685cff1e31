import { describe, expect, test } from "vitest";
import type { LanguageModel } from "../../src/models/languageModel.ts";
import type { Optimizer, ScoredValue, SearchTask } from "../../src/optimize/optimizers/optimizer.ts";
import { parseSettings, type SettingsInput } from "../../src/optimize/settings.ts";
import { canonicalJson } from "../../src/system/configuration.ts";
import { component } from "../../src/system/declaration.ts";
import { seededRandom } from "../../src/system/random.ts";
import type { Variable, VariableValue } from "../../src/system/variable.ts";

/** A search problem: which value is how good on which input. */
export interface Problem<V extends Variable> {
  readonly variable: V;
  readonly current?: VariableValue;
  /** Reward of a value on one input, before the sigmoid. */
  readonly reward: (value: VariableValue, input: number) => number;
  readonly inputs?: number;
  readonly proposer?: LanguageModel;
  readonly settings?: SettingsInput;
  readonly history?: readonly ScoredValue[];
  readonly seeds?: readonly VariableValue[];
  readonly local?: boolean;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onScore?: (values: readonly VariableValue[]) => void;
}

/** Runs one search and counts what it costs. */
export async function search<V extends Variable>(optimizer: Optimizer<V>, problem: Problem<V>) {
  const {
    variable,
    inputs = 4,
    signal = new AbortController().signal,
    history = [],
    seeds = [],
    local = true,
    seed = 1,
  } = problem;
  if (variable.kind === "none") throw new Error("nothing to search");
  const settings = parseSettings(problem.settings ?? {});
  const scored: ScoredValue[] = [];
  let executions = 0;
  const task: SearchTask<V> = {
    component: component({
      name: "searched",
      description: "",
      inputs: ["x"],
      outputs: ["y"],
      variable: variable as Variable,
      run: () => ({ y: "" }),
    }),
    variable,
    current: problem.current ?? variable.initial,
    history,
    seeds,
    local,
    inputs,
    proposer: problem.proposer ?? {
      name: "none",
      simulated: false,
      complete: () => Promise.reject(new Error("no proposer was expected")),
    },
    settings,
    searchSeed: seed,
    random: seededRandom(seed),
    signal,
    score: async (values, count = inputs) => {
      signal.throwIfAborted();
      problem.onScore?.(values);
      const made = values.map((value) => {
        const choosing = value !== null && typeof value === "object" && "perInput" in value;
        executions += count * (choosing && variable.kind === "model" ? variable.models.length : 1);
        const perInput = Array.from({ length: count }, (_, input) => problem.reward(value, input));
        const rewards = local ? perInput.map((raw) => 1 / (1 + Math.exp(-raw))) : perInput;
        return { value, perInput, reward: rewards.reduce((sum, one) => sum + one, 0) / count };
      });
      scored.push(...made);
      return made;
    },
  };
  const given = () => canonicalJson({ current: task.current, variable, history, seeds });
  const before = given();
  const result = await optimizer.search(task);
  expect(given()).toBe(before);
  return { ...result, scored, executions, most: optimizer.evaluations(variable, inputs, settings, seeds.length) };
}

/** What every optimizer owes the loop. A new one gets all of this by naming a problem of its kind. */
export function describeOptimizer<V extends Variable>(
  name: string,
  optimizer: Optimizer<V>,
  /** A problem in which some value beats the current one. */
  problem: Problem<V>,
): void {
  const key = (scored: ScoredValue) => canonicalJson(scored.value);
  const currentKey = () =>
    canonicalJson(problem.current ?? (problem.variable.kind === "none" ? null : problem.variable.initial));

  describe(`${name}: the contract of every optimizer`, () => {
    test("improves on the current value where something better can be found", async () => {
      const { current, best } = await search(optimizer, problem);
      expect(best.reward).toBeGreaterThan(current.reward);
      expect(key(best)).not.toBe(currentKey());
    });

    test("always scores the current value, on all inputs", async () => {
      const { current, scored } = await search(optimizer, problem);
      expect(key(current)).toBe(currentKey());
      expect(current.perInput).toHaveLength(problem.inputs ?? 4);
      expect(scored.map(key)).toContain(currentKey());
    });

    test("gives the same result for the same seed", async () => {
      const [one, two] = [await search(optimizer, problem), await search(optimizer, problem)];
      expect(two.scored).toEqual(one.scored);
      expect(two.best).toEqual(one.best);
    });

    test("never executes more than it says it will", async () => {
      for (const inputs of [1, 2, 3, 7, 20]) {
        for (const seed of [1, 2, 3]) {
          const { executions, most } = await search(optimizer, { ...problem, inputs, seed });
          expect(executions).toBeLessThanOrEqual(most);
          expect(executions).toBeGreaterThan(0);
        }
      }
    });

    test("keeps the current value when nothing is strictly better", async () => {
      const { current, best } = await search(optimizer, { ...problem, reward: () => 0.3 });
      expect(best).toEqual(current);
    });

    test("works on one input, and with a history of what was tried", async () => {
      expect((await search(optimizer, { ...problem, inputs: 1 })).best.perInput).toHaveLength(1);
      const { current } = await search(optimizer, problem);
      const again = await search(optimizer, { ...problem, history: [{ ...current, perInput: [] }] });
      expect(key(again.current)).toBe(currentKey());
    });

    test("never prefers a reward that is no number", async () => {
      const { current, best } = await search(optimizer, {
        ...problem,
        reward: (value) => (canonicalJson(value) === currentKey() ? 0 : Number.NaN),
      });
      expect(best).toEqual(current);
      const sometimes = await search(optimizer, {
        ...problem,
        reward: (value, input) =>
          seededRandom(canonicalJson(value)).next() < 0.5 ? Number.NaN : problem.reward(value, input),
      });
      if (Number.isFinite(sometimes.current.reward)) expect(Number.isFinite(sometimes.best.reward)).toBe(true);
    });

    test("rejects when scoring fails, with its error", async () => {
      const failing = search(optimizer, {
        ...problem,
        reward: () => {
          throw new Error("no reward");
        },
      });
      await expect(failing).rejects.toThrow("no reward");
    });

    test("stops midway with the signal's reason", async () => {
      const controller = new AbortController();
      const reason = new Error("stop");
      let calls = 0;
      const stopped = search(optimizer, {
        ...problem,
        signal: controller.signal,
        onScore: () => {
          calls += 1;
          controller.abort(reason);
        },
      });
      // An optimizer that scores everything at once has nothing left to stop.
      const outcome = await stopped.catch((thrown: unknown) => thrown);
      if (calls > 1 || outcome instanceof Error) expect(outcome).toBe(reason);
      expect(calls).toBe(1);
    });
  });
}
