import type { Completion, LanguageModel } from "../models/languageModel.ts";
import type { Component } from "../system/component.ts";
import type { Random } from "../system/random.ts";
import { isRunEnd } from "../system/runEnd.ts";
import { errorMessage, UserError } from "../system/userError.ts";

/** A prompt that was tried, and its mean reward in [0, 1]. */
export interface PromptAttempt {
  readonly prompt: string;
  readonly reward: number;
}

const TIPS = [
  "Be creative: say it in a way nobody has tried yet.",
  "Be simple: short sentences, plain words.",
  "Be descriptive: spell out what a good result looks like.",
  "Be specific: name exactly what to use and what to leave out.",
] as const;

/** A new prompt, or why there is none; `failed` where the model did not even answer. */
export type Proposal = { readonly prompt: string } | { readonly unusable: string; readonly failed?: true };

/**
 * One request that fails is a proposal less. When none is answered, going on would search nothing and say so to nobody.
 * @throws UserError when there were requests and all of them failed
 */
export function refuseMuteProposer(component: string, model: LanguageModel, proposals: readonly Proposal[]): void {
  const failures = proposals.flatMap((proposal) => ("failed" in proposal ? [proposal.unusable] : []));
  if (proposals.length === 0 || failures.length < proposals.length) return;
  throw new UserError(
    `${model.name} answered none of ${failures.length} requests for new prompts of ${component}: ${failures.at(-1)} Mend this, then resume the run.`,
  );
}

/**
 * Asks a language model for a new prompt (OPRO, arXiv 2309.03409, applied to one component): the component's task,
 * earlier prompts with their rewards in ascending order, a style tip, and the marker to answer in.
 * @param attempts every scored prompt, the current one among them; the best `shown` are listed
 * @returns the new prompt, or the reason why the answer cannot be used
 */
export async function proposePrompt(request: {
  readonly component: Component;
  readonly maxLength: number;
  readonly attempts: readonly PromptAttempt[];
  readonly shown: number;
  readonly model: LanguageModel;
  readonly sample: number;
  readonly random: Random;
  readonly signal: AbortSignal;
}): Promise<Proposal> {
  const { model, sample, signal, maxLength } = request;
  const content = metaPrompt(request.component, request.attempts, request.shown, maxLength, request.random.pick(TIPS));
  const messages = [{ role: "user", content } as const];
  let completion: Completion;
  try {
    completion = await model.complete({ messages, temperature: 0.7, maxTokens: 1024, sample }, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (isRunEnd(thrown)) throw thrown;
    return { unusable: errorMessage(thrown), failed: true };
  }
  if (completion.stop === "thought") {
    const remedy = "give it more (thinkingTokens), or let it think less (effort), in optimas.models.json.";
    return { unusable: `it spent all tokens of its answer on thinking; ${remedy}`, failed: true };
  }
  if (completion.stop === "length" && !/<\/prompt>/i.test(completion.text)) {
    return { unusable: "the prompt was cut off" };
  }
  const proposed = extractPrompt(completion.text);
  if (proposed === undefined) return { unusable: "the answer has no prompt in it" };
  if (proposed.length > maxLength)
    return { unusable: `the prompt has ${proposed.length} characters of ${maxLength} allowed` };
  return { prompt: proposed };
}

/** The request for a new prompt. Attempts are sorted ascending so that the best stand nearest to the answer. */
export function metaPrompt(
  component: Component,
  attempts: readonly PromptAttempt[],
  shown: number,
  maxLength: number,
  tip: string,
): string {
  const best = [...attempts].sort((a, b) => b.reward - a.reward).slice(0, shown);
  const tried = best
    .toReversed()
    .map(({ prompt, reward }) => `<attempt score="${reward.toFixed(3)}">\n${prompt}\n</attempt>`);
  return [
    "You improve the instruction of one step in a program made of several steps.",
    `The step is called ${component.name}. ${component.description}`,
    `It reads ${Object.keys(component.inputs).join(", ")} and writes ${Object.keys(component.outputs).join(", ")}.`,
    tried.length > 0
      ? `These instructions were tried, from the lowest score to the highest (1 is best):\n${tried.join("\n")}`
      : "No instruction has been tried yet.",
    `Write one new instruction that scores higher than all of them and differs from each. ${tip}`,
    `It may have at most ${maxLength} characters. Put it between <prompt> and </prompt> and write nothing else there.`,
  ].join("\n\n");
}

/**
 * The prompt in a proposer's answer: everything between the last opening tag and its closing tag, however many lines.
 * Tolerates a missing closing tag, a fenced answer, and quotes around the whole; undefined when nothing is left.
 */
export function extractPrompt(answer: string): string | undefined {
  const tags = [...answer.matchAll(/<prompt>/gi)];
  const start = tags.at(-1);
  const marked = start ? answer.slice(start.index + start[0].length).split(/<\/prompt>/i)[0] : undefined;
  // Inside the tags only a fence around the whole is packaging; any other belongs to the prompt.
  const fenced =
    marked === undefined
      ? /```[\w-]*\n([\s\S]*?)(?:\n```|$)/.exec(answer)?.[1]
      : /^\s*```[\w-]*\n((?:(?!```)[\s\S])*)(?:```\s*)?$/.exec(marked)?.[1];
  const text = (fenced ?? marked)?.trim();
  const unquoted = text && (/^"([^"]*)"$/.exec(text) ?? /^'([^']*)'$/.exec(text))?.[1]?.trim();
  return (unquoted ?? text) || undefined;
}
