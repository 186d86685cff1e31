import type { Example } from "../data/example.ts";
import type { LanguageModel } from "../models/languageModel.ts";
import { wrappedModel } from "../models/wrappedModel.ts";
import type { CallMemo } from "./callMemo.ts";
import type { Component, Fields } from "./component.ts";
import { type CallScope, ComponentFailure } from "./componentCall.ts";
import { type Configuration, canonicalJson } from "./configuration.ts";
import type { RunEnd } from "./runEnd.ts";
import { componentNamed, type System } from "./system.ts";
import { broughtFields, type Failure, type Step, type Trajectory, trajectoryFields } from "./trajectory.ts";
import { errorMessage, UserError } from "./userError.ts";
import { isPerInputModel, type VariableValue } from "./variable.ts";

/**
 * Index of the output to use, of those that the models of a per-input choice gave for one input: the arg-max of the
 * component's local reward (paper, section 4.2).
 */
export type ModelChoice = (component: Component, input: Fields, outputs: readonly Fields[]) => Promise<number>;

/** Where a failure of the system's route is listed. */
const ROUTE = "route";

/** What executing components needs besides the system and the example. */
export interface Execution {
  readonly configuration: Configuration;
  readonly scope: CallScope;
  /** The language model as the named component is to use it. */
  readonly modelFor: (component: string) => LanguageModel;
  /** Called once before every execution of a component. */
  readonly charge: (component: string) => void;
  /** Tells repetitions apart where components are not deterministic. */
  readonly sample: number;
  readonly timeoutMs: number;
  /** Set while candidates of one component are sampled. */
  readonly temperature?: number | undefined;
  /** How the named component chooses; undefined before it has a local reward: a per-input choice then uses its fallback. */
  readonly choiceOf?: ((component: string) => ModelChoice | undefined) | undefined;
  /** Milliseconds, from any start: where it is given, steps tell what they took. */
  readonly now?: (() => number) | undefined;
  /** Told of every component that has given its output. */
  readonly onStep?: ((component: string) => void) | undefined;
  /** Keeps equal calls of deterministic components from being made, and charged, twice. */
  readonly memo?: CallMemo | undefined;
  /** Told whenever an execution of a component begins, with the model that it is to use. */
  readonly watch?: ((component: string, model: LanguageModel) => WatchedExecution) | undefined;
}

/** An execution of a component under way. */
export interface WatchedExecution {
  /** The model as the execution is to use it. */
  readonly model: LanguageModel;
  /** What a call of the model threw that ends the run, though the component may have kept it to itself. */
  readonly runEnd?: RunEnd | undefined;
  /** `reused`: an equal call had been made already, and its output was taken over. */
  end(outcome: "done" | "failed" | "reused"): void;
}

/**
 * Runs the whole system on one example. Failures of components end up in the trajectory; only an abort and what ends the
 * run reject.
 */
export async function executeSystem(system: System, example: Example, execution: Execution): Promise<Trajectory> {
  return continueTrajectory(system, { example, steps: new Map(), failure: undefined }, execution);
}

/**
 * Runs what depends on `component` again, with the component's output fixed to `step.output`. Nothing upstream of it and
 * nothing beside it runs: their steps are taken from `base`.
 * @returns the new trajectory; nothing runs when something beside the component has failed anyway
 */
export async function executeDownstream(
  system: System,
  base: Trajectory,
  component: string,
  step: Step,
  execution: Execution,
): Promise<Trajectory> {
  const rerun = new Set(system.downstreamOf.get(component));
  const kept = [...base.steps].filter(([name]) => !rerun.has(name));
  const steps = new Map<string, Step>(kept).set(component, step);
  if (failsBeside(system, base, new Set([component, ...rerun]))) return { ...base, steps };
  return continueTrajectory(system, { example: base.example, steps, failure: undefined }, execution, {
    only: rerun,
    known: base.steps,
  });
}

/**
 * Runs the named components again, and what is downstream of them as far as anything changes there; all other steps are
 * taken from `base`.
 * @returns the new trajectory; `base` itself when something else fails anyway
 */
