import { seededRandom } from "../system/random.ts";
import { brierScore, type CalibrationBin, calibration } from "./calibration.ts";
import { effectivePairs } from "./effectivePairs.ts";
import type { Encoder, Features } from "./encoder.ts";
import type { RewardItem } from "./localRewards.ts";
import { type Change, changes, type InputWords, inputWords, perturb, strengths } from "./perturbation.ts";
import { preferenceLoss } from "./preferenceLoss.ts";
import type { PreferencePair } from "./preferencePair.ts";

/** A held-out pair that is ordered wrongly. */
export interface Mistake {
  /** Place of the pair among those of the request. */
  readonly pair: number;
  /** r⁺ − r⁻ by weights that had not seen the pair's example; below 0. */
  readonly margin: number;
}

/** What one change, at one strength, does to the local reward of outputs. */
export interface ChangeEffect {
  readonly change: Change;
  readonly strength: number;
  /** Outputs that could be changed so. */
  readonly outputs: number;
  /** Mean of r(changed) − r(output), in logits. */
  readonly mean: number;
  /** Standard deviation of the same over the outputs, with n − 1; 0 for one output. */
  readonly deviation: number;
  /** Outputs whose reward fell. */
  readonly lower: number;
  /** Place in the request of a pair whose chosen output was moved most, and by how much. */
  readonly example: { readonly pair: number; readonly difference: number };
}

/** What a fit says about its local reward beyond its alignment. */
export interface FitDiagnosis {
  /** Different examples that the pairs come from. */
  readonly examples: number;
  /** Independent pairs that would bound the alignment as closely; at most the number of held-out pairs. */
  readonly effectivePairs: number;
  /** Mean loss in nats after every epoch that was tried: of all pairs by the head that is used, and of each by its fold's. */
  readonly trainLosses: readonly number[];
  readonly heldOutLosses: readonly number[];
  /** The same of rewards that are all equal. */
  readonly coinLoss: number;
  /** Held-out pairs that are ordered wrongly, in all. */
  readonly wrong: number;
  /** Absent where nothing is held out. */
  readonly brier: number | undefined;
  readonly calibration: readonly CalibrationBin[];
  /** The wrong pairs of which the local reward is most certain, at most `mistakesKept`. */
  readonly mistakes: readonly Mistake[];
  readonly effects: readonly ChangeEffect[];
}

/** Most mistakes that are told in detail, and of one example. */
export const [mistakesKept, mistakesOfExample]: readonly [number, number] = [24, 3];

/** A fit that is to be looked at. */
export interface FittedPairs {
  readonly component: string;
  /** Distinct pairs, in any order that the seed and they decide. */
  readonly pairs: readonly PreferencePair[];
  /** Place of each among those of the request. */
  readonly places: readonly number[];
  /** r⁺ − r⁻ of each by weights that had not seen its example; undefined where nothing is held out. */
  readonly heldOutMargins: Float64Array | undefined;
  readonly trainLosses: readonly number[];
  readonly heldOutLosses: readonly number[];
  /** Weight of each pair's loss, shape (P). */
  readonly pairWeights: ArrayLike<number>;
  readonly encoder: Encoder;
  /** The reward that is used from now on. */
  readonly reward: (features: Features) => number;
  readonly seed: number;
}

/** Looks at a fit. Deterministic; costs a few percent of the fit, see `perturbedPairs`. */
export async function diagnoseFit(fit: FittedPairs, signal: AbortSignal): Promise<FitDiagnosis> {
  const margins = fit.heldOutMargins ?? new Float64Array(0);
  const exampleIds = fit.pairs.map(({ exampleId }) => exampleId);
  return {
    examples: new Set(exampleIds).size,
    effectivePairs: effectivePairs(margins, exampleIds),
    trainLosses: fit.trainLosses,
    heldOutLosses: fit.heldOutLosses,
    coinLoss: preferenceLoss(new Float64Array(fit.pairs.length), fit.pairWeights),
    wrong: margins.reduce((count, margin) => count + (margin < 0 ? 1 : 0), 0),
    brier: brierScore(margins),
    calibration: calibration(margins),
    mistakes: worstMistakes(fit, margins),
    effects: await changeEffects(fit, signal),
  };
}

