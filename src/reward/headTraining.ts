import { setImmediate } from "node:timers/promises";
import type { Random } from "../system/random.ts";
import { AdamW } from "./adamW.ts";
import { addRow, type Differences, marginOf } from "./differences.ts";
import { pairLossSlope, preferenceLoss } from "./preferenceLoss.ts";

export interface TrainingSettings {
  readonly learningRate: number;
  /** Decoupled weight decay of dense features and of buckets. */
  readonly denseDecay: number;
  readonly bucketDecay: number;
  /** Pairs per step, more where an epoch would have over `mostSteps` steps. */
  readonly leastBatch: number;
  readonly mostSteps: number;
  readonly mostEpochs: number;
  /** Epochs without a lower held-out loss after which training ends. */
  readonly patience: number;
  /** Mean held-out loss, in nats, from which on more training would only scale what is ordered already. */
  readonly settledLoss: number;
  /** Epochs trained where nothing is held out. */
  readonly epochsUnchecked: number;
}

export interface TrainingTask {
  readonly rows: Differences;
  /** Leading features that are dense. */
  readonly denseSize: number;
  /** Weight of each pair's loss, shape (P). */
  readonly pairWeights: Float64Array;
  /** Fold of each pair, shape (P); the fold's own head never trains on it. */
  readonly folds: Uint8Array;
  /** Folds of which nothing but the heads could have seen an example. */
  readonly unseen: ReadonlySet<number>;
  /** Start of the head that is used, shape (D), and of each fold's head; they are not changed. */
  readonly start: Float64Array;
  readonly foldStarts: readonly Float64Array[];
  /** Whether the folds' heads can be believed: some other example stands behind each held-out pair. */
  readonly heldOut: boolean;
}

export interface TrainingResult {
  readonly weights: Float64Array;
  readonly foldWeights: readonly Float64Array[];
  readonly epochs: number;
  /** Mean weighted loss of the head that is used over all pairs, after each epoch up to `epochs`. */
  readonly losses: readonly number[];
  /** The same after all epochs that were tried, and the loss of each pair by the head of its fold; empty where nothing is held out. */
  readonly triedLosses: readonly number[];
  readonly heldOutLosses: readonly number[];
  /** r⁺ − r⁻ of every pair by the head of its fold; undefined where nothing is held out. */
  readonly heldOutMargins: Float64Array | undefined;
}

/**
 * Trains the head that is used on all pairs and, side by side, one head per fold on the pairs of the other folds. The
 * summed loss of the folds' heads on their held-out pairs says when to stop; the head that is used has then made as
 * many epochs as they.
 *
 * The held-out margins of a fold are those of the epoch that the *other* folds would have chosen: an epoch chosen on
 * the pairs it is measured with would flatter them.
 */
export async function trainHeads(
  task: TrainingTask,
  settings: TrainingSettings,
  random: Random,
  signal: AbortSignal,
  onEpoch: (epoch: number, epochs: number, loss: number) => void,
): Promise<TrainingResult> {
  const pairCount = task.folds.length;
  const main = new TrainedHead(task, settings, task.start, undefined);
  const foldHeads = task.foldStarts.map((start, fold) => new TrainedHead(task, settings, start, fold));
  const mostEpochs = task.heldOut ? settings.mostEpochs : settings.epochsUnchecked;
  const losses: number[] = [];
  const marginsByEpoch: Float64Array[] = [];
  const foldLossesByEpoch: number[][] = [];
  const heldOutLosses: number[] = [];
  let best = { epoch: 0, loss: Infinity, weights: task.start, foldWeights: task.foldStarts };

  for (let epoch = 1; epoch <= mostEpochs && epoch - best.epoch <= settings.patience; epoch++) {
    await setImmediate();
    signal.throwIfAborted();
    const order = random.derive("epoch", epoch).shuffle(Array.from({ length: pairCount }, (_, pair) => pair));
    for (const head of [main, ...foldHeads]) head.epoch(order);
    const loss = preferenceLoss(main.margins(), task.pairWeights);
    losses.push(loss);
    onEpoch(epoch, mostEpochs, loss);

    let heldOutLoss = -epoch;
    let settled = false;
    if (task.heldOut) {
      const margins = new Float64Array(pairCount);
      for (let pair = 0; pair < pairCount; pair++)
        margins[pair] = (foldHeads[task.folds[pair] as number] as TrainedHead).margin(pair);
      const foldLosses = lossPerFold(margins, task, foldHeads.length);
      marginsByEpoch.push(margins);
      foldLossesByEpoch.push(foldLosses);
      heldOutLoss = sum(foldLosses);
      const isUnseen = (_value: number, pair: number): boolean => task.unseen.has(task.folds[pair] as number);
      const unseenMargins = margins.filter(isUnseen);
      if (unseenMargins.length > 0) {
        const heldOutMean = preferenceLoss(unseenMargins, task.pairWeights.filter(isUnseen));
        heldOutLosses.push(heldOutMean);
        settled = heldOutMean < settings.settledLoss;
      }
    }
    if (heldOutLoss < best.loss)
      best = {
        epoch,
        loss: heldOutLoss,
        weights: main.weights.slice(),
        foldWeights: foldHeads.map(({ weights }) => weights.slice()),
      };
    if (settled) break;
  }
  return {
    weights: best.weights,
    foldWeights: best.foldWeights,
    epochs: best.epoch,
    losses: losses.slice(0, best.epoch),
    triedLosses: losses,
    heldOutLosses,
    heldOutMargins: task.heldOut ? marginsByOtherFolds(task.folds, marginsByEpoch, foldLossesByEpoch) : undefined,
  };
}