export async function executeFrom(
  system: System,
  base: Trajectory,
  components: readonly string[],
  execution: Execution,
): Promise<Trajectory> {
  const rerun = rerunSet(system, components);
  if (rerun.size === 0 || failsBeside(system, base, rerun)) return base;
  const steps = new Map([...base.steps].filter(([name]) => !rerun.has(name)));
  // What has changed runs in any case; what is behind it only where the change reaches it.
  const known = new Map([...base.steps].filter(([name]) => !components.includes(name)));
  return continueTrajectory(system, { example: base.example, steps, failure: undefined }, execution, { known });
}

/** Whether the example fails for a reason that lies outside `rerun`, so that running these again cannot help. */
function failsBeside(system: System, base: Trajectory, rerun: ReadonlySet<string>): boolean {
  if (base.failure === undefined) return false;
  if (base.failure.at === ROUTE) return true;
  const routed = routedComponents(system, base.example);
  return system.components.some(({ name }) => !rerun.has(name) && !base.steps.has(name) && routed?.has(name) !== false);
}

/** The named components and everything downstream of them. */
export function rerunSet(system: System, components: readonly string[]): ReadonlySet<string> {
  return new Set(components.flatMap((name) => [name, ...(system.downstreamOf.get(name) ?? [])]));
}

/**
 * Runs one component on one input with its variable set to `value`.
 * @throws ComponentFailure, or the abort reason
 */
export async function executeComponent(
  component: Component,
  input: Fields,
  value: VariableValue,
  execution: Execution,
): Promise<Fields> {
  const { memo, temperature } = execution;
  const begin = () => execution.watch?.(component.name, execution.modelFor(component.name));
  const make = async (variable: VariableValue) => {
    execution.charge(component.name);
    const watched = begin();
    const given = {
      variable,
      model: watched?.model ?? execution.modelFor(component.name),
      temperature,
      sample: execution.sample,
      timeoutMs: execution.timeoutMs,
    };
    try {
      const output = await execution.scope.run(component, input, given);
      if (watched?.runEnd !== undefined) throw watched.runEnd;
      watched?.end("done");
      return output;
    } catch (error) {
      watched?.end("failed");
      throw watched?.runEnd ?? error;
    }
  };
  const repeatable = component.deterministic && temperature === undefined;
  const call = async (variable: VariableValue) => {
    if (!memo || !repeatable) return make(variable);
    let isMade = false;
    const output = await memo.once(component, variable, input, () => {
      isMade = true;
      return make(variable);
    });
    if (!isMade) begin()?.end("reused");
    return output;
  };
  if (value === null || typeof value === "string" || !isPerInputModel(value)) return call(value);
  const choose = execution.choiceOf?.(component.name);
  if (choose === undefined || component.variable.kind !== "model") return call(value.fallback);
  const outputs = fulfilled(await Promise.allSettled(component.variable.models.map(call)));
  const chosen = outputs[await choose(component, input, outputs)];
  if (chosen === undefined) throw new Error(`the choice for ${component.name} is not among ${outputs.length} outputs`);
  return chosen;
}

