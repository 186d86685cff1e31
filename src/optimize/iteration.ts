import type { Example } from "../data/example.ts";
import type { CandidateSet } from "../reward/candidateSet.ts";
import type { Component } from "../system/component.ts";
import { canonicalJson } from "../system/configuration.ts";
import { untilBudget } from "./budgetEnd.ts";
import { chooseComponent } from "./componentChoice.ts";
import { bestUnrefused, decide, isExhausted, noteExhaustion } from "./decision.ts";
import {
  affordableInputs,
  freshExamples,
  isScoredGlobally,
  leastCost,
  scorerOf,
  searchExamples,
  seedsFor,
} from "./iterationPlan.ts";
import { type Scorer, searchLocally } from "./localSearch.ts";
import type { Optimization } from "./optimization.ts";
import type { ScoredValue } from "./optimizers/optimizer.ts";
import { collectCandidates } from "./preferenceCollection.ts";
import { fitComponent, recordPairs } from "./rewardFitting.ts";

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
  const { state } = optimization;
  if (state.stop === "budget") return "budget";
  const stop = await untilBudget(optimization, () => iterateWithin(optimization, components, of));
  // It is set while the part above runs.
  return (state.stop as typeof stop) === "budget" ? "budget" : stop;
}

async function iterateWithin(
  optimization: Optimization,
  components: readonly Component[],
  of: number,
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
  const { result, scored, candidates } = await searchLocally(search);
  await learnFromSearch(optimization, component, candidates, iteration);
  remember(optimization, component.name, scored, scorer);
  const best = bestUnrefused(optimization, component, result.current, [...scored, result.best]);
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

/** Fresh preferences under the current configuration, then adaptation with the replayed ones (Algorithm 1, lines 5-11). */
async function refreshRewards(
  optimization: Optimization,
  component: Component,
  inputs: readonly Example[],
  iteration: number,
): Promise<void> {
  const { session, state, recorded } = optimization;
  if (!learnsRewards(optimization, component)) return;
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
  const pairs = recordPairs(optimization, component, sets.length, iteration);
  await fitComponent(optimization, component, pairs, "adapt", iteration);
}

/**
 * While a component is not trusted to its local reward, each search runs what is downstream of its candidates. What that
 * shows is worth as much as preferences collected on purpose, and costs nothing more: the reward is fitted on it anew.
 */
async function learnFromSearch(
  optimization: Optimization,
  component: Component,
  sets: readonly CandidateSet[],
  iteration: number,
): Promise<void> {
  // A search makes one rollout; where chance decides downstream, that is no expected reward.
  const expected = optimization.session.rolloutsAfter(component.name) === 1;
  if (sets.length === 0 || !expected || !learnsRewards(optimization, component)) return;
  optimization.keepCandidates(sets);
  await fitComponent(
    optimization,
    component,
    recordPairs(optimization, component, sets.length, iteration),
    "converge",
    iteration,
  );
}

function learnsRewards(optimization: Optimization, component: Component): boolean {
  return optimization.session.settings.scorer !== "global" && !isScoredGlobally(optimization, component);
}

function remember(optimization: Optimization, name: string, scored: readonly ScoredValue[], scorer: Scorer): void {
  const standing = optimization.standing(name);
  const latest = new Map(standing.history.map((tried) => [`${tried.scorer} ${canonicalJson(tried.value)}`, tried]));
  for (const { value, reward } of scored) {
    latest.set(`${scorer} ${canonicalJson(value)}`, { value, reward, scorer });
  }
  standing.history = [...latest.values()];
}
