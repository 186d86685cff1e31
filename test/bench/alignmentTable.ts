import * as runtime from "onnxruntime-node";
import { effectivePairs } from "../../src/reward/effectivePairs.ts";
import type { Encoder } from "../../src/reward/encoder.ts";
import { inProcessRewards, localRewards } from "../../src/reward/inProcessRewards.ts";
import { joinedEncoder } from "../../src/reward/joinedEncoder.ts";
import { lexicalEncoder } from "../../src/reward/lexicalEncoder.ts";
import type { LocalRewards, RewardComponent } from "../../src/reward/localRewards.ts";
import { pairLossSlope, preferenceLoss, rankingAccuracy } from "../../src/reward/preferenceLoss.ts";
import type { PreferencePair } from "../../src/reward/preferencePair.ts";
import { AdapterTraining, startValues } from "../../src/reward/transformer/adapterTraining.ts";
import type { Backbone } from "../../src/reward/transformer/backbone.ts";
import { openBackboneFolder } from "../../src/reward/transformer/backboneFolder.ts";
import { trainingGraph } from "../../src/reward/transformer/rewardGraph.ts";
import { readTokenizer } from "../../src/reward/transformer/textTokens.ts";
import { TrainingMemory } from "../../src/reward/transformer/trainingMemory.ts";
import { transformerEncoder } from "../../src/reward/transformer/transformerEncoder.ts";
import { transformerMethod } from "../../src/reward/transformer/transformerMethod.ts";
import { trainedBackbone } from "../../src/reward/transformer/wholeWeights.ts";
import { shareInterval } from "../../src/run/statistics.ts";
import { type Random, seededRandom } from "../../src/system/random.ts";
import { marginsOf, tokenPairs, trainOnPairs } from "../reward/transformer/pairTraining.ts";
import { HIDDEN, randomBert } from "../reward/transformer/randomBert.ts";
import { frequentPieces, vocabularySize, wordCounts, wordTokenizer } from "../reward/transformer/wordTokenizer.ts";
import type { PairTask } from "./realPairs.ts";

export interface TableSettings {
  /** Rows are divided into so many parts; each is ranked by rewards that learned from the others. */
  readonly parts: number;
  readonly seed: number;
}

export interface SmallTransformer {
  readonly layers: number;
  readonly width: number;
  /** Tokens of a text, at most. */
  readonly length: number;
  /** Passes over the pairs, at most; the one with the least loss on a fifth of the training rows counts. */
  readonly passes: number;
}

/** Pairs of training rows: those that rewards learn from, and those that only say when, and how much of each, is enough. */
export interface Lesson {
  readonly components: readonly RewardComponent[];
  readonly taught: readonly PreferencePair[];
  readonly asked: readonly PreferencePair[];
  readonly random: Random;
}

/** A transformer that has learned, for heads on what it sees and for the rewards that it gives itself. */
export interface Learned {
  readonly encoder: Encoder;
  readonly margins: (pairs: readonly PreferencePair[]) => Promise<readonly number[]>;
  readonly release: () => Promise<void>;
}

export type Learner = (lesson: Lesson) => Promise<Learned>;

export const backbones = ["lexical", "transformer", "joined", "summed"] as const;
export type BackboneName = (typeof backbones)[number];

/** Margins r⁺ - r⁻ of all pairs of a task by rewards that never saw their rows, in the order of the pairs. */
export type Margins = Readonly<Record<BackboneName, readonly number[]>>;

const never = new AbortController().signal;
const pooling = "mean";
/** Pairs of a step. */
const BATCH = 32;
/** Passes without less loss on the rows that are asked, after which training ends. */
const PATIENCE = 2;
const adamW = { learningRate: 5e-4, decay: 0.01, greatestNorm: 1 };
/** What a tokenizer knows: so many words, and so many pieces for the others. */
const [WORDS, PIECES] = [3000, 1500];
/** One in so many training rows only says when to stop. */
const STOP_ROWS = 5;

export async function measure(task: PairTask, { parts, seed }: TableSettings, learn: Learner): Promise<Margins> {
  const { components, pairs } = task;
  const random = seededRandom(seed).derive("alignment", task.title);
  const partOf = partsOf(pairs, parts, random.derive("parts"));
  const margins: Record<BackboneName, number[]> = { lexical: [], transformer: [], joined: [], summed: [] };
  for (let part = 0; part < parts; part++) {
    const places = [...pairs.keys()].filter((place) => partOf(pairs[place] as PreferencePair) === part);
    const heldOut = places.map((place) => pairs[place] as PreferencePair);
    const training = pairs.filter((pair) => partOf(pair) !== part);
    const stopOf = partsOf(training, STOP_ROWS, random.derive("stop", part));
    const taught = training.filter((pair) => stopOf(pair) > 0);
    const asked = training.filter((pair) => stopOf(pair) === 0);
    const learned = await learn({ components, taught, asked, random: random.derive("part", part) });
    const onLexical = async (some: readonly PreferencePair[], others: readonly PreferencePair[]) =>
      marginsBy(await taughtRewards(inProcessRewards(), components, some, seed), components, others);
    const lexical = await onLexical(training, heldOut);
    const transformer = await learned.margins(heldOut);
    const shares = rewardShares(await onLexical(taught, asked), await learned.margins(asked));
    const joined = inProcessRewards(joinedEncoder(lexicalEncoder(), learned.encoder));
    const found: Record<BackboneName, readonly number[]> = {
      lexical,
      transformer,
      joined: await marginsBy(await taughtRewards(joined, components, training, seed), components, heldOut),
      summed: lexical.map((margin, at) => shares[0] * margin + shares[1] * (transformer[at] as number)),
    };
    await learned.release();
    for (const backbone of backbones)
      for (const [index, place] of places.entries()) margins[backbone][place] = found[backbone][index] as number;
  }
  return margins;
}

