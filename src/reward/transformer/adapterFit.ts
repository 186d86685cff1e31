import { weightBytes } from "../../onnx/modelFile.ts";
import type { Runtime } from "../../onnx/runtime.ts";
import { type Clock, systemClock } from "../../system/clock.ts";
import type { Random } from "../../system/random.ts";
import { rankingAccuracy } from "../preferenceLoss.ts";
import type { LoraSettings, ParameterValues } from "./adapter.ts";
import { AdapterTraining, startValues } from "./adapterTraining.ts";
import type { Backbone } from "./backbone.ts";
import { FitCheckpoint, type FitPosition } from "./fitCheckpoint.ts";
import { microBatches, type PairGroup, pairBatch, pairsIn } from "./pairGroup.ts";
import type { Pooling } from "./pooling.ts";
import { type TrainingGraph, tensorNames, trainingGraph } from "./rewardGraph.ts";
import type { TrainingMemory } from "./trainingMemory.ts";

export interface AdapterFitSettings {
  readonly learningRate: number;
  readonly decay: number;
  readonly greatestNorm: number;
  /** Passes over the pairs; more, up to `mostEpochs`, where they would be fewer than `leastSteps` steps. */
  readonly epochs: number;
  readonly leastSteps: number;
  readonly mostEpochs: number;
  /** Share of all steps in which the learning rate grows to its full height; it then falls to 0 along a line. */
  readonly warmup: number;
  /** Texts of one step, at least: the loss is the mean over the pairs among them. */
  readonly stepTexts: number;
  /** Mean loss of an epoch, in nats, from which on more training would only scale what is ordered already. */
  readonly settledLoss: number;
}

/** Found on made-up preferences with small transformers; halves and doubles of the rate do hardly worse. */
export const convergeAdapter: AdapterFitSettings = {
  learningRate: 1e-3,
  decay: 0.01,
  greatestNorm: 1,
  epochs: 8,
  leastSteps: 100,
  mostEpochs: 25,
  warmup: 0.1,
  stepTexts: 32,
  settledLoss: 0.05,
};

/** One pass with small steps (paper, section 4.3). */
export const adaptAdapter: AdapterFitSettings = {
  ...convergeAdapter,
  learningRate: 2e-4,
  epochs: 1,
  leastSteps: 14,
  mostEpochs: 3,
};

/** Tokens of a micro-batch at most, padding included; fewer where memory is short. A stop waits for one of them. */
const BATCH_TOKENS = 2048;
/**
 * What a fit has come to is written once in so many milliseconds, and so many times what writing it takes: what a kill costs
 * is short, and so is what nobody ever reads.
 */
const CHECKPOINT_MS = 1_000;
const CHECKPOINT_SHARE = 25;

/** What an adapter is trained on. */
export interface AdapterFitTask {
  readonly backbone: Backbone;
  readonly pooling: Pooling;
  readonly lora: LoraSettings;
  /** The adapter so far; undefined for a new one. */
  readonly adapter: ParameterValues | undefined;
  /** (K) rows of shape (H): heads to start from. */
  readonly heads: readonly Float32Array[];
  readonly training: readonly PairGroup[];
  /** Never trained on; they tell how training goes. */
  readonly heldOut: readonly PairGroup[];
  readonly settings: AdapterFitSettings;
  readonly random: Random;
}

export interface AdapterFitHost {
  readonly runtime: Runtime;
  readonly threads: number;
  readonly memory: TrainingMemory;
  /** Folder for what a fit has come to; undefined to keep nothing. */
  readonly checkpoints: string | undefined;
  /** Of everything that the fit depends on. */
  readonly key: string;
  readonly clock?: Clock;
}

/** How far a fit is. */
export interface AdapterFitProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  /** Mean loss of the epoch so far, in nats. */
  readonly loss: number;
  /** Share of held-out pairs that are ranked rightly, when last looked at. */
  readonly alignment: number | undefined;
}

/** A step of training: its batches, and the pairs whose mean loss is meant. */
interface Step {
  readonly batches: readonly (readonly PairGroup[])[];
  readonly pairs: number;
}

/**
 * Trains an adapter and the heads above it by the loss of eq. 4 (paper), as many epochs as are set: nothing is chosen by the
 * held-out pairs. Steps depend on the task alone, so that a fit that was broken off and is gone on with comes to the same values.
 * @returns the adapter's values
 * @throws UserError where the backbone cannot be trained, or needs more memory than there is; the signal's reason
 */