/** @throws the first rejection, after all have settled */
function fulfilled<T>(settled: readonly PromiseSettledResult<T>[]): T[] {
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** As `executeComponent`, but undefined where the component fails: no output, hence nothing to score. */
export async function outputOf(
  component: Component,
  input: Fields,
  value: VariableValue,
  execution: Execution,
): Promise<Fields | undefined> {
  try {
    return await executeComponent(component, input, value, execution);
  } catch (thrown) {
    if (thrown instanceof ComponentFailure) return undefined;
    throw thrown;
  }
}

/** Most executions that running `component` with `value` once can take. */
export function executionsOf(component: Component, value: VariableValue): number {
  const choosing = value !== null && typeof value === "object" && isPerInputModel(value);
  return choosing && component.variable.kind === "model" ? component.variable.models.length : 1;
}

/**
 * Runs every routed component that has no step yet, each as soon as what it reads is there; with `only`, no others than
 * these. A step of `known` is taken over where a deterministic component would get the same input and value again, so
 * that a change which comes to nothing is not paid for behind it. A failure stops what depends on it and nothing else, so
 * that what runs does not hang on who is quicker.
 */
async function continueTrajectory(
  system: System,
  start: Trajectory,
  execution: Execution,
  given: { readonly only?: ReadonlySet<string>; readonly known?: ReadonlyMap<string, Step> } = {},
): Promise<Trajectory> {
  const { example } = start;
  const steps = new Map(start.steps);
  const fields: Record<string, unknown> = { ...trajectoryFields(system, start) };
  const running = new Map<string, Promise<void>>();
  /** Components that failed, and, without a failure of their own, those that depend on one that did. */
  const failed = new Map<string, Failure | undefined>();
  let routed: ReadonlySet<string> | undefined;
  try {
    routed = routedComponents(system, example);
  } catch (thrown) {
    return { ...start, failure: { exampleId: example.id, at: ROUTE, kind: "threw", message: errorMessage(thrown) } };
  }

  const run = async (component: Component): Promise<void> => {
    const writers = Object.keys(component.inputs).flatMap((input) => system.writerOf.get(input) ?? []);
    for (const writer of writers) await running.get(writer);
    if (writers.some((writer) => failed.has(writer))) {
      failed.set(component.name, undefined);
      return;
    }
    const input: Record<string, unknown> = {};
    for (const name in component.inputs) if (fields[name] !== undefined) input[name] = fields[name];
    const value = execution.configuration[component.name] ?? null;
    const known = given.known?.get(component.name);
    try {
      const { output, took } =
        known && isSameCall(component, known, input, value) ? known : await timed(component, input, value, execution);
      steps.set(component.name, { input, output, value, ...(took && { took }) });
      Object.assign(fields, output);
      execution.onStep?.(component.name);
    } catch (thrown) {
      if (!(thrown instanceof ComponentFailure)) throw thrown;
      const { kind, message } = thrown;
      failed.set(component.name, { exampleId: example.id, at: component.name, kind, message });
    }
  };
  for (const component of system.components) {
    const wanted = routed?.has(component.name) !== false && given.only?.has(component.name) !== false;
    if (wanted && !steps.has(component.name)) running.set(component.name, run(component));
  }
  // All settle before the first rejection is passed on, so that no call outlives the reservation it is charged to.
  fulfilled(await Promise.allSettled(running.values()));
  const first = system.components.find(({ name }) => failed.get(name) !== undefined);
  return { example, steps, failure: first && failed.get(first.name) };
}

/** As `executeComponent`, with what it took where there is a clock. */
async function timed(
  component: Component,
  input: Fields,
  value: VariableValue,
  execution: Execution,
): Promise<Pick<Step, "output" | "took">> {
  const { now } = execution;
  if (now === undefined) return { output: await executeComponent(component, input, value, execution) };
  let calls = 0;
  const modelFor = (name: string): LanguageModel => {
    const model = execution.modelFor(name);
    return wrappedModel(model, (request, signal) => {
      calls += 1;
      return model.complete(request, signal);
    });
  };
  const began = now();
  const output = await executeComponent(component, input, value, { ...execution, modelFor });
  return { output, took: { ms: now() - began, calls } };
}

/** A choice per input is made anew: the local rewards behind it may have been fitted since. */
function isSameCall(component: Component, known: Step, input: Fields, value: VariableValue): boolean {
  if (!component.deterministic || (value !== null && typeof value === "object" && isPerInputModel(value))) return false;
  return canonicalJson(known.value) === canonicalJson(value) && canonicalJson(known.input) === canonicalJson(input);
}

/** Names of the components to run; undefined for all of them. */
function routedComponents(system: System, example: Example): ReadonlySet<string> | undefined {
  if (system.route === undefined) return undefined;
  const names = system.route(broughtFields(system, example));
  for (const name of names) componentNamed(system, name);
  if (names.length === 0)
    throw new UserError(`The route of system "${system.name}" chose no component for this example.`);
  return new Set(names);
}
