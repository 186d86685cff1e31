import type { Example } from "../data/example.ts";
import type { Component } from "../system/component.ts";
import { type Configuration, canonicalJson, configurationHash } from "../system/configuration.ts";
import { worstCaseRuns } from "../system/evaluation.ts";
import type { VariableValue } from "../system/variable.ts";
import { chooseComponent } from "./componentChoice.ts";
import { judge } from "./gate.ts";
import { type Scorer, searchCost, searchLocally } from "./localSearch.ts";
import type { Optimization } from "./optimization.ts";
import { bestOf, type ScoredValue, type SearchResult } from "./optimizers/optimizer.ts";
import { collectCandidates, collectionCost } from "./preferenceCollection.ts";
import { averageGap, fitComponent } from "./stageOne.ts";

/**
 * One iteration of Algorithm 1: draw a component, refresh its preferences and local reward function, improve it locally,
 * and put the best value to the validation gate. A rejected value leaves the configuration as it was.
 * @param of iterations planned in all, for those who watch
 * @returns why there was no iteration: the budget pays for no component's search and gate, or every value was tried
 */
export async function iterate(
  optimization: Optimization,
  components: readonly Component[],
  of: number = optimization.session.settings.iterations,
): Promise<"budget" | "nothing left to try" | undefined> {
  const { session, state } = optimization;
  const iteration = state.iteration + 1;
  const promising = components.filter((component) => !isExhausted(optimization, component));
  const affordable = promising.filter(
    (component) => leastCost(optimization, component, iteration) <= session.ledger.left + 1e-6,
  );
  if (promising.length === 0) return "nothing left to try";
  if (affordable.length === 0) return "budget";
  const component = drawComponent(optimization, affordable, iteration, of);
  const inputs = searchExamples(optimization, component, iteration);
  await refreshRewards(optimization, component, inputs, iteration);

  const scorer = scorerOf(optimization, component);
  const count = affordableInputs(optimization, component, scorer, inputs);
  if (count === 0) return "budget";
  const recorded = await optimization.recorded.refresh(
    inputs.slice(0, count),
    state.configuration,
    "local search",
    session.sampleNumber("search inputs", iteration),
    // The global reward also reads what stands beside the component.
    scorer === "global" ? {} : { upTo: component.name },
  );
  const standing = optimization.standing(component.name);
  const history = standing.history
    .filter((tried) => tried.scorer === scorer)
    .map(({ value, reward }) => ({ value, reward, perInput: [] }));
  const seeds = seedsFor(optimization, component.name);
  const search = {
    session,
    component,
    configuration: state.configuration,
    scorer,
    recorded,
    history,
    seeds,
    iteration,
  };
  const { result, scored } = await searchLocally(search);
  remember(optimization, component.name, scored, scorer);
  const best = bestUnrefused(optimization, component, result.current, scored);
  await decide(optimization, component, { current: result.current, best }, scorer, iteration);
  noteExhaustion(optimization, component, result.current === best);
  state.iteration = iteration;
  await optimization.checkpoint();
  return undefined;
}

function drawComponent(
  optimization: Optimization,
  components: readonly Component[],
  iteration: number,
  of: number,
): Component {
  const { session, state } = optimization;
  const { componentChoice, cooldown } = session.settings;
  const choosable = components.map(({ name }) => ({
    name,
    averageGap: optimization.standing(name).averageGap,
    lastAccepted: state.standings[name]?.lastAccepted,
  }));
  const random = session.random("component", iteration);
  const { name, probability } = chooseComponent(choosable, componentChoice, cooldown, iteration, random);
  session.record({ type: "iteration", iteration, of, component: name, probability });
  const component = components.find((candidate) => candidate.name === name);
  if (component === undefined) throw new Error(`drew "${name}", which is not among the components`);
  return component;
}

