import type { OptionValues } from "../system/variable.ts";
import { lowerCase } from "./characterClass.ts";
import { pairHash, readLimit, type TextShape } from "./textShape.ts";
import { extendHash, hashSeed, wordHash } from "./wordClass.ts";

/** Number of hash buckets: 2^17, some ten times the terms a hundred examples bring. */
export const bucketCount = 1 << 17;

/** Length of the character n-grams, in code units: shorter than most words, longer than most endings. */
const characterGram = 4;

export interface HashedTerms {
  readonly buckets: Uint32Array;
  readonly bucketValues: Float32Array;
}

/** Table of the item at hand; each call leaves it empty again. */
const sums = new Float64Array(bucketCount);

/**
 * Terms of an output as sparse counts. Groups: words, word pairs, character 4-grams, words shared with the input, words
 * not in it, and each option value together with the input's words (which inputs a value suits). A group of n terms
 * gives each 1/√n, so that every group has about unit length and no text outweighs another by being long.
 */
export function hashedTerms(output: TextShape, input: TextShape, options: OptionValues | undefined): HashedTerms {
  const touched: number[] = [];
  const add = (term: number, value: number): void => {
    const bucket = scramble(term) & (bucketCount - 1);
    if (sums[bucket] === 0) touched.push(bucket);
    sums[bucket] = (sums[bucket] as number) + value;
  };
  const addGroup = (group: string, terms: Iterable<number>, count: number): void => {
    const salt = wordHash(group);
    const value = count === 0 ? 0 : 1 / Math.sqrt(count);
    for (const term of terms) add(pairHash(salt, term), value);
  };
  addGroup("word", output.vocabulary, output.vocabulary.size);
  addGroup("pair", output.bigrams, output.bigrams.size);
  const grams = characterGrams(output.text);
  addGroup("characters", grams, grams.length);
  const [shared, added] = splitBy(output.content.keys(), input.content);
  addGroup("shared", shared, shared.length);
  addGroup("added", added, added.length);
  for (const [name, value] of Object.entries(options ?? {}))
    addGroup(`option ${name}=${String(value)}`, input.content.keys(), input.content.size);

  const buckets = Uint32Array.from(touched);
  const bucketValues = new Float32Array(touched.length);
  for (let index = 0; index < touched.length; index++) {
    const bucket = touched[index] as number;
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

function characterGrams(text: string): number[] {
  const end = Math.min(text.length, readLimit) - characterGram;
  const grams: number[] = [];
  for (let start = 0; start <= end; start++) {
    let hash = hashSeed;
    for (let index = start; index < start + characterGram; index++)
      hash = extendHash(hash, lowerCase[text.charCodeAt(index)] as number);
    grams.push(hash);
  }
  return grams;
}

/** Spreads the low-quality low bits of a multiplicative hash (the finaliser of MurmurHash3). */
function scramble(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
