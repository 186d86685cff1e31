import { seededRandom } from "../system/random.ts";
import { brierScore, type CalibrationBin, calibration } from "./calibration.ts";
import { effectivePairs } from "./effectivePairs.ts";
import type { Encoder, Features } from "./encoder.ts";
import type { EncodedPair } from "./featureLayout.ts";
import type { RewardComponent, RewardItem } from "./localRewards.ts";
import { type Change, changes, type InputWords, inputWords, perturb, strengths } from "./perturbation.ts";
import { preferenceLoss } from "./preferenceLoss.ts";
import type { PreferencePair, ScoredOutput } from "./preferencePair.ts";

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
  /** Empty where the fit does not pay for changing a single output. */
  readonly effects: readonly ChangeEffect[];
}

/** Most mistakes that are told in detail, and of one example. */
export const [mistakesKept, mistakesOfExample]: readonly [number, number] = [24, 3];

/** A fit that is to be looked at. */
export interface FittedPairs {
  readonly component: RewardComponent;
  /** Distinct pairs, in any order that the seed and they decide. */
  readonly pairs: readonly PreferencePair[];
  /** Place of each among those of the request. */
  readonly places: readonly number[];
  /** Places in `pairs` of those that are held out, shape (M). */
  readonly measured: readonly number[];
  /** r⁺ − r⁻ of each of these by weights that had not seen its example, shape (M); undefined where nothing is held out. */
  readonly heldOutMargins: Float64Array | undefined;
  readonly trainLosses: readonly number[];
  readonly heldOutLosses: readonly number[];
  /** Features of each pair, and the differences in them that an epoch learns from. */
  readonly encoded: readonly EncodedPair[];
  readonly trainedDifferences: number;
  /** Weight of each pair's loss, shape (P). */
  readonly pairWeights: ArrayLike<number>;
  readonly encoder: Encoder;
  /** The reward that is used from now on. */
  readonly reward: (features: Features) => number;
  readonly seed: number;
}

/** Looks at a fit. Deterministic; costs at most a twentieth of the fit, see `perturbedPairs`. */
export async function diagnoseFit(fit: FittedPairs, signal: AbortSignal): Promise<FitDiagnosis> {
  const margins = fit.heldOutMargins ?? new Float64Array(0);
  const exampleIds = fit.pairs.map(({ exampleId }) => exampleId);
  return {
    examples: new Set(exampleIds).size,
    effectivePairs: effectivePairs(
      margins,
      fit.measured.map((pair) => exampleIds[pair] ?? ""),
    ),
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

function worstMistakes({ pairs, places, measured }: FittedPairs, margins: Float64Array): Mistake[] {
  const wrong = [...margins.keys()]
    .filter((pair) => (margins[pair] as number) < 0)
    .sort((a, b) => (margins[a] as number) - (margins[b] as number));
  const ofExample = new Map<string, number>();
  const kept: Mistake[] = [];
  for (const place of wrong) {
    if (kept.length === mistakesKept) break;
    const pair = measured[place] ?? place;
    const exampleId = pairs[pair]?.exampleId ?? "";
    const told = ofExample.get(exampleId) ?? 0;
    if (told === mistakesOfExample) continue;
    ofExample.set(exampleId, told + 1);
    kept.push({ pair: places[pair] ?? pair, margin: margins[place] as number });
  }
  return kept;
}

/** Most outputs that are changed. */
const mostOutputs = 24;

/**
 * Work, in characters of a fit's outputs and inputs that the encoder reads: about 0.13 microseconds each. A difference
 * that an epoch learns from costs about 0.3 of one, in all heads together; a character of a changed output about two, for
 * it is changed first. A diagnosis may take 4 % of its fit: below 5 % where these figures are somewhat wrong.
 */
const work = { perDifference: 0.3, perChangedCharacter: 2, share: 0.04 };

/** How much of what the changes leave there is left in all: one of them halves an output, others add to it. */
const growth = 1.1;

/**
 * Pairs whose chosen outputs are changed: one of an example, drawn by the seed, as many as the fit pays for. One that is
 * dearer than what is left is passed over: several short outputs tell more than a long one.
 */
function perturbedPairs(fit: FittedPairs): number[] {
  const { pairs, encoded, seed, component, trainLosses, trainedDifferences } = fit;
  // Equal outputs for one input were read once, and have the same features.
  const outputs = new Map<Features | undefined, ScoredOutput>();
  const inputs = new Map<string, number>();
  const ofExample = new Map<string, number>();
  for (const [place, { exampleId, input, chosen, rejected }] of pairs.entries()) {
    outputs.set(encoded[place]?.chosen, chosen).set(encoded[place]?.rejected, rejected);
    if (ofExample.has(exampleId)) continue;
    ofExample.set(exampleId, place);
    inputs.set(exampleId, charactersOf(input));
  }
  const read = sum([...outputs.values()].map(({ output }) => charactersOf(output))) + sum([...inputs.values()]);
  let left = work.share * (read + work.perDifference * trainedDifferences * trainLosses.length);
  const inOrder = [...ofExample].sort(([a], [b]) => (a < b ? -1 : 1));
  const drawn = seededRandom(seed).derive("perturbed outputs", component.name).shuffle(inOrder);
  const chosen: number[] = [];
  for (const [exampleId, place] of drawn) {
    if (chosen.length === mostOutputs) break;
    const made = growth * cells.length * charactersOf(pairs[place]?.chosen.output);
    const cost = work.perChangedCharacter * (made + (inputs.get(exampleId) ?? 0));
    if (cost > left) continue;
    left -= cost;
    chosen.push(place);
  }
  return chosen;
}

function charactersOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function changeEffects(fit: FittedPairs, signal: AbortSignal): Promise<ChangeEffect[]> {
  const { encoder, reward } = fit;
  const chosen = perturbedPairs(fit).flatMap((place) => {
    const [pair, encoded] = [fit.pairs[place], fit.encoded[place]];
    if (pair === undefined || encoded === undefined) return [];
    return [{ pair, place: fit.places[place] ?? place, before: reward(encoded.chosen) }];
  });
  const items: RewardItem[] = [];
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
  const rewards = (await encoder.encode(items, signal, fit.component)).map(reward);
  return cells.flatMap(({ change, strength }, cell) => {
    const moved = made.flatMap((one, index) => {
      if (one.cell !== cell) return [];
      const difference = (rewards[index] ?? 0) - (chosen[one.output]?.before ?? 0);
      return [{ pair: chosen[one.output]?.place ?? 0, difference }];
    });
    const first = moved[0];
    if (first === undefined) return [];
    const differences = moved.map(({ difference }) => difference);
    const mean = sum(differences) / differences.length;
    const squares = sum(differences.map((difference) => (difference - mean) ** 2));
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