/** Divides rows at random; pairs of one row stay together. */
function partsOf(pairs: readonly PreferencePair[], parts: number, random: Random): (pair: PreferencePair) => number {
  const ids = random.shuffle([...new Set(pairs.map(({ exampleId }) => exampleId))].sort());
  const places = new Map(ids.map((id, place) => [id, place % parts]));
  return ({ exampleId }) => places.get(exampleId) as number;
}

/** How many pairs the belief counts that the first reward alone is right. */
const BELIEF = 5;

/**
 * Shares a and b of two rewards whose sum a r₁ + b r₂ has the least loss on pairs that neither has learned from: Newton's
 * method on eq. 4 with a penalty that draws towards the first alone.
 */
export function rewardShares(first: readonly number[], second: readonly number[]): readonly [number, number] {
  const unit = (margins: readonly number[]) =>
    Math.sqrt(margins.reduce((sum, margin) => sum + margin * margin, 0) / margins.length) || 1;
  const [u, v] = [unit(first), unit(second)];
  let [a, b] = [u, 0];
  for (let step = 0; step < 20; step++) {
    let [da, db, aa, ab, bb] = [BELIEF * (a - u), BELIEF * b, BELIEF, 0, BELIEF];
    for (const [at, margin] of first.entries()) {
      const [x, y] = [margin / u, (second[at] as number) / v];
      const slope = pairLossSlope(a * x + b * y);
      const bend = -slope * (1 + slope);
      da += slope * x;
      db += slope * y;
      aa += bend * x * x;
      ab += bend * x * y;
      bb += bend * y * y;
    }
    const determinant = aa * bb - ab * ab;
    a -= (bb * da - ab * db) / determinant;
    b -= (aa * db - ab * da) / determinant;
  }
  return [a / u, b / v];
}

async function taughtRewards(
  rewards: LocalRewards,
  components: readonly RewardComponent[],
  pairs: readonly PreferencePair[],
  seed: number,
): Promise<LocalRewards> {
  for (const component of components) {
    const own = pairs.filter(({ component: name }) => name === component.name);
    if (own.length > 0) await rewards.fit({ component, pairs: own, stage: "converge", gapWeights: false, seed }, never);
  }
  return rewards;
}

/** r⁺ - r⁻ of each pair. */
async function marginsBy(
  rewards: LocalRewards,
  components: readonly RewardComponent[],
  pairs: readonly PreferencePair[],
): Promise<number[]> {
  const margins = new Array<number>(pairs.length).fill(0);
  for (const component of components) {
    const places = [...pairs.keys()].filter((place) => pairs[place]?.component === component.name);
    const items = places.flatMap((place) => {
      const { input, chosen, rejected } = pairs[place] as PreferencePair;
      return [chosen, rejected].map(({ output, options }) => ({ input, output, options }));
    });
    const scores = await rewards.score(component, items, never);
    for (const [index, place] of places.entries())
      margins[place] = (scores[2 * index] as number) - (scores[2 * index + 1] as number);
  }
  return margins;
}

