import type { RewardComponent } from "../localRewards.ts";
import type { PreferencePair, ScoredOutput } from "../preferencePair.ts";
import type { PairBatch } from "./adapterTraining.ts";
import { type Pooling, poolWeights } from "./pooling.ts";
import { rewardText } from "./rewardText.ts";
import { type TextTokenizer, type TextTokens, tokenBatch } from "./textTokens.ts";

/** A pair by the places of its texts in a group. */
export interface TokenPair {
  readonly chosen: number;
  readonly rejected: number;
  /** What its loss counts, in [0, 1]. */
  readonly weight: number;
}

/** Pairs of one example of one component: their texts are read once, however many pairs each is in. */
export interface PairGroup {
  readonly texts: readonly TextTokens[];
  readonly pairs: readonly TokenPair[];
  /** The component's row among the heads. */
  readonly head: number;
}

/** Pairs of a component with what each one's loss counts, as its examples have them; equal pairs are one. */
export function pairGroups(
  tokenizer: TextTokenizer,
  component: RewardComponent,
  head: number,
  pairs: readonly { readonly pair: PreferencePair; readonly weight: number }[],
): PairGroup[] {
  const groups = new Map<string, { texts: Map<string, TextTokens>; pairs: Map<string, TokenPair> }>();
  for (const { pair, weight } of pairs) {
    const group = groups.get(pair.exampleId) ?? { texts: new Map(), pairs: new Map() };
    groups.set(pair.exampleId, group);
    const placeOf = ({ output, options }: ScoredOutput): number => {
      const tokens = tokenizer.encode(rewardText(component, { input: pair.input, output, options }));
      const key = tokens.ids.join();
      if (!group.texts.has(key)) group.texts.set(key, tokens);
      return [...group.texts.keys()].indexOf(key);
    };
    const [chosen, rejected] = [placeOf(pair.chosen), placeOf(pair.rejected)];
    // Texts that were cut may have become the same: they teach nothing.
    if (chosen !== rejected) group.pairs.set(`${chosen} ${rejected}`, { chosen, rejected, weight });
  }
  return [...groups.values()]
    .filter((group) => group.pairs.size > 0)
    .map((group) => ({ texts: [...group.texts.values()], pairs: [...group.pairs.values()], head }));
}

const longest = ({ texts }: PairGroup): number => Math.max(...texts.map(({ ids }) => ids.length));

/**
 * Groups side by side in batches of at most `most` tokens, padding included, those of about one length together. A group
 * that is too large is taken apart by its pairs; a single pair is never.
 */
export function microBatches(groups: readonly PairGroup[], most: number): PairGroup[][] {
  const ordered = groups.flatMap((group) => taken(group, most)).toSorted((a, b) => longest(b) - longest(a));
  const batches: PairGroup[][] = [];
  let [width, count] = [0, 0];
  for (const group of ordered) {
    count += group.texts.length;
    if (batches.length > 0 && count * width <= most) {
      batches.at(-1)?.push(group);
      continue;
    }
    [width, count] = [longest(group), group.texts.length];
    batches.push([group]);
  }
  return batches;
}

/** Parts of a group with as many of its pairs each as fit. */
function taken(group: PairGroup, most: number): PairGroup[] {
  const width = longest(group);
  if (group.texts.length * width <= most) return [group];
  const parts: { places: Set<number>; pairs: TokenPair[] }[] = [];
  for (const pair of group.pairs) {
    const last = parts.at(-1);
    const places = new Set([...(last?.places ?? []), pair.chosen, pair.rejected]);
    if (last !== undefined && places.size * width <= most) {
      last.places = places;
      last.pairs.push(pair);
    } else {
      parts.push({ places: new Set([pair.chosen, pair.rejected]), pairs: [pair] });
    }
  }
  return parts.map(({ places, pairs }) => {
    const kept = [...places];
    return {
      head: group.head,
      texts: kept.map((place) => group.texts[place] as TextTokens),
      pairs: pairs.map((pair) => ({
        ...pair,
        chosen: kept.indexOf(pair.chosen),
        rejected: kept.indexOf(pair.rejected),
      })),
    };
  });
}

export const pairsIn = (groups: readonly PairGroup[]): number =>
  groups.reduce((sum, { pairs }) => sum + pairs.length, 0);

/**
 * What a training graph is given for groups.
 * @param share that each pair's loss is multiplied by: 1 / the pairs of a step, for their mean
 */
export function pairBatch(groups: readonly PairGroup[], heads: number, pooling: Pooling, share: number): PairBatch {
  const tokens = tokenBatch(groups.flatMap(({ texts }) => texts));
  const pairs: (readonly [number, number])[] = [];
  const pairWeights = new Float32Array(pairsIn(groups) * heads);
  let first = 0;
  for (const group of groups) {
    for (const { chosen, rejected, weight } of group.pairs) {
      pairWeights[pairs.length * heads + group.head] = share * weight;
      pairs.push([first + chosen, first + rejected]);
    }
    first += group.texts.length;
  }
  return { tokens, poolWeights: poolWeights(pooling, tokens), pairs, pairWeights };
}