function worstMistakes({ pairs, places }: FittedPairs, margins: Float64Array): Mistake[] {
  const wrong = [...margins.keys()]
    .filter((pair) => (margins[pair] as number) < 0)
    .sort((a, b) => (margins[a] as number) - (margins[b] as number));
  const ofExample = new Map<string, number>();
  const kept: Mistake[] = [];
  for (const pair of wrong) {
    if (kept.length === mistakesKept) break;
    const exampleId = pairs[pair]?.exampleId ?? "";
    const told = ofExample.get(exampleId) ?? 0;
    if (told === mistakesOfExample) continue;
    ofExample.set(exampleId, told + 1);
    kept.push({ pair: places[pair] ?? pair, margin: margins[pair] as number });
  }
  return kept;
}

/**
 * Outputs are encoded once more for every change. What that may take grows with what the fit took, about a twentieth of
 * it: characters for the pairs of all epochs, and for those that were encoded anyway.
 */
const paid = { atAll: 1200, perPairAndEpoch: 1.1, perCharacter: 0.05 };
const mostOutputs = 24;

/** Pairs whose chosen outputs are changed: one of an example, as many as the fit is worth. */
function perturbedPairs({ pairs, seed, component, trainLosses }: FittedPairs): number[] {
  const ofExample = new Map<string, number>();
  for (const [pair, { exampleId }] of pairs.entries()) if (!ofExample.has(exampleId)) ofExample.set(exampleId, pair);
  const lengths = [...ofExample.values()].map((pair) => JSON.stringify(pairs[pair]?.chosen.output).length);
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const encoded = meanLength * new Set(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])).size;
  const trained = pairs.length * trainLosses.length;
  const paidFor = paid.atAll + paid.perPairAndEpoch * trained + paid.perCharacter * encoded;
  const perOutput = Math.max(1, meanLength) * changes.length * strengths.length;
  const count = Math.min(mostOutputs, Math.max(1, Math.floor(paidFor / perOutput)));
  const inOrder = [...ofExample].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
  return seededRandom(seed).derive("perturbed outputs", component).sample(inOrder, count);
}

async function changeEffects(fit: FittedPairs, signal: AbortSignal): Promise<ChangeEffect[]> {
  const { encoder, reward } = fit;
  const chosen = perturbedPairs(fit).flatMap((place) => {
    const pair = fit.pairs[place];
    return pair === undefined ? [] : [{ pair, place: fit.places[place] ?? place }];
  });
  const items: RewardItem[] = chosen.map(({ pair: { input, chosen: better } }) => ({
    input,
    output: better.output,
    options: better.options,
  }));
  const made: { readonly cell: number; readonly output: number }[] = [];
  for (const [output, { pair }] of chosen.entries()) {
    const words = inputWords(pair.input);
    for (const [cell, { change, strength }] of cells.entries()) {
      const changed = perturbedOutput(pair, change, strength, fit.seed, words);
      if (changed === undefined) continue;
      items.push({ input: pair.input, output: changed, options: pair.chosen.options });
      made.push({ cell, output });
    }
  }
  const rewards = (await encoder.encode(items, signal)).map(reward);
  return cells.flatMap(({ change, strength }, cell) => {
    const moved = made.flatMap((one, index) => {
      if (one.cell !== cell) return [];
      const difference = (rewards[chosen.length + index] ?? 0) - (rewards[one.output] ?? 0);
      return [{ pair: chosen[one.output]?.place ?? 0, difference }];
    });
    const first = moved[0];
    if (first === undefined) return [];
    const differences = moved.map(({ difference }) => difference);
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
    const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
    return [
      {
        change,
        strength,
        outputs: moved.length,
        mean,
        deviation: moved.length < 2 ? 0 : Math.sqrt(squares / (moved.length - 1)),
        lower: differences.filter((difference) => difference < 0).length,
        example: moved.reduce(
          (most, one) => (Math.abs(one.difference) > Math.abs(most.difference) ? one : most),
          first,
        ),
      },
    ];
  });
}

const cells = changes.flatMap((change) => strengths.map((strength) => ({ change, strength })));

/** The chosen output of a pair as a diagnosis of that seed changed it; undefined where it could not be. */
export function perturbedOutput(
  pair: PreferencePair,
  change: Change,
  strength: number,
  seed: number,
  words: InputWords = inputWords(pair.input),
) {
  const random = seededRandom(seed).derive("change", change, strength, pair.exampleId);
  return perturb(pair.chosen.output, words, change, strength, random);
}
