import { seedFrom } from "../../system/random.ts";
import type { Variable, VariableValue } from "../../system/variable.ts";
import { type Proposal, proposePrompt, refuseMuteProposer } from "../proposer.ts";
import { bestOf, type Optimizer, type ScoredValue } from "./optimizer.ts";

type PromptVariable = Extract<Variable, { kind: "prompt" }>;

/** Proposals asked for per candidate wanted, at most: the rest were unusable or repeated an earlier prompt. */
const TRIES_PER_CANDIDATE = 3;

/**
 * Prompt search by proposals from a language model that sees what was tried (OPRO, arXiv 2309.03409; used per component
 * as in the paper's Appendix D). The current prompt is scored and shown; duplicates and prompts that are too long are
 * dropped and asked for again.
 */
export const opro: Optimizer<PromptVariable> = {
  name: "opro",
  kind: "prompt",
  evaluations: (_variable, inputs, settings, seeds) => (seeds + settings.promptCandidates + 1) * inputs,
  search: async (task) => {
    const { settings, history, current } = task;
    const seeds: VariableValue[] = [];
    const known = new Set([...history.map(({ value }) => value), current].map(normalized));
    for (const seed of task.seeds) {
      if (known.has(normalized(seed))) continue;
      known.add(normalized(seed));
      seeds.push(seed);
    }
    const scored: ScoredValue[] = [...(await task.score([current, ...seeds]))];
    const [scoredCurrent] = scored;
    if (scoredCurrent === undefined) throw new Error(`the current prompt of ${task.component.name} was not scored`);
    const wanted = scored.length + settings.promptCandidates;
    const tries = settings.promptCandidates * TRIES_PER_CANDIDATE;
    const proposals: Proposal[] = [];
    for (let attempt = 0; attempt < tries && scored.length < wanted; attempt++) {
      task.signal.throwIfAborted();
      const proposal = await proposePrompt({
        component: task.component,
        maxLength: task.variable.maxLength,
        attempts: [...history.filter(({ value }) => normalized(value) !== normalized(current)), ...scored].map(
          ({ value, reward }) => ({ prompt: String(value), reward }),
        ),
        shown: settings.historyLength,
        model: task.proposer,
        sample: seedFrom(task.searchSeed, "proposal", attempt),
        random: task.random,
        signal: task.signal,
      });
      proposals.push(proposal);
      if ("unusable" in proposal || known.has(normalized(proposal.prompt))) continue;
      known.add(normalized(proposal.prompt));
      scored.push(...(await task.score([proposal.prompt])));
    }
    refuseMuteProposer(task.component.name, task.proposer, proposals);
    return { current: scoredCurrent, best: bestOf(scoredCurrent, scored.slice(1)) };
  },
};

/** Prompts that differ in white space or case only are one prompt. */
function normalized(prompt: unknown): string {
  return String(prompt).replace(/\s+/g, " ").trim().toLowerCase();
}
