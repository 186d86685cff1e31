import type { RewardComponent } from "../../../src/reward/localRewards.ts";
import type { PreferencePair } from "../../../src/reward/preferencePair.ts";
import type { AdapterTraining, PairBatch } from "../../../src/reward/transformer/adapterTraining.ts";
import { type Pooling, poolWeights } from "../../../src/reward/transformer/pooling.ts";
import { rewardText } from "../../../src/reward/transformer/rewardText.ts";
import { type TextTokenizer, type TextTokens, tokenBatch } from "../../../src/reward/transformer/textTokens.ts";
import type { Random } from "../../../src/system/random.ts";

/** A pair as a transformer reads it. */
export interface TokenPair {
  readonly exampleId: string;
  readonly chosen: TextTokens;
  readonly rejected: TextTokens;
  /** Its component's row among the heads. */
  readonly head: number;
}

/** @param components in the order of their heads; pairs of others are an error */
export function tokenPairs(
  tokenizer: TextTokenizer,
  components: readonly RewardComponent[],
  pairs: readonly PreferencePair[],
): TokenPair[] {
  const read = new Map<string, TextTokens>();
  const tokens = (head: number, input: PreferencePair["input"], { output, options }: PreferencePair["chosen"]) => {
    const text = rewardText(components[head] as RewardComponent, { input, output, options });
    const key = `${text.task}\n${text.output}`;
    const known = read.get(key) ?? tokenizer.encode(text);
    read.set(key, known);
    return known;
  };
  return pairs.map(({ component, exampleId, input, chosen, rejected }) => {
    const head = components.findIndex(({ name }) => name === component);
    return { exampleId, chosen: tokens(head, input, chosen), rejected: tokens(head, input, rejected), head };
  });
}

/** Pairs side by side, a sequence that several of them share once; each pair counts 1 / P. */
export function pairBatch(pairs: readonly TokenPair[], heads: number, pooling: Pooling): PairBatch {
  const places = new Map<TextTokens, number>();
  const placeOf = (text: TextTokens) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  };
  const placed = pairs.map(({ chosen, rejected }) => [placeOf(chosen), placeOf(rejected)] as const);
  const tokens = tokenBatch([...places.keys()]);
  const pairWeights = new Float32Array(pairs.length * heads);
  for (const [row, { head }] of pairs.entries()) pairWeights[row * heads + head] = 1 / pairs.length;
  return { tokens, poolWeights: poolWeights(pooling, tokens), pairs: placed, pairWeights };
}

export interface PassSettings {
  /** How many components have pairs. */
  readonly heads: number;
  readonly pooling: Pooling;
  /** Pairs of a step. */
  readonly batch: number;
  /** Steps of the whole training, over which the learning rate rises for a tenth and falls to nothing. */
  readonly steps: number;
  readonly random: Random;
}

/**
 * Trains on pairs, in passes over all of them in another order each time, pairs of one example in one step.
 * @param onPass told of each pass with its mean loss; `false` ends the training
 */
export async function trainOnPairs(
  training: AdapterTraining,
  pairs: readonly TokenPair[],
  { heads, pooling, batch, steps, random }: PassSettings,
  onPass: (loss: number, pass: number) => Promise<boolean> = async () => true,
): Promise<void> {
  const examples = new Map<string, TokenPair[]>();
  for (const pair of pairs) examples.set(pair.exampleId, [...(examples.get(pair.exampleId) ?? []), pair]);
  const groups = [...examples.values()];
  for (let step = 0, pass = 0; step < steps; pass++) {
    const order = random.derive("pass", pass).shuffle(groups).flat();
    let total = 0;
    let seen = 0;
    for (let start = 0; start < order.length && step < steps; start += batch, step++) {
      const some = order.slice(start, start + batch);
      total += some.length * (await training.add(pairBatch(some, heads, pooling)));
      seen += some.length;
      training.step(Math.min((step + 1) / (0.1 * steps), (steps - step) / (0.9 * steps), 1));
    }
    if (!(await onPass(total / seen, pass))) return;
  }
}

/** r⁺ - r⁻ of each pair by its component's head. */
export async function marginsOf(
  training: AdapterTraining,
  pairs: readonly TokenPair[],
  heads: number,
  pooling: Pooling,
): Promise<number[]> {
  const margins: number[] = [];
  for (let start = 0; start < pairs.length; start += 64) {
    const some = pairs.slice(start, start + 64);
    const found = await training.margins(pairBatch(some, heads, pooling));
    margins.push(...some.map(({ head }, row) => found[row * heads + head] as number));
  }
  return margins;
}