/** Weights on their way, with what their optimizer remembers. */
class TrainedHead {
  readonly weights: Float64Array;
  readonly #task: TrainingTask;
  readonly #settings: TrainingSettings;
  readonly #leftOut: number | undefined;
  readonly #optimizer: AdamW;
  readonly #gradient: Float64Array;

  constructor(task: TrainingTask, settings: TrainingSettings, start: Float64Array, leftOut: number | undefined) {
    this.#task = task;
    this.#settings = settings;
    this.#leftOut = leftOut;
    this.weights = start.slice();
    this.#gradient = new Float64Array(start.length);
    const decay = new Float64Array(start.length)
      .fill(settings.bucketDecay)
      .fill(settings.denseDecay, 0, task.denseSize);
    this.#optimizer = new AdamW({ learningRate: settings.learningRate, decay });
  }

  margin(pair: number): number {
    return marginOf(this.#task.rows, pair, this.weights);
  }

  margins(): Float64Array {
    return Float64Array.from(this.#task.folds, (_, pair) => this.margin(pair));
  }

  /** One pass over the pairs in `order`, without those of the fold left out. */
  epoch(order: readonly number[]): void {
    const { rows, folds, pairWeights } = this.#task;
    const pairs = order.filter((pair) => folds[pair] !== this.#leftOut);
    const batchSize = Math.max(this.#settings.leastBatch, Math.ceil(pairs.length / this.#settings.mostSteps));
    for (let start = 0; start < pairs.length; start += batchSize) {
      const batch = pairs.slice(start, start + batchSize);
      this.#gradient.fill(0);
      for (const pair of batch) {
        const slope = (pairWeights[pair] as number) * pairLossSlope(this.margin(pair));
        addRow(rows, pair, slope / batch.length, this.#gradient);
      }
      this.#optimizer.step(this.weights, this.#gradient);
    }
  }
}

function lossPerFold(margins: Float64Array, task: TrainingTask, foldCount: number): number[] {
  return Array.from({ length: foldCount }, (_, fold) => {
    const inFold = (_value: number, pair: number): boolean => task.folds[pair] === fold;
    const own = margins.filter(inFold);
    return own.length === 0 ? 0 : own.length * preferenceLoss(own, task.pairWeights.filter(inFold));
  });
}

function marginsByOtherFolds(
  folds: Uint8Array,
  marginsByEpoch: readonly Float64Array[],
  foldLossesByEpoch: readonly (readonly number[])[],
): Float64Array {
  const foldCount = foldLossesByEpoch[0]?.length ?? 0;
  const chosenMargins = Array.from({ length: foldCount }, (_, fold) => {
    const others = foldLossesByEpoch.map((losses) => sum(losses) - (losses[fold] as number));
    return marginsByEpoch[others.indexOf(Math.min(...others))] as Float64Array;
  });
  return Float64Array.from(folds, (fold, pair) => chosenMargins[fold]?.[pair] ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
