import { retelling } from "../retelling.ts";

/** Sentences that estimates keep of how they were computed, as messages for translators. */
export const estimateSentences = [
  "Executions: at most what the engine sets aside for each step, likely what runs have come to of it.",
  "Executions: at most what the engine sets aside for it.",
  "No iterations.",
  "Iterations: {0} of {1}.",
  "Preferences are collected on {0} of {1, plural, one {# training input} other {# training inputs}}.",
  "The budget of {0, plural, one {# system run} other {# system runs}} is less than the worst case: it ends the run.",
  "The budget of {0, plural, one {# call} other {# calls}} is less than the worst case: nothing beyond it is begun.",
  "The budget of {0, plural, one {# token} other {# tokens}} is less than the worst case: nothing beyond it is begun.",
  "The budget of {0, plural, one {# minute} other {# minutes}} is less than the worst case: nothing beyond it is begun.",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a place for dollars, as messages have them.
  "The budget of ${0} is less than the worst case: nothing beyond it is begun.",
  "Tokens: prompts and rows at four characters a token, answers and what code writes by a guess, at most what they may have; no earlier run of this experiment on this machine has shown more.",
  "Tokens per call: measured in {0, plural, one {# earlier run} other {# earlier runs}} of this experiment.",
  "Minutes: a call is taken to last 1.5 s.",
  "Minutes: the simulated model answers at once; what is left is the work on this machine.",
  "Minutes: {0} ms at work for each call, as earlier runs took.",
  "Code of your own ({0}) is taken to ask no model; if it does, an estimate after the first run knows.",
  "Minutes: without the training of local rewards on {0}, which may take longer than all calls; an estimate after the first run knows.",
  "Money: unknown, for nobody knows the price of {0}.",
  "Answers that are recorded already cost nothing; none are taken off here.",
] as const;

/** A sentence of an estimate in the reader's language; English where it is none that is known. */
export const toldEstimateSentence = retelling(estimateSentences);