export async function fitAdapter(
  host: AdapterFitHost,
  task: AdapterFitTask,
  signal: AbortSignal,
  onProgress: (progress: AdapterFitProgress) => void,
): Promise<ParameterValues> {
  const { runtime, threads, memory, checkpoints, key, clock = systemClock } = host;
  const { backbone, lora, heads, training, heldOut, settings, random } = task;
  // The session's own weights, and the file that it is made from.
  memory.demand(
    2 * weightBytes(backbone.model),
    `Training an adapter of ${weightBytes(backbone.model) >> 20} MiB of weights`,
  );
  const graph = await trainingGraph(runtime, backbone, heads.length, lora);
  const values = startValues(graph, random);
  for (const [name, value] of task.adapter ?? []) values.set(name, value);
  values.set(tensorNames.heads, Float32Array.from(heads.flatMap((row) => [...row])));
  const trained = await AdapterTraining.open(runtime, graph, values, settings, threads);
  try {
    const checkpoint = new FitCheckpoint(checkpoints, key);
    const before = checkpoint.read(graph.parameters);
    if (before !== undefined) trained.restore(before.state);
    const most = before?.position.most ?? batchTokens(graph, [...training, ...heldOut], memory);
    let at: FitPosition = before?.position ?? { most, epoch: 1, step: 0, lossSum: 0, alignment: undefined };
    let largest = 0;
    let due = clock.now() + CHECKPOINT_MS;
    const { stepTexts, warmup } = settings;
    let epochs: number;
    do {
      const steps = stepsOf(training, stepTexts, most, random.derive("epoch", at.epoch));
      epochs = epochsOf(settings, steps.length);
      for (let { step, lossSum } = at; step < steps.length; ) {
        const { batches, pairs } = steps[step] as Step;
        for (const groups of batches) {
          signal.throwIfAborted();
          const batch = pairBatch(groups, heads.length, task.pooling, 1 / pairs);
          const bytes = graph.bytes({ ...batch.tokens, pairs: batch.pairs.length });
          memory.demand(bytes, "A step of training", largest);
          largest = Math.max(largest, bytes);
          lossSum += await trained.add(batch);
        }
        trained.step(share((at.epoch - 1) * steps.length + step, epochs * steps.length, warmup));
        at = { ...at, step: ++step, lossSum };
        const loss = lossSum / step;
        onProgress({ epoch: at.epoch, epochs, step, steps: steps.length, loss, alignment: at.alignment });
        if (clock.now() >= due) {
          const from = clock.now();
          checkpoint.write(at, trained.state, graph.parameters);
          const now = clock.now();
          due = now + Math.max(CHECKPOINT_MS, CHECKPOINT_SHARE * (now - from));
        }
      }
      const loss = at.lossSum / steps.length;
      const alignment = await heldOutAlignment(trained, task, most, signal);
      onProgress({ epoch: at.epoch, epochs, step: steps.length, steps: steps.length, loss, alignment });
      at = { ...at, epoch: at.epoch + 1, step: 0, lossSum: 0, alignment };
      if (loss < settings.settledLoss) break;
    } while (at.epoch <= epochs);
    checkpoint.remove();
    return new Map(
      graph.adapters.flatMap(({ a, b }) =>
        [a, b].map((name) => [name, trained.values.get(name) ?? new Float32Array(0)]),
      ),
    );
  } finally {
    await trained.release();
  }
}

function epochsOf({ epochs, leastSteps, mostEpochs }: AdapterFitSettings, steps: number): number {
  return Math.max(epochs, Math.min(mostEpochs, Math.ceil(leastSteps / steps)));
}

/** What of the learning rate a step has: a line up, then a line down to 0. */
function share(step: number, steps: number, warmup: number): number {
  const rising = Math.max(1, Math.round(warmup * steps));
  return step < rising ? (step + 1) / rising : (steps - step) / (steps - rising);
}

/** Groups in an order of the random numbers, as many per step as have the texts that it wants. */
function stepsOf(groups: readonly PairGroup[], stepTexts: number, most: number, random: Random): Step[] {
  const steps: PairGroup[][] = [];
  let texts = stepTexts;
  for (const group of random.shuffle(groups)) {
    if (texts >= stepTexts) {
      steps.push([]);
      texts = 0;
    }
    steps.at(-1)?.push(group);
    texts += group.texts.length;
  }
  return steps.map((own) => ({ batches: microBatches(own, most), pairs: pairsIn(own) }));
}

/**
 * Tokens of a micro-batch that memory allows.
 * @throws UserError where it does not allow the longest pair
 */
function batchTokens(graph: TrainingGraph, groups: readonly PairGroup[], memory: TrainingMemory): number {
  const length = Math.max(...groups.flatMap(({ texts }) => texts.map(({ ids }) => ids.length)));
  const bytesOf = (tokens: number): number => {
    const sequences = Math.max(2, Math.floor(tokens / length));
    return graph.bytes({ sequences, length, pairs: sequences });
  };
  memory.demand(bytesOf(2 * length), `Training on texts of ${length} tokens`);
  let tokens = Math.max(BATCH_TOKENS, 2 * length);
  while (tokens > 2 * length && bytesOf(tokens) > memory.room) tokens = Math.max(2 * length, tokens / 2);
  return tokens;
}

/** Share of the pairs that are not trained on which are ranked rightly; undefined without such. */
async function heldOutAlignment(
  trained: AdapterTraining,
  { heldOut, heads, pooling }: AdapterFitTask,
  most: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const margins: number[] = [];
  for (const groups of microBatches(heldOut, most)) {
    signal.throwIfAborted();
    const found = await trained.margins(pairBatch(groups, heads.length, pooling, 1));
    const rows = groups.flatMap(({ head, pairs }) => pairs.map(() => head));
    for (const [row, head] of rows.entries()) margins.push(found[row * heads.length + head] as number);
  }
  return rankingAccuracy(margins);
}
