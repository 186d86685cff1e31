import type { Example } from "../data/example.ts";
import type { Component } from "../system/component.ts";
import { worstCaseRuns } from "../system/evaluation.ts";
import type { VariableValue } from "../system/variable.ts";
import { type Scorer, searchCost } from "./localSearch.ts";
import type { Optimization } from "./optimization.ts";
import { collectionCost } from "./preferenceCollection.ts";

/** Share of an iteration's inputs that are drawn from all training rows, whatever they cost. */
const NEW_INPUTS = 1 / 4;

/**
 * Training inputs of this iteration: some drawn from all rows, so that a run does not settle on the few it began with; for
 * the rest those come first whose trajectories are recorded as they would be now, for they cost least.
 */
export function searchExamples(optimization: Optimization, component: Component, iteration: number): Example[] {
  const { session, recorded, state } = optimization;
  const { searchInputs } = session.settings;
  const drawn = session.random("inputs", component.name, iteration).shuffle(session.request.splits.train.examples);
  const anyhow = drawn.slice(0, Math.floor(searchInputs * NEW_INPUTS));
  const priced = drawn
    .slice(anyhow.length)
    .map((example) => ({ example, cost: recorded.cost([example], state.configuration) }));
  // A stable sort: among equally dear examples the drawn order stays.
  priced.sort((a, b) => a.cost - b.cost);
  return [...priced.map(({ example }) => example).slice(0, searchInputs - anyhow.length), ...anyhow];
}

/** As many of the inputs as can be paid for after search and gate have been set aside. */
export function freshExamples(
  optimization: Optimization,
  component: Component,
  inputs: readonly Example[],
  iteration: number,
): Example[] {
  const { session, state, recorded } = optimization;
  const examples = inputs.slice(0, session.settings.freshInputs);
  const reserve = leastCost(optimization, component, iteration);
  const cost = (count: number) =>
    recorded.cost(examples.slice(0, count), state.configuration) +
    count * collectionCost(session, component, state.configuration);
  let count = examples.length;
  while (count > 0 && cost(count) + reserve > session.ledger.left) count -= 1;
  return examples.slice(0, count);
}

/** Prompts that stage 1 tried are scored with the first search of their component. */
export function seedsFor(optimization: Optimization, component: string): readonly string[] {
  const { explored, history } = optimization.standing(component);
  return history.length === 0 ? explored : [];
}

export function scorerOf(optimization: Optimization, component: Component): Scorer {
  const { scorer } = optimization.session.settings;
  if (scorer !== "local") return scorer;
  if (isScoredGlobally(optimization, component)) return "global";
  return optimization.standing(component.name).trusted ? "local" : "global";
}

/** Whether the settings leave the component that writes the final outputs to the global reward. */
export function isScoredGlobally({ session }: Optimization, { outputs }: Component): boolean {
  const { settings, system } = session;
  return (
    settings.scorer === "local" &&
    settings.lastComponent === "global" &&
    system.outputs.every((output) => Object.hasOwn(outputs, output))
  );
}

/** Worst-case system runs of a search on all inputs and of the gate. */
export function leastCost(optimization: Optimization, component: Component, iteration: number): number {
  const { session, state, recorded } = optimization;
  const inputs = searchExamples(optimization, component, iteration);
  const scorer = scorerOf(optimization, component);
  const search = searchCost(
    session,
    component,
    state.configuration,
    scorer,
    inputs.length,
    seedsFor(optimization, component.name).length,
  );
  // Inputs that are not recorded as they would be now have to be made first.
  return search + recorded.cost(inputs, state.configuration) + gateCost(optimization, component);
}

function gateCost({ session, state }: Optimization, { name, variable }: Component): number {
  const rows = state.gate?.exampleIds.length ?? 0;
  // The dearest value that may come to the gate: a choice per input runs every model.
  const value: VariableValue = variable.kind === "model" ? { perInput: true, fallback: variable.initial } : null;
  const configuration = { ...state.configuration, [name]: value };
  return session.deterministic
    ? rows * worstCaseRuns(session.system, configuration, [name])
    : 2 * rows * worstCaseRuns(session.system, configuration);
}

/**
 * A local reward function that has just lost its trust makes the search dearer than planned: then fewer inputs are used.
 * @returns 0 when even one is too dear
 */
export function affordableInputs(
  optimization: Optimization,
  component: Component,
  scorer: Scorer,
  inputs: readonly Example[],
): number {
  const { session, state, recorded } = optimization;
  const left = session.ledger.left - gateCost(optimization, component);
  let count = inputs.length;
  const cost = () =>
    recorded.cost(inputs.slice(0, count), state.configuration) +
    searchCost(session, component, state.configuration, scorer, count, seedsFor(optimization, component.name).length);
  while (count > 0 && cost() > left + 1e-6) count -= 1;
  return count;
}
