import type { Example } from "../data/example.ts";
import { boundedMap } from "../system/boundedMap.ts";
import type { Component } from "../system/component.ts";
import { worstCaseRuns } from "../system/evaluation.ts";
import { type Random, seedFrom } from "../system/random.ts";
import type { Trajectory } from "../system/trajectory.ts";
import { UserError } from "../system/userError.ts";
import { initialValue, randomPoint, type VariableValue } from "../system/variable.ts";
import { untilBudget } from "./budgetEnd.ts";
import { judgeStart } from "./keptTrajectories.ts";
import type { Optimization } from "./optimization.ts";
import { collectCandidates, collectionCost } from "./preferenceCollection.ts";
import { proposePrompt, refuseMuteProposer } from "./proposer.ts";
import { fitComponent, recordPairs } from "./rewardFitting.ts";

/** Inputs on which all components collect before the next ones: what a crash can lose. */
const ROUND = 10;

/** Scores below which equal ones say nothing yet about the reward. */
const FEWEST_SCORES = 20;

/**
 * Stage 1 (paper, section 4.1): candidates of every component under the start configuration, on as many training inputs
 * as its share of the budget pays for, then one local reward function per component, trained until it stops improving.
 */
export async function runStageOne(optimization: Optimization, components: readonly Component[]): Promise<void> {
  if (optimization.state.fitted || optimization.state.stop === "budget") return;
  await untilBudget(optimization, () => runWithin(optimization, components));
}

async function runWithin(optimization: Optimization, components: readonly Component[]): Promise<void> {
  const { session, state } = optimization;
  if (session.tooSmallForStageOne) {
    session.record({
      type: "warning",
      message: `A budget of ${session.ledger.limit} system runs is too small to collect preferences first; components are optimized on the global reward, and local rewards learn from what that shows.`,
    });
    state.fitted = true;
    await optimization.checkpoint();
    return;
  }
  await collectOffline(optimization, components);
  session.record({ type: "phase", phase: "fitting" });
  for (const component of components) {
    const inputs = optimization.candidateSets().filter((set) => set.component === component.name).length;
    const pairs = recordPairs(optimization, component, inputs, 0);
    await fitComponent(optimization, component, pairs, "converge", 0);
  }
  refuseConstantReward(optimization);
  await judgeStart(optimization);
  state.fitted = true;
  await optimization.checkpoint();
}

async function collectOffline(optimization: Optimization, components: readonly Component[]): Promise<void> {
  const { session, state } = optimization;
  const { examples } = session.request.splits.train;
  const inputs = session.random("offline inputs").sample(examples, session.settings.stageOneInputs);
  session.record({ type: "phase", phase: "collecting" });
  if (!paysFor(optimization, components, 1) && state.collected === 0) {
    session.record({
      type: "warning",
      message: `The budget of ${session.ledger.limit} system runs does not pay for preferences on a single input; components are optimized on the global reward.`,
    });
  }
  for (const component of components) await explorePrompts(optimization, component);
  for (;;) {
    const round = inputs.slice(state.collected, state.collected + ROUND);
    while (round.length > 0 && !paysFor(optimization, components, round.length)) round.pop();
    if (round.length === 0) return;
    const base = await baseTrajectories(optimization, components, round);
    for (const component of components) {
      const sets = await collectCandidates({
        session,
        component,
        base,
        configuration: state.configuration,
        otherPrompts: promptsOf(optimization, component),
        iteration: 0,
        purpose: "offline pairs",
        onInput: (done) =>
          session.record({
            type: "progress",
            phase: "collecting",
            label: `collecting preferences, ${component.name}`,
            done: state.collected + done,
            total: inputs.length,
          }),
      });
      optimization.keepCandidates(sets);
    }
    state.collected += round.length;
    await optimization.checkpoint();
  }
}