/** Training inputs of this iteration; those whose trajectories are recorded as they would be now cost least and come first. */
function searchExamples(optimization: Optimization, component: Component, iteration: number): Example[] {
  const { session, recorded, state } = optimization;
  const { examples } = session.request.splits.train;
  const priced = session
    .random("inputs", component.name, iteration)
    .shuffle(examples)
    .map((example) => ({ example, cost: recorded.cost([example], state.configuration) }));
  // A stable sort: among equally dear examples the drawn order stays.
  priced.sort((a, b) => a.cost - b.cost);
  return priced.slice(0, session.settings.searchInputs).map(({ example }) => example);
}

/** Fresh preferences under the current configuration, then adaptation with the replayed ones (Algorithm 1, lines 5-11). */
async function refreshRewards(
  optimization: Optimization,
  component: Component,
  inputs: readonly Example[],
  iteration: number,
): Promise<void> {
  const { session, state, recorded } = optimization;
  if (session.settings.scorer === "global") return;
  const { configuration } = state;
  const examples = freshExamples(optimization, component, inputs, iteration);
  if (examples.length === 0) return;
  const sample = session.sampleNumber("fresh", iteration);
  const base = await recorded.refresh(examples, configuration, "fresh pairs", sample);
  const standing = optimization.standing(component.name);
  const tried = standing.history.flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  const sets = await collectCandidates({
    session,
    component,
    base,
    configuration,
    otherPrompts: [...new Set([...standing.explored, ...tried])],
    iteration,
    purpose: "fresh pairs",
    onInput: (done, total) =>
      session.record({
        type: "progress",
        phase: "iterating",
        label: `collecting fresh preferences, ${component.name}`,
        done,
        total,
      }),
  });
  optimization.keepCandidates(sets);
  const pairs = optimization.pairsOf(component);
  session.record({
    type: "pairs",
    iteration,
    component: component.name,
    inputs: sets.length,
    pairs: pairs.length,
    averageGap: averageGap(pairs),
  });
  await fitComponent(optimization, component, pairs, "adapt", iteration);
}

/** As many of the inputs as can be paid for after search and gate have been set aside. */
function freshExamples(
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
function seedsFor(optimization: Optimization, component: string): readonly string[] {
  const { explored, history } = optimization.standing(component);
  return history.length === 0 ? explored : [];
}

function scorerOf(optimization: Optimization, component: Component): Scorer {
  const { scorer } = optimization.session.settings;
  if (scorer !== "local") return scorer;
  return optimization.standing(component.name).trusted ? "local" : "global";
}

/** Worst-case system runs of a search on all inputs and of the gate. */
function leastCost(optimization: Optimization, component: Component, iteration: number): number {
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
function affordableInputs(
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

function remember(optimization: Optimization, name: string, scored: readonly ScoredValue[], scorer: Scorer): void {
  const standing = optimization.standing(name);
  const latest = new Map(standing.history.map((tried) => [`${tried.scorer} ${canonicalJson(tried.value)}`, tried]));
  for (const { value, reward } of scored) {
    latest.set(`${scorer} ${canonicalJson(value)}`, { value, reward, scorer });
  }
  standing.history = [...latest.values()];
}

/** The best of a search, leaving out what the gate of a deterministic system has rejected beside the same other values. */
function bestUnrefused(
  { state }: Optimization,
  component: Component,
  current: ScoredValue,
  scored: readonly ScoredValue[],
): ScoredValue {
  const hashWith = (value: VariableValue) => configurationHash({ ...state.configuration, [component.name]: value });
  return bestOf(
    current,
    scored.filter(({ value }) => !state.refused.includes(hashWith(value))),
  );
}

/** Options and models are searched whole: where nothing was found, the next search waits for another configuration. */
function noteExhaustion(optimization: Optimization, component: Component, foundNothing: boolean): void {
  if (component.variable.kind === "prompt" || !foundNothing) return;
  optimization.standing(component.name).exhaustedAt = configurationHash(optimization.state.configuration);
}

function isExhausted(optimization: Optimization, component: Component): boolean {
  const { session, state } = optimization;
  return (
    session.deterministic &&
    optimization.standing(component.name).exhaustedAt === configurationHash(state.configuration)
  );
}

/** Puts the best value to the gate (Algorithm 1, lines 16-20) and records the outcome. */
async function decide(
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
    const reason = `no candidate beat the current value's ${scorer} reward`;
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
