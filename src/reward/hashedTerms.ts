import type { OptionValues } from "../system/variable.ts";
import { lowerCase } from "./characterClass.ts";
import { pairHash, readLimit, type TextShape } from "./textShape.ts";
import { wordHash } from "./wordClass.ts";

/** Number of hash buckets: some ten times the terms a head may look at, while a table of them stays in the cache. */
export const bucketCount = 1 << 16;

/** Length of the character n-grams, in code units: shorter than most words, longer than most endings, and a 32-bit number. */
const characterGram = 4;

export interface HashedTerms {
  readonly buckets: Uint32Array;
  readonly bucketValues: Float32Array;
}

/** Sums of the item at hand and, in order of first use, the buckets that have one; each call leaves the sums at 0. */
const sums = new Float32Array(bucketCount);
const touched = new Uint32Array(bucketCount);

/**
 * Terms of an output as sparse counts. Groups: words, word pairs, character 4-grams, words shared with the input, words
 * not in it, and each option value together with the input's words (which inputs a value suits). A group of n terms
 * gives each 1/√n, so that every group has about unit length and no text outweighs another by being long.
 */
export function hashedTerms(output: TextShape, input: TextShape, options: OptionValues | undefined): HashedTerms {
  let count = 0;
  const add = (term: number, value: number): void => {
    const bucket = scramble(term) & (bucketCount - 1);
    if (sums[bucket] === 0) touched[count++] = bucket;
    sums[bucket] = (sums[bucket] as number) + value;
  };
  const addGroup = (group: string, terms: Iterable<number>, size: number): void => {
    const salt = wordHash(group);
    const value = 1 / Math.sqrt(size);
    for (const term of terms) add(pairHash(salt, term), value);
  };
  addGroup("word", output.vocabulary, output.vocabulary.size);
  addGroup("pair", output.bigrams, output.bigrams.size);
  addCharacterGrams(output.text, add);
  const [shared, added] = splitBy(output.content.keys(), input.content);
  addGroup("shared", shared, shared.length);
  addGroup("added", added, added.length);
  for (const [name, value] of Object.entries(options ?? {}))
    addGroup(`option ${name}=${String(value)}`, input.content.keys(), input.content.size);

  const buckets = touched.slice(0, count);
  const bucketValues = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const bucket = buckets[index] as number;
    bucketValues[index] = sums[bucket] as number;
    sums[bucket] = 0;
  }
  return { buckets, bucketValues };
}

function splitBy(words: Iterable<number>, known: ReadonlyMap<number, number>): [number[], number[]] {
  const inside: number[] = [];
  const outside: number[] = [];
  for (const word of words) (known.has(word) ? inside : outside).push(word);
  return [inside, outside];
}

/** Each gram is four bytes, one per code unit, in a register that the text is shifted through. */
function addCharacterGrams(text: string, add: (term: number, value: number) => void): void {
  const length = Math.min(text.length, readLimit);
  const salt = wordHash("characters");
  const value = 1 / Math.sqrt(length - characterGram + 1);
  let gram = 0;
  for (let index = 0; index < length; index++) {
    const unit = lowerCase[text.charCodeAt(index)] as number;
    gram = (gram << 8) | ((unit ^ (unit >>> 8)) & 0xff);
    if (index >= characterGram - 1) add(salt ^ gram, value);
  }
}

/** Spreads the low-quality low bits of a multiplicative hash (the finaliser of MurmurHash3). */
function scramble(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
