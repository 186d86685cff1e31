import type { LanguageModel } from "../../models/languageModel.ts";
import type { Component } from "../../system/component.ts";
import type { Random } from "../../system/random.ts";
import type { Variable, VariableKind, VariableValue } from "../../system/variable.ts";
import type { Settings } from "../settings.ts";

/** A value of a component's variable with its rewards on recorded inputs. */
export interface ScoredValue {
  readonly value: VariableValue;
  /** Mean over the inputs, in [0, 1] for local rewards. */
  readonly reward: number;
  /** One reward per input, in input order; for local rewards before the sigmoid, i.e. any real number. */
  readonly perInput: readonly number[];
  /** Of a value that leaves the choice of a model to each input: on how many each was chosen, and its mean reward there. */
  readonly models?: Readonly<Record<string, { readonly inputs: number; readonly reward: number }>>;
}

/** Everything an optimizer may use to improve one component by itself. */
export interface SearchTask<V extends Variable = Variable> {
  readonly component: Component;
  readonly variable: V;
  /** The value in force. */
  readonly current: VariableValue;
  /** Values scored in earlier iterations, oldest first; rewards may come from an older local reward function. */
  readonly history: readonly ScoredValue[];
  /** Values not scored before that are worth scoring first, e.g. those that preference collection tried. */
  readonly seeds: readonly VariableValue[];
  /** True when rewards come from a trusted local reward function, so that it can choose per input. */
  readonly local: boolean;
  /**
   * Scores values on the first `inputs` recorded inputs (all by default), in the order given. The optimizer must stay
   * within its `evaluations`.
   */
  readonly score: (values: readonly VariableValue[], inputs?: number) => Promise<ScoredValue[]>;
  /** Number of recorded inputs. */
  readonly inputs: number;
  readonly proposer: LanguageModel;
  readonly settings: Settings;
  /** Names this search among all of the run; for sample numbers. */
  readonly searchSeed: number;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** What a search found: the current value as scored now, and the best value, which may be the current one. */
export interface SearchResult {
  readonly current: ScoredValue;
  readonly best: ScoredValue;
}

/** Improves one kind of variable against rewards; the loop knows optimizers by this contract only. */
export interface Optimizer<V extends Variable = Variable> {
  readonly name: string;
  readonly kind: VariableKind;
  /**
   * Most component executions that one search takes, those of the current value included; what a budget reserves.
   * @param inputs number of recorded inputs
   * @param seeds number of values to score first
   */
  readonly evaluations: (variable: V, inputs: number, settings: Settings, seeds: number) => number;
  /**
   * Always scores the current value too; `best` differs from it only when its reward is strictly greater.
   * Never changes anything but what it returns.
   */
  readonly search: (task: SearchTask<V>) => Promise<SearchResult>;
}

/** The best of `candidates`, or `current` unless one is strictly better. Among equals the first wins. */
export function bestOf(current: ScoredValue, candidates: readonly ScoredValue[]): ScoredValue {
  return candidates.reduce((best, candidate) => (candidate.reward > best.reward ? candidate : best), current);
}