/**
 * Base trajectories of stage 1. Each runs under a configuration of its own, near the start: some components at a random
 * point of their search space, so that what is learned about one component holds beside changed others.
 */
function baseTrajectories(
  optimization: Optimization,
  components: readonly Component[],
  round: readonly Example[],
): Promise<Trajectory[]> {
  const { session, state, recorded } = optimization;
  return boundedMap(
    round,
    async (example) => {
      const random = session.random("exploration point", example.id);
      const explored = components
        .filter(() => random.next() < session.settings.explorationRate)
        .map(
          (component) =>
            [component.name, randomValue(component, optimization.standing(component.name).explored, random)] as const,
        );
      const configuration = { ...state.configuration, ...Object.fromEntries(explored) };
      const sample = session.sampleNumber("offline", example.id);
      const [trajectory] = await recorded.refresh([example], configuration, "offline pairs", sample);
      if (trajectory === undefined) throw new Error(`no trajectory for "${example.id}"`);
      return trajectory;
    },
    { concurrency: session.settings.concurrency, signal: session.signal },
  );
}

function randomValue({ variable }: Component, prompts: readonly string[], random: Random): VariableValue {
  switch (variable.kind) {
    case "options":
      return randomPoint(variable.space, random);
    case "model":
      return random.pick(variable.models);
    case "prompt":
      return random.pick([variable.initial, ...prompts]);
    default:
      return initialValue(variable);
  }
}

/** The start prompt and those proposed beside it; none for other kinds of variables. */
function promptsOf(optimization: Optimization, { name, variable }: Component): string[] {
  return variable.kind === "prompt" ? [variable.initial, ...optimization.standing(name).explored] : [];
}

/** Whether the share of stage 1 pays for one more round at worst; equal calls usually make it cheaper than that. */
function paysFor({ session, state }: Optimization, components: readonly Component[], inputs: number): boolean {
  const perInput = components.reduce(
    (sum, component) => sum + collectionCost(session, component, state.initial),
    worstCaseRuns(session.system, state.initial),
  );
  const share = session.ledger.limit * session.settings.stageOneShare - session.ledger.spentOn("offline pairs");
  return inputs * perInput <= Math.min(share, session.ledger.left) + 1e-6;
}

/** Prompts proposed before any score is known: points of the search space whose outputs candidates come from. */
async function explorePrompts(optimization: Optimization, component: Component): Promise<void> {
  const { session, state } = optimization;
  const standing = optimization.standing(component.name);
  const { variable } = component;
  if (variable.kind !== "prompt" || standing.explored.length > 0 || state.collected > 0) return;
  const attempts = Array.from({ length: session.settings.explorationPrompts }, (_, attempt) => attempt);
  const proposals = await boundedMap(
    attempts,
    (attempt) =>
      proposePrompt({
        component,
        maxLength: variable.maxLength,
        attempts: [],
        shown: 0,
        model: session.proposer,
        sample: seedFrom(session.sampleNumber("exploration", component.name), attempt),
        random: session.random("exploration", component.name, attempt),
        signal: session.signal,
      }),
    { concurrency: session.settings.concurrency, signal: session.signal },
  );
  refuseMuteProposer(component.name, session.proposer, proposals);
  standing.explored = [...new Set(proposals.flatMap((proposal) => ("prompt" in proposal ? [proposal.prompt] : [])))];
}

function refuseConstantReward(optimization: Optimization): void {
  const scores = optimization.candidateSets().flatMap((set) => set.candidates.map(({ score }) => score));
  const first = scores[0];
  if (first === undefined || scores.some((score) => score !== first)) return;
  const validation = optimization.state.gate?.scores ?? [];
  if (scores.length + validation.length < FEWEST_SCORES || validation.some((score) => score !== first)) return;
  throw new UserError(
    `The reward gave ${first} to every output of ${scores.length} candidates and ${validation.length} validation rows, so there is nothing to learn from. Check that it compares the right fields.`,
  );
}