/** Transformers whose weights are all trained, from random ones, on nothing but pairs of the training rows. */
export function smallTransformer({ layers, width, length, passes }: SmallTransformer, threads: number): Learner {
  return async ({ components, taught, asked, random }) => {
    const words = frequentPieces(wordCounts(components, taught), WORDS, PIECES);
    const tokenizer = wordTokenizer(words, length);
    const sizes = { layers, width, heads: 4, feedForward: 2 * width, places: length, spread: 0.05 };
    const model = randomBert({ ...sizes, vocabulary: vocabularySize(words), random: random.derive("weights") });
    const backbone: Backbone = { model, hidden: HIDDEN, width };
    const heads = components.length;
    const graph = await trainingGraph(runtime, backbone, heads, "all weights");
    const tokensOf = (pairs: readonly PreferencePair[]) => tokenPairs(tokenizer, components, pairs);
    const start = startValues(graph, random.derive("start"));
    const training = await AdapterTraining.open(runtime, graph, start, adamW, threads);
    const [lessons, stopping] = [tokensOf(taught), tokensOf(asked)];
    let best = { loss: Number.POSITIVE_INFINITY, pass: 0, values: start };
    const steps = passes * Math.ceil(lessons.length / BATCH);
    await trainOnPairs(training, lessons, { heads, pooling, batch: BATCH, steps, random }, async (_, pass) => {
      const loss = preferenceLoss(await marginsOf(training, stopping, heads, pooling));
      const values = () => new Map([...training.values].map(([name, array]) => [name, array.slice()]));
      if (loss < best.loss) best = { loss, pass, values: values() };
      return pass - best.pass < PATIENCE;
    });
    await training.release();
    const chosen = await AdapterTraining.open(runtime, graph, best.values, adamW, threads);
    const reading = { name: "small", tokenizer, pooling, threads } as const;
    const encoder = await transformerEncoder(runtime, trainedBackbone(backbone, best.values), reading);
    return {
      encoder,
      margins: (pairs) => marginsOf(chosen, tokensOf(pairs), heads, pooling),
      async release() {
        encoder.release?.();
        await chosen.release();
      },
    };
  };
}

/** Adapters beside the transformer in a folder, as runs train them; heads on both see it without them. */
export function adaptersOn(folder: string, length: number, seed: number): Learner {
  return async ({ components, taught }) => {
    const found = await openBackboneFolder(folder);
    const opened = { ...found, reading: { ...found.reading, tokenizer: readTokenizer(folder, length) } };
    const lora = { rank: 32, alpha: 16, targets: "all-linear" } as const;
    const learning = { lora, online: "adapter", memory: new TrainingMemory(null), checkpoints: undefined } as const;
    const rewards = localRewards(await transformerMethod(opened, learning));
    await taughtRewards(rewards, components, taught, seed);
    const encoder = await transformerEncoder(opened.runtime, opened.backbone, opened.reading);
    return {
      encoder,
      margins: (pairs) => marginsBy(rewards, components, pairs),
      async release() {
        encoder.release?.();
        await rewards.dispose();
      },
    };
  };
}

/** A share of pairs that are ordered rightly, with its 95 % interval by what the pairs of one row tell together. */
export interface Alignment {
  readonly pairs: number;
  readonly rows: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

export function alignmentOf(pairs: readonly PreferencePair[], margins: readonly number[]): Alignment {
  const ids = pairs.map(({ exampleId }) => exampleId);
  const share = rankingAccuracy(margins) ?? Number.NaN;
  return { pairs: pairs.length, rows: new Set(ids).size, share, ...shareInterval(share, effectivePairs(margins, ids)) };
}

/** How much more is ordered rightly by one than by the other, with the 95 % percentile interval of drawing rows anew. */
export function gainOf(
  pairs: readonly PreferencePair[],
  before: readonly number[],
  after: readonly number[],
  random: Random,
): { readonly gain: number; readonly low: number; readonly high: number } {
  const rows = new Map<string, { pairs: number; gain: number }>();
  for (const [place, { exampleId }] of pairs.entries()) {
    const row = rows.get(exampleId) ?? { pairs: 0, gain: 0 };
    rows.set(exampleId, {
      pairs: row.pairs + 1,
      gain: row.gain + worth(after[place] as number) - worth(before[place] as number),
    });
  }
  const each = [...rows.values()];
  const gainIn = (some: typeof each) =>
    some.reduce((sum, row) => sum + row.gain, 0) / some.reduce((sum, row) => sum + row.pairs, 0);
  const drawn = Array.from({ length: 2000 }, () => gainIn(each.map(() => random.pick(each)))).sort((a, b) => a - b);
  return { gain: gainIn(each), low: drawn[50] as number, high: drawn[1949] as number };
}

const worth = (margin: number): number => (margin > 0 ? 1 : margin === 0 ? 0.5 : 0);

/** A table in Markdown, a row per task. */
export function tableOf(
  measured: readonly (readonly [task: PairTask, margins: Margins])[],
  transformer = "small transformer",
): string {
  const share = ({ share: value, low, high }: Alignment) =>
    `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  const signed = (value: number) => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(3)}`;
  const lines = measured.map(([{ title, pairs }, margins]) => {
    const found = backbones.map((backbone) => alignmentOf(pairs, margins[backbone]));
    const gains = (["joined", "summed"] as const).map((both) => {
      const { gain, low, high } = gainOf(pairs, margins.lexical, margins[both], seededRandom("gain"));
      return `${signed(gain)} [${signed(low)}, ${signed(high)}]`;
    });
    const { pairs: count = 0, rows = 0 } = found[0] ?? {};
    return [title, count, rows, ...found.map(share), ...gains];
  });
  const heads = [
    "pairs of",
    "pairs",
    "rows",
    "lexical",
    transformer,
    "both, one head",
    "both, summed",
    "one head - lexical",
    "summed - lexical",
  ];
  return [heads, heads.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
