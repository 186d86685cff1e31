import type { Example } from "../data/example.ts";
import type { RewardItem } from "../reward/localRewards.ts";
import { boundedMap } from "../system/boundedMap.ts";
import type { Component, Fields } from "../system/component.ts";
import { ComponentFailure } from "../system/componentCall.ts";
import { type Configuration, canonicalJson, valueMismatch } from "../system/configuration.ts";
import { scoreTrajectory, worstCaseRuns } from "../system/evaluation.ts";
import { type Execution, executeComponent, executeSystem, executionsOf } from "../system/execution.ts";
import { componentNamed } from "../system/system.ts";
import { type Failure, type Took, type Trajectory, trajectoryFields } from "../system/trajectory.ts";
import { UserError } from "../system/userError.ts";
import type { OptionValues, VariableValue } from "../system/variable.ts";
import { passGate } from "./decision.ts";
import { judge } from "./gate.ts";
import { sigmoid } from "./localSearch.ts";
import { measureStart } from "./measurement.ts";
import { neighbours } from "./neighbours.ts";
import type { Optimization } from "./optimization.ts";

/** What a value of a component's variable gave for one input. */
export interface TriedValue {
  /** `asked`: the value to try. `current`: the one in force. `neighbour`: one that lies beside the value to try. */
  readonly role: "asked" | "current" | "neighbour";
  /** The option in which a neighbour differs. */
  readonly key: string | undefined;
  readonly value: VariableValue;
  /** Undefined where the component failed. */
  readonly output: Fields | undefined;
  readonly failure: string | undefined;
  /** In (0, 1), higher is better; undefined without a local reward function, and where the component failed. */
  readonly localReward: number | undefined;
}

export interface ValueTrial {
  readonly component: string;
  readonly exampleId: string;
  /** What the component got for this example, with all other components as they are. */
  readonly input: Fields;
  /** The value asked for comes first. */
  readonly tried: readonly TriedValue[];
}

/** A value put to the gate by hand. */
export interface ValueCheck {
  readonly component: string;
  readonly value: VariableValue;
  readonly accepted: boolean;
  /** One sentence: why. */
  readonly reason: string;
  readonly exampleIds: readonly string[];
  /** Scores of the configuration in force and with the value, on the same rows. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** System runs that it took. */
  readonly systemRuns: number;
}

/** One component's part in an example's run. */
export interface ExampleStep {
  readonly component: string;
  readonly input: Fields;
  readonly output: Fields;
  readonly value: VariableValue;
  readonly took?: Took;
  readonly localReward: number | undefined;
}

/** The whole system run on one example. */
export interface ExampleRun {
  readonly exampleId: string;
  readonly example: Example;
  readonly score: number;
  readonly failure: Failure | undefined;
  /** In execution order; without components that the route skipped, and those that failed or depend on one that did. */
  readonly steps: readonly ExampleStep[];
}

/**
 * Values tried by hand, outside of any run: on one example at once, on the gate's rows when asked for. Nothing is accepted
 * by itself and nothing is written; what is kept by `keep` is what the next trials start from.
 */
export class Trials {
  readonly #optimization: Optimization;
  readonly #examples: ReadonlyMap<string, Example>;
  #checks = 0;

  /** @param optimization not begun; of a session without a budget, whose user sees the cost before each step */
  constructor(optimization: Optimization) {
    this.#optimization = optimization;
    const { train, validation, test } = optimization.session.request.splits;
    // What is tried on is what may be looked at: test rows are not.
    const open = [...validation.examples, ...train.examples].filter((example) => !test?.examples.includes(example));
    this.#examples = new Map(open.map((example) => [example.id, example]));
  }

  get configuration(): Configuration {
    return this.#optimization.state.configuration;
  }

