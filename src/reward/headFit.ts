import { seededRandom } from "../system/random.ts";
import { contentHash } from "./contentHash.ts";
import { differences, marginOf } from "./differences.ts";
import type { Encoder, Features } from "./encoder.ts";
import { type EncodedPair, extendLayout } from "./featureLayout.ts";
import { diagnoseFit } from "./fitDiagnosis.ts";
import { bucketUnit, emptyHead, foldCount, type Head, headWeights, rewardFunction, trainingStart } from "./head.ts";
import { type TrainingSettings, trainHeads } from "./headTraining.ts";
import type { FitProgress, FitReport, FitRequest, RewardComponent, RewardItem } from "./localRewards.ts";
import { gapWeights, preferenceLoss, rankingAccuracy } from "./preferenceLoss.ts";
import { distinctPairs, type PreferencePair, type ScoredOutput } from "./preferencePair.ts";

/** Found on made-up preferences with 20 to 400 pairs (half of them noisy); the results hardly change within a factor of 2. */
export const convergeSettings: TrainingSettings = {
  learningRate: 0.02,
  denseDecay: 1,
  bucketDecay: 3,
  leastBatch: 16,
  mostSteps: 40,
  mostEpochs: 60,
  patience: 8,
  settledLoss: 0.05,
  epochsUnchecked: 5,
};

/** A few small steps from where the weights are (paper, section 4.3); the folds may still ask for fewer. */
export const adaptSettings: TrainingSettings = {
  ...convergeSettings,
  learningRate: 0.005,
  mostEpochs: 8,
  patience: 3,
  epochsUnchecked: 2,
};

/** Examples whose folds are those of other components, too, because the encoder was trained on some of them. */
export interface SharedFolds {
  /** Fold of each example that is known already. */
  readonly known: ReadonlyMap<string, number>;
  /** Folds of which the encoder has seen no example; all where it was not trained. */
  readonly unseen: ReadonlySet<number>;
}

/** A head, and how well it does. */
export interface FittedHead {
  readonly head: Head;
  readonly report: FitReport;
  /** Mean loss in nats of each fold's pairs by the fold's own head, shape (`foldCount`); undefined where there are none. */
  readonly foldLosses: readonly (number | undefined)[];
}

/** For an encoder that was never trained on examples. */
const ownFolds: SharedFolds = {
  known: new Map(),
  unseen: new Set(Array.from({ length: foldCount }, (_, fold) => fold)),
};

/**
 * Fits a head and says how well it ranks examples it has not seen.
 *
 * Every example belongs to one of five folds for good, and every fold has a head of its own that is trained on the
 * other folds only, here and in every later fit. The alignment is that of each pair under the head of its own fold: all
 * pairs count, and none was seen by the weights that rank it. It is undefined while there are fewer than two examples.
 * Where the encoder itself was trained on examples of some folds, only pairs of the others are measured.
 * Equal pairs count once. A head that does not exist yet is fitted from the start, whatever the stage.
 * @throws RangeError when there are no pairs, or one is not a pair of this component
 */
export async function fitHead(
  encoder: Encoder,
  previous: Head | undefined,
  request: FitRequest,
  signal: AbortSignal,
  onProgress: (progress: FitProgress) => void = () => {},
  { known, unseen }: SharedFolds = ownFolds,
): Promise<FittedHead> {
  const component = request.component.name;
  checkPairs(request);
  const start = request.stage === "adapt" && previous !== undefined ? previous : emptyHead;
  const settings = start === emptyHead ? convergeSettings : adaptSettings;
  const random = seededRandom(request.seed).derive("reward", component);
  const pairs = distinctPairs(request.pairs);
  const encoded = await encodePairs(encoder, request.component, pairs, signal);
  const layout = extendLayout(start.layout, encoded);
  const folds = assignFolds(new Map([...known, ...start.folds]), pairs, request.seed);
  const heldOut = folds.size >= 2;
  const foldOf = Uint8Array.from(pairs, ({ exampleId }) => folds.get(exampleId) ?? 0);
  const rows = differences(layout, encoded, bucketUnit);

  const pairWeights = request.gapWeights
    ? Float64Array.from(gapWeights(pairs.map(({ chosen, rejected }) => chosen.score - rejected.score)))
    : new Float64Array(pairs.length).fill(1);

  const trained = await trainHeads(
    {
      rows,
      denseSize: layout.scales.length,
      pairWeights,
      folds: foldOf,
      unseen,
      start: trainingStart(start.weights, layout),
      foldStarts: start.foldWeights.map((weights) => trainingStart(weights, layout)),
      heldOut,
    },
    settings,
    random,
    signal,
    (epoch, epochs, loss) => onProgress({ component, epoch, epochs, loss }),
  );

  const head: Head = centred(
    {
      layout,
      weights: headWeights(trained.weights, layout),
      foldWeights: trained.foldWeights.map((weights) => headWeights(weights, layout)),
      folds,
      bias: 0,
    },
    encoder,
    encoded,
  );
  const { heldOutMargins } = trained;
  const measured =
    heldOutMargins === undefined ? [] : [...pairs.keys()].filter((pair) => unseen.has(foldOf[pair] ?? 0));
  const margins =
    heldOutMargins === undefined || measured.length === 0
      ? undefined
      : Float64Array.from(measured, (pair) => heldOutMargins[pair] ?? 0);
  const diagnosis = request.diagnose
    ? await diagnoseFit(
        {
          component: request.component,
          pairs,
          places: placesIn(request.pairs, pairs),
          measured,
          heldOutMargins: margins,
          trainLosses: trained.triedLosses,
          heldOutLosses: trained.heldOutLosses,
          encoded,
          trainedDifferences: rows.indices.length,
          pairWeights,
          encoder,
          reward: rewardFunction(head, encoder.buckets),
          seed: request.seed,
        },
        signal,
      )
    : undefined;
  const trainMargins = pairs.map((_, pair) => marginOf(rows, pair, trained.weights));
  return {
    head,
    foldLosses: Array.from({ length: foldCount }, (_, fold) => {
      const isOfFold = (_value: number, pair: number): boolean => foldOf[pair] === fold;
      const own = heldOutMargins?.filter(isOfFold);
      return own?.length ? preferenceLoss(own, pairWeights.filter(isOfFold)) : undefined;
    }),
    report: {
      component,
      pairs: pairs.length,
      heldOut: measured.length,
      alignment: margins && rankingAccuracy(margins),
      trainAlignment: rankingAccuracy(trainMargins) ?? 0.5,
      losses: trained.losses,
      epochs: trained.epochs,
      ...(diagnosis !== undefined && { diagnosis }),
    },
  };
}

