/** From wordiest to barest. */
export const answerLengths = ["explained", "sentence", "clause", "phrase", "span"] as const;
export type AnswerLength = (typeof answerLengths)[number];

/**
 * Parameters of the text operations. A prompt without any directive leaves them at `defaultBehaviour`; each directive
 * sets some of them. An operation reads only its own parameters, so a directive in the wrong component does nothing.
 */
export interface Behaviour {
  // --- answers ---
  readonly length: AnswerLength;
  /** How far the answer's kind must match what the question asks for, from 0 (ignored) to 1. */
  readonly typed: number;
  /** Read `entity: fact` lines as facts about that entity. */
  readonly useLabels: boolean;
  /** Decide comparisons by dates and numbers, not by which side fits the words better. */
  readonly compare: boolean;
  /** Answer yes/no questions with yes or no. */
  readonly yesNo: boolean;
  /** Copy the evidence's wording instead of shortening names and dates. */
  readonly verbatim: boolean;
  /** Prefer full names and complete dates. */
  readonly full: boolean;
  /** Do not repeat what the question itself says. */
  readonly check: boolean;
  /** Write the way to the answer down, unless only a short answer is wanted. */
  readonly showSteps: boolean;
  /** Say "unknown" when the evidence looks thin. */
  readonly abstain: boolean;
  /** Take the first thing in the evidence. */
  readonly hasty: boolean;
  /** Append the supporting sentence. */
  readonly cite: boolean;
  /** Wrap the answer in Markdown. */
  readonly markdown: boolean;
  // --- answers and hints ---
  /** Follow names from one piece of evidence to the next. */
  readonly bridge: boolean;
  /** Add general remarks that no evidence supports. */
  readonly background: boolean;
  // --- hints ---
  /** Select sentences by the words they share with the question, instead of the beginning of the evidence. */
  readonly relevant: boolean;
  readonly hintCount: number;
  /** Write `entity: fact` lines. */
  readonly labelled: boolean;
  /** One hint per line. */
  readonly lines: boolean;
  /** Cut hints after this many words. */
  readonly clip: number;
  /** Prefer sentences with dates and numbers. */
  readonly figures: boolean;
  /** Have a hint for every name in the question. */
  readonly cover: boolean;
  /** Add the opening sentence of every passage that is used. */
  readonly introduce: boolean;
  // --- rewriting ---
  readonly form: "polite" | "question" | "statement";
  /** Append the expected kind of answer. */
  readonly stateKind: boolean;
  /** Keep names as they are written, with their capitals: without them later steps cannot tell names from words. */
  readonly keepNames: boolean;
  /** Drop the last third of the question. */
  readonly shorten: boolean;
  /** Replace names by general words. */
  readonly generalise: boolean;
  // --- keywords ---
  readonly keywords: "whole" | "content" | "names" | "both";
  readonly keywordCount: number;
  /** Add related words. */
  readonly related: boolean;
  /** Add broad topics. */
  readonly broaden: boolean;
}

export const defaultBehaviour: Behaviour = {
  length: "clause",
  typed: 0.75,
  useLabels: false,
  compare: false,
  yesNo: false,
  verbatim: false,
  full: false,
  check: false,
  showSteps: false,
  abstain: false,
  hasty: false,
  cite: false,
  markdown: false,
  bridge: false,
  background: false,
  relevant: true,
  hintCount: 2,
  labelled: false,
  lines: false,
  clip: 36,
  figures: false,
  cover: false,
  introduce: false,
  form: "polite",
  stateKind: false,
  keepNames: false,
  shorten: false,
  generalise: false,
  keywords: "whole",
  keywordCount: 17,
  related: false,
  broaden: false,
};