  /** Validation rows first, in their order, then training rows. */
  get examples(): readonly Example[] {
    return [...this.#examples.values()];
  }

  /** True for a component whose local reward function has been learnt. */
  isRewarded(component: string): boolean {
    return this.#optimization.session.rewarded.has(component);
  }

  /**
   * Runs one component on the input that it gets for one example: with `value`, with the value in force, and with what
   * lies beside.
   * @throws UserError when there is no such component, value or example, or nothing gets to the component
   */
  async tryValue(
    name: string,
    value: VariableValue,
    exampleId: string,
    given: { readonly alone?: boolean } = {},
  ): Promise<ValueTrial> {
    const { session } = this.#optimization;
    const component = this.#checked(name, value);
    const input = await this.#inputOf(component, this.#example(exampleId));
    const current = this.configuration[name] ?? null;
    const isCurrent = canonicalJson(current) === canonicalJson(value);
    const asked: Pick<TriedValue, "role" | "key" | "value">[] = [{ role: "asked", key: undefined, value }];
    if (!isCurrent) asked.push({ role: "current", key: undefined, value: current });
    if (given.alone !== true)
      for (const { key, value: beside } of neighbours(component.variable, value))
        asked.push({ role: "neighbour", key, value: beside });
    const worst = asked.reduce((sum, { value: one }) => sum + executionsOf(component, one), 0) * session.share(name);
    const reservation = session.ledger.reserve("evaluation", worst);
    const execution = {
      ...session.execution(this.configuration, session.sampleNumber("trial"), "evaluation"),
      charge: reservation.spend,
    };
    try {
      const made = await boundedMap(
        asked,
        async (one) => ({ ...one, ...(await outputFor(component, input, one.value, execution)) }),
        {
          concurrency: session.settings.concurrency,
          signal: session.signal,
        },
      );
      const rewards = await this.#rewards(
        component,
        made.map(({ output, value: one }) => output && { input, output, options: optionsOf(component, one) }),
      );
      return {
        component: name,
        exampleId,
        input,
        tried: made.map((one, index) => ({ ...one, localReward: rewards[index] })),
      };
    } finally {
      reservation.close();
    }
  }

  /** System runs, at worst, that `tryValue` will take on a row that was not tried before. */
  tryCost(name: string): number {
    const { session } = this.#optimization;
    const component = componentNamed(session.system, name);
    const value = this.configuration[name] ?? null;
    const values = 2 + neighbours(component.variable, value).length;
    return (
      worstCaseRuns(session.system, this.configuration) + values * session.share(name) * executionsOf(component, value)
    );
  }

  /** System runs, at worst, that `check` will take. */
  checkCost(name: string): number {
    const { session, state } = this.#optimization;
    componentNamed(session.system, name);
    const rows = this.#optimization.gateExamples().length;
    const incumbent =
      state.gate === undefined || !session.deterministic ? worstCaseRuns(session.system, this.configuration) : 0;
    return rows * (incumbent + worstCaseRuns(session.system, this.configuration, [name]));
  }