function checkPairs({ component, pairs }: FitRequest): void {
  if (pairs.length === 0) throw new RangeError(`no preference pairs to fit the local reward of "${component.name}" on`);
  for (const [index, pair] of pairs.entries()) {
    if (pair.component !== component.name)
      throw new RangeError(`pair ${index} belongs to "${pair.component}", not to "${component.name}"`);
    if (!(pair.chosen.score > pair.rejected.score) || !Number.isFinite(pair.chosen.score - pair.rejected.score))
      throw new RangeError(`pair ${index}: chosen score ${pair.chosen.score} is not above ${pair.rejected.score}`);
  }
}

function placesIn(all: readonly PreferencePair[], pairs: readonly PreferencePair[]): number[] {
  const places = new Map(all.map((pair, place) => [pair, place] as const));
  return pairs.map((pair) => places.get(pair) ?? 0);
}

async function encodePairs(
  encoder: Encoder,
  component: RewardComponent,
  pairs: readonly PreferencePair[],
  signal: AbortSignal,
): Promise<EncodedPair[]> {
  // An output takes part in several pairs of its example; it is encoded once.
  const places = new Map<string, number>();
  const items: RewardItem[] = [];
  const placeOf = (input: PreferencePair["input"], { output, options }: ScoredOutput): number => {
    const key = contentHash({ input, output, options });
    const place = places.get(key) ?? items.push({ input, output, options }) - 1;
    places.set(key, place);
    return place;
  };
  const sides = pairs.map((pair) => [placeOf(pair.input, pair.chosen), placeOf(pair.input, pair.rejected)] as const);
  const features = await encoder.encode(items, signal, component);
  return pairs.map(({ exampleId }, pair) => {
    const [chosen, rejected] = sides[pair] as readonly [number, number];
    return { exampleId, chosen: features[chosen] as Features, rejected: features[rejected] as Features };
  });
}

/** Known examples keep their fold; new ones, in seeded order and those with most pairs first, go to the smallest. */
function assignFolds(
  known: ReadonlyMap<string, number>,
  pairs: readonly PreferencePair[],
  seed: number,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { exampleId } of pairs) counts.set(exampleId, (counts.get(exampleId) ?? 0) + 1);
  const folds = new Map(known);
  const sizes = new Array<number>(foldCount).fill(0);
  for (const [exampleId, fold] of known) sizes[fold] = (sizes[fold] ?? 0) + (counts.get(exampleId) ?? 1);
  const added = [...counts]
    .filter(([exampleId]) => !known.has(exampleId))
    .map(([exampleId, count]) => ({ exampleId, count, order: contentHash([seed, exampleId]) }))
    .sort((a, b) => b.count - a.count || (a.order < b.order ? -1 : 1));
  for (const { exampleId, count } of added) {
    const smallest = sizes.indexOf(Math.min(...sizes));
    folds.set(exampleId, smallest);
    sizes[smallest] = (sizes[smallest] ?? 0) + count;
  }
  return folds;
}

function centred(head: Head, encoder: Encoder, pairs: readonly EncodedPair[]): Head {
  const reward = rewardFunction(head, encoder.buckets);
  const total = pairs.reduce((sum, { chosen, rejected }) => sum + reward(chosen) + reward(rejected), 0);
  return { ...head, bias: -total / (2 * pairs.length) };
}
