import type { TextShape } from "./textShape.ts";

/** What an output keeps of its input and adds to it, in the order of `textOverlap`. */
export const overlapNames = [
  "Jaccard index of content words",
  "content words taken from the input",
  "content words of the input kept",
  "cosine of content words",
  "words taken from the input",
  "word pairs taken from the input",
  "length against the input",
  "equal to the input",
  "numbers taken from the input",
  "numbers of the input kept",
  "new numbers",
  "names taken from the input",
  "names of the input kept",
  "shared names",
  "new names",
  "new content words",
  "best line's share of the input",
  "mean line's share of the input",
] as const;

/**
 * Overlap of an output's text with (part of) the input: shares in [0, 1], logarithms of counts and of the ratio of
 * lengths. A share of nothing is 0.
 */
export function textOverlap(output: TextShape, input: TextShape): Float64Array {
  const shared = sharedKeys(output.content, input.content);
  const sharedNumbers = sharedKeys(output.numbers, input.numbers);
  const sharedSpans = spansFoundIn(output, input);
  const lines = lineShares(output, input);
  return Float64Array.of(
    ratio(shared, output.content.size + input.content.size - shared),
    ratio(shared, output.content.size),
    ratio(shared, input.content.size),
    cosine(output.content, input.content),
    ratio(sharedKeys(output.vocabulary, input.vocabulary), output.vocabulary.size),
    ratio(sharedKeys(output.bigrams, input.bigrams), output.bigrams.size),
    Math.log((1 + output.wordCount) / (1 + input.wordCount)),
    output.text.trim() === input.text.trim() ? 1 : 0,
    ratio(sharedNumbers, output.numbers.size),
    ratio(sharedNumbers, input.numbers.size),
    Math.log1p(output.numbers.size - sharedNumbers),
    ratio(sharedSpans, output.spans.length),
    ratio(spansFoundIn(input, output), input.spans.length),
    Math.log1p(sharedSpans),
    Math.log1p(output.spans.length - sharedSpans),
    Math.log1p(output.content.size - shared),
    lines.best,
    lines.mean,
  );
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

interface KeySet {
  readonly size: number;
  has(key: number): boolean;
  keys(): Iterable<number>;
}

function sharedKeys(a: KeySet, b: KeySet): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const key of small.keys()) if (large.has(key)) shared++;
  return shared;
}

function cosine(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  let product = 0;
  let squaresOfA = 0;
  let squaresOfB = 0;
  for (const [word, count] of a) {
    product += count * (b.get(word) ?? 0);
    squaresOfA += count * count;
  }
  for (const count of b.values()) squaresOfB += count * count;
  return product === 0 ? 0 : product / Math.sqrt(squaresOfA * squaresOfB);
}

/** Number of likely names in `text` all of whose words occur in `other`, however written there. */
function spansFoundIn(text: TextShape, other: TextShape): number {
  let found = 0;
  for (const [first, last] of text.spans) {
    let all = true;
    for (let index = first; index <= last && all; index++) all = other.vocabulary.has(text.words[index] as number);
    if (all) found++;
  }
  return found;
}

/** Share of the input's content words that the best and the average line of the output holds (a line: one passage). */
function lineShares(output: TextShape, input: TextShape): { readonly best: number; readonly mean: number } {
  if (input.content.size === 0 || output.lines === 0) return { best: 0, mean: 0 };
  const lineOfLastUse = new Map<number, number>();
  const perLine = new Map<number, number>();
  for (let index = 0; index < output.words.length; index++) {
    const word = output.words[index] as number;
    const line = output.wordLines[index] as number;
    if (!input.content.has(word) || lineOfLastUse.get(word) === line) continue;
    lineOfLastUse.set(word, line);
    perLine.set(line, (perLine.get(line) ?? 0) + 1);
  }
  let best = 0;
  let sum = 0;
  for (const count of perLine.values()) {
    best = Math.max(best, count);
    sum += count;
  }
  return { best: best / input.content.size, mean: sum / output.lines / input.content.size };
}