  /** Puts a value to the validation gate, as an update of a run would be. @throws UserError as `tryValue` */
  async check(name: string, value: VariableValue): Promise<ValueCheck> {
    const optimization = this.#optimization;
    const component = this.#checked(name, value);
    const { ledger } = optimization.session;
    const spent = ledger.spent;
    await measureStart(optimization);
    this.#checks += 1;
    const gate = await passGate(optimization, component, { ...this.configuration, [name]: value }, this.#checks);
    const { before, after, exampleIds } = gate;
    return { component: name, value, ...judge(gate), exampleIds, before, after, systemRuns: ledger.spent - spent };
  }

  /** From now on this value is in force. @throws UserError when it is none of the component's */
  keep(name: string, value: VariableValue): void {
    this.#checked(name, value);
    const { state } = this.#optimization;
    state.configuration = { ...state.configuration, [name]: value };
    state.initial = state.configuration;
    // The next check measures anew what it compares with.
    delete state.gate;
  }

  /**
   * Runs the whole system on examples with the configuration in force.
   * @param on.start hears of each as soon as it is its turn
   * @param on.step hears of every component that has given its output for a row
   * @param on.run gets each as soon as it is done
   * @throws UserError when there is no such example
   */
  async runExamples(
    ids: readonly string[],
    on: {
      readonly start?: (id: string) => void;
      readonly step?: (id: string, component: string) => void;
      readonly run?: (run: ExampleRun) => void;
    } = {},
  ): Promise<ExampleRun[]> {
    const { session } = this.#optimization;
    const examples = ids.map((id) => this.#example(id));
    const reservation = session.ledger.reserve(
      "evaluation",
      examples.length * worstCaseRuns(session.system, this.configuration),
    );
    const execution = {
      ...session.execution(this.configuration, session.sampleNumber("trial"), "evaluation"),
      charge: reservation.spend,
    };
    try {
      return await boundedMap(
        examples,
        async (example) => {
          on.start?.(example.id);
          const trajectory = await executeSystem(session.system, example, {
            ...execution,
            now: () => performance.now(),
            onStep: (component) => on.step?.(example.id, component),
          });
          const { reward } = session.request.experiment;
          const run = await this.#told(
            trajectory,
            await scoreTrajectory(session.system, trajectory, reward, session.signal, session.settings.timeoutMs),
          );
          on.run?.(run);
          return run;
        },
        { concurrency: session.settings.concurrency, signal: session.signal },
      );
    } finally {
      reservation.close();
    }
  }

  async #told(
    trajectory: Trajectory,
    scored: { readonly score: number; readonly failure: Failure | undefined },
  ): Promise<ExampleRun> {
    const { system } = this.#optimization.session;
    const steps: ExampleStep[] = [];
    for (const component of system.components) {
      const step = trajectory.steps.get(component.name);
      if (step === undefined) continue;
      const [localReward] = await this.#rewards(component, [
        { input: step.input, output: step.output, options: optionsOf(component, step.value) },
      ]);
      steps.push({ component: component.name, ...step, localReward });
    }
    return { exampleId: trajectory.example.id, example: trajectory.example, ...scored, steps };
  }

  #checked(name: string, value: VariableValue): Component {
    const component = componentNamed(this.#optimization.session.system, name);
    const mismatch = valueMismatch(component.variable, value);
    if (mismatch !== undefined) throw new UserError(`The value of "${name}" ${mismatch}.`);
    return component;
  }

  #example(id: string): Example {
    const example = this.#examples.get(id);
    if (example === undefined) throw new UserError(`No validation or training row is called "${id}".`);
    return example;
  }

  async #inputOf(component: Component, example: Example): Promise<Fields> {
    const { recorded, session } = this.#optimization;
    const [trajectory] = await recorded.refresh(
      [example],
      this.configuration,
      "evaluation",
      session.sampleNumber("trial"),
      {
        upTo: component.name,
      },
    );
    if (trajectory === undefined) throw new Error("one example gave no trajectory");
    const step = trajectory.steps.get(component.name);
    if (step !== undefined) return step.input;
    const fields = trajectoryFields(session.system, trajectory);
    const input = Object.fromEntries(
      Object.keys(component.inputs).flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]]])),
    );
    const missing = Object.entries(component.inputs).find(
      ([field, { optional }]) => !optional && input[field] === undefined,
    );
    if (missing === undefined && trajectory.failure?.at === component.name) return input;
    const why = trajectory.failure
      ? `${trajectory.failure.at} failed: ${trajectory.failure.message}`
      : "the system's route leaves it out";
    throw new UserError(`${component.name} gets nothing for the row "${example.id}": ${why}. Choose another row.`);
  }

  /** Local rewards in (0, 1), in order; undefined where there is nothing to score or to score with. */
  async #rewards(component: Component, items: readonly (RewardItem | undefined)[]): Promise<(number | undefined)[]> {
    const { rewards, signal } = this.#optimization.session;
    const present = items.flatMap((item) => item ?? []);
    if (!this.isRewarded(component.name) || present.length === 0) return items.map(() => undefined);
    const scores = await rewards.score(component, present, signal);
    let next = 0;
    return items.map((item) => (item === undefined ? undefined : sigmoid(scores[next++] ?? Number.NaN)));
  }
}

async function outputFor(
  component: Component,
  input: Fields,
  value: VariableValue,
  execution: Execution,
): Promise<Pick<TriedValue, "output" | "failure">> {
  try {
    return { output: await executeComponent(component, input, value, execution), failure: undefined };
  } catch (thrown) {
    if (thrown instanceof ComponentFailure) return { output: undefined, failure: thrown.message };
    throw thrown;
  }
}

function optionsOf(component: Component, value: VariableValue): OptionValues | undefined {
  return component.variable.kind === "options" ? (value as OptionValues) : undefined;
}
