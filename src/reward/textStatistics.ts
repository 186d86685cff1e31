import type { TextShape } from "./textShape.ts";
import { WordClass } from "./wordClass.ts";

type Statistic = readonly [name: string, of: (shape: TextShape) => number];

/**
 * What one text says about itself, whatever its subject: these carry over from example to example, which words do not.
 * Every value is finite and of the order of 1: logarithms of counts, shares in [0, 1], flags.
 */
const statistics: readonly Statistic[] = [
  ["characters", ({ text }) => Math.log1p(text.length)],
  ["words", ({ wordCount }) => Math.log1p(wordCount)],
  // Hinges let the best length lie in the middle, though a head is linear.
  ["words beyond 4", ({ wordCount }) => hinge(wordCount, 4)],
  ["words beyond 16", ({ wordCount }) => hinge(wordCount, 16)],
  ["words beyond 64", ({ wordCount }) => hinge(wordCount, 64)],
  ["sentences", ({ sentences }) => Math.log1p(sentences)],
  ["lines", ({ lines }) => Math.log1p(lines)],
  ["letters per word", ({ letters, wordCount }) => Math.log1p(share(letters, wordCount))],
  ["words per sentence", ({ wordCount, sentences }) => Math.log1p(share(wordCount, sentences))],
  ["empty", ({ wordCount }) => flag(wordCount === 0)],
  ["one word", ({ wordCount }) => flag(wordCount === 1)],
  ["digits", ({ digits, letters }) => share(digits, digits + letters)],
  ["numbers", ({ numbers }) => Math.log1p(numbers.size)],
  ["year", ({ text, digits }) => flag(digits > 3 && /\b(1[5-9]|20)\d\d\b/.test(head(text)))],
  ["capitals", ({ upperCase, letters }) => share(upperCase, letters)],
  ["capitalised words", ({ capitalisedWords, wordCount }) => share(capitalisedWords, wordCount)],
  ["names", ({ spans }) => Math.log1p(spans.length)],
  ["name words", ({ spans, words }) => share(spanWords(spans), words.length)],
  ["punctuation", ({ punctuation, text }) => share(punctuation, text.length)],
  ["outside ASCII", ({ nonAscii, text }) => share(nonAscii, text.length)],
  ["commas per word", ({ commas, wordCount }) => Math.min(1, share(commas, wordCount))],
  ["quotes", ({ quotes }) => Math.log1p(quotes)],
  ["brackets", ({ brackets }) => Math.log1p(brackets)],
  ["colons", ({ colons }) => Math.log1p(colons)],
  ["question mark", ({ questionMarks }) => flag(questionMarks > 0)],
  ["ends with question mark", ({ text, questionMarks }) => flag(questionMarks > 0 && /\?["”')\s]*$/.test(tail(text)))],
  ["ends with full stop", ({ text, punctuation }) => flag(punctuation > 0 && /[.!。]["”')\s]*$/.test(tail(text)))],
  ["starts with lower case", ({ text }) => flag(/^\s*\p{Ll}/u.test(head(text)))],
  ["starts with a digit", ({ text, digits }) => flag(digits > 0 && /^\s*[-+]?\d/.test(head(text)))],
  ["starts with a bracket", ({ text, brackets }) => flag(brackets > 0 && /^\s*[[{(]/.test(head(text)))],
  ["starts with a quote", ({ text }) => flag(/^\s*["“'`]/.test(head(text)))],
  ["starts with a question word", (shape) => flag(startsWith(shape, WordClass.question))],
  ["starts with yes or no", (shape) => flag(startsWith(shape, WordClass.answer))],
  ["starts with a function word", (shape) => flag(startsWith(shape, WordClass.function))],
  ["is yes or no", (shape) => flag(shape.wordCount === 1 && startsWith(shape, WordClass.answer))],
  ["function words", (shape) => wordShare(shape, WordClass.function)],
  ["question words", (shape) => Math.min(1, 4 * wordShare(shape, WordClass.question))],
  ["negations", (shape) => Math.min(1, 8 * wordShare(shape, WordClass.negation))],
  ["hedges", (shape) => Math.min(1, 8 * wordShare(shape, WordClass.hedge))],
  ["refusals", (shape) => Math.min(1, 8 * wordShare(shape, WordClass.refusal))],
  ["talk about the task", (shape) => Math.min(1, 8 * wordShare(shape, WordClass.selfReference))],
  ["reasoning words", (shape) => Math.min(1, 8 * wordShare(shape, WordClass.reasoning))],
  ["repetition", ({ vocabulary, words }) => (words.length === 0 ? 0 : 1 - vocabulary.size / words.length)],
  [
    "list lines",
    ({ text, lines, punctuation }) => lineShare(text, lines, punctuation, /^[ \t]*(?:[-*•]|\(?\d{1,2}[.)])[ \t]/gm),
  ],
  [
    "label lines",
    ({ text, lines, colons }) => lineShare(text, lines, colons, /^[ \t]*[*#_]*[\p{L}][\p{L} _]{0,24}[*_]*:/gmu),
  ],
  ["headings", ({ text, lines, punctuation }) => lineShare(text, lines, punctuation, /^[ \t]*(?:#{1,6}[ \t]|\*\*)/gm)],
  [
    "code",
    ({ text, punctuation }) =>
      flag(punctuation > 0 && /```|\b(?:def|function|return|import|const|class)\b.*[(:;{]/.test(head(text))),
  ],
  ["least number", (shape) => squash(numbersIn(shape).least)],
  ["mean of numbers", (shape) => squash(numbersIn(shape).mean)],
  ["greatest number", (shape) => squash(numbersIn(shape).greatest)],
  ["spread of numbers", (shape) => squash(numbersIn(shape).greatest - numbersIn(shape).least)],
];

/** Names of the statistics, in the order of `textStatistics`. */
export const statisticNames: readonly string[] = statistics.map(([name]) => name);

/** The statistics of a text, all finite. */
export function textStatistics(shape: TextShape): Float64Array {
  const values = new Float64Array(statistics.length);
  for (let index = 0; index < statistics.length; index++) values[index] = (statistics[index] as Statistic)[1](shape);
  return values;
}

const head = (text: string): string => text.slice(0, 400);
const tail = (text: string): string => text.slice(-40);
const flag = (value: boolean): number => (value ? 1 : 0);
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const hinge = (count: number, from: number): number => (count <= from ? 0 : Math.log(count / from));
const squash = (value: number): number => Math.sign(value) * Math.log1p(Math.abs(value));

function startsWith(shape: TextShape, mask: number): boolean {
  return ((shape.masks[0] ?? 0) & mask) !== 0;
}

function wordShare(shape: TextShape, mask: number): number {
  let count = 0;
  for (const classes of shape.masks) if ((classes & mask) !== 0) count++;
  return share(count, shape.words.length);
}

function spanWords(spans: TextShape["spans"]): number {
  return spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** @param signs number of signs in the text of which each match has one: without them the text need not be searched */
function lineShare(text: string, lines: number, signs: number, pattern: RegExp): number {
  if (signs === 0) return 0;
  return Math.min(1, share(text.slice(0, 6000).match(pattern)?.length ?? 0, lines));
}

interface NumberSummary {
  readonly least: number;
  readonly mean: number;
  readonly greatest: number;
}

const noNumbers: NumberSummary = { least: 0, mean: 0, greatest: 0 };

let lastSummary: { readonly text: string; readonly summary: NumberSummary } | undefined;

/** Numbers in the first 400 characters: what a component that answers with scores differs in. Zeros without numbers. */
function numbersIn({ text, digits }: TextShape): NumberSummary {
  if (digits === 0) return noNumbers;
  if (lastSummary?.text === text) return lastSummary.summary;
  const found = (head(text).match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number).filter((value) => Math.abs(value) < 1e12);
  const summary =
    found.length === 0
      ? noNumbers
      : {
          least: Math.min(...found),
          mean: found.reduce((sum, value) => sum + value, 0) / found.length,
          greatest: Math.max(...found),
        };
  lastSummary = { text, summary };
  return summary;
}
