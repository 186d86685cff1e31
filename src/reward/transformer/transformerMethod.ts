import { createHash } from "node:crypto";
import type { Runtime } from "../../onnx/runtime.ts";
import type { Clock } from "../../system/clock.ts";
import { seededRandom } from "../../system/random.ts";
import { contentHash } from "../contentHash.ts";
import type { Encoder } from "../encoder.ts";
import { foldCount, type Head } from "../head.ts";
import { type FittedHead, fitHead, type SharedFolds } from "../headFit.ts";
import type { RewardMethod, RewardState } from "../inProcessRewards.ts";
import type { FitProgress, FitRequest } from "../localRewards.ts";
import { gapWeights } from "../preferenceLoss.ts";
import { distinctPairs } from "../preferencePair.ts";
import { loadRewards, type SavedRewards, saveRewards } from "../rewardFile.ts";
import { defaultMinimumHeldOut } from "../trust.ts";
import { type LoraSettings, mergedBackbone, type ParameterValues, type TrainedAdapter } from "./adapter.ts";
import { type AdapterFitProgress, adaptAdapter, convergeAdapter, fitAdapter } from "./adapterFit.ts";
import type { Backbone } from "./backbone.ts";
import { type PairGroup, pairGroups, pairsIn } from "./pairGroup.ts";
import type { TrainingMemory } from "./trainingMemory.ts";
import { MEANING, type TransformerSettings, transformerEncoder } from "./transformerEncoder.ts";

/** A transformer that is opened, with all that reading texts with it needs. */
export interface OpenedBackbone {
  readonly runtime: Runtime;
  readonly backbone: Backbone;
  readonly reading: TransformerSettings;
}

export interface TransformerLearning {
  /** What an adapter that begins is like; one that is there already stays as it is. */
  readonly lora: LoraSettings;
  /** What iterations go on to train. */
  readonly online: "adapter" | "head";
  readonly memory: TrainingMemory;
  /** Folder in which fits keep what they have come to; undefined for nowhere. */
  readonly checkpoints: string | undefined;
  /** What learning begins with; nothing where it is left out. */
  readonly start?: Pick<SavedRewards, "heads" | "adapter">;
  /** What the backbone was downloaded from, if it was: saved rewards name it. */
  readonly origin?: SavedRewards["origin"];
  readonly clock?: Clock;
}

interface TransformerState extends RewardState {
  readonly adapter: TrainedAdapter | undefined;
  /** The last fit of each component: heads are fitted on its pairs anew when the adapter changes. */
  readonly fits: ReadonlyMap<string, FitRequest>;
}

/** Examples that must be held out for an adapter to be trained: some twenty in all. */
const leastHeldOutExamples = 4;

/** The fold whose examples never train an adapter, in whatever component. */
const HELD_OUT = 0;
const unseen: ReadonlySet<number> = new Set([HELD_OUT]);
const allFolds: ReadonlySet<number> = new Set(Array.from({ length: foldCount }, (_, fold) => fold));

/**
 * Local rewards on a transformer: one adapter that all components share, and one linear head per component (paper, section 4.1).
 *
 * A fit first fits the head on what the transformer makes of the texts. Where enough pairs are held out to tell, it then trains
 * the adapter from there by the loss of eq. 4, on this component's pairs and as many that others were fitted on, takes it into
 * the weights, and fits all heads anew. The adapter is kept where the held-out pairs are ranked with less loss than before.
 * Examples of one fold train no adapter, in no component, so that alignment is measured on pairs that nothing has seen.
 */
export async function transformerMethod(
  opened: OpenedBackbone,
  learning: TransformerLearning,
): Promise<RewardMethod<TransformerState>> {
  const { runtime, backbone, reading } = opened;
  const { start: begun = { heads: new Map<string, Head>() } } = learning;
  const encoderWith = (adapter: TrainedAdapter | undefined): Promise<Encoder> =>
    transformerEncoder(runtime, adapter === undefined ? backbone : mergedBackbone(backbone, adapter), reading);
  return {
    backbone: reading.name,
    start: { encoder: await encoderWith(begun.adapter), heads: begun.heads, adapter: begun.adapter, fits: new Map() },

    async fit(state, request, signal, onProgress) {
      const { name } = request.component;
      const { encoder, adapter } = state;
      const folds = { known: foldsOf(state.heads), unseen: adapter === undefined ? allFolds : unseen };
      const before = await fitHead(encoder, state.heads.get(name), request, signal, undefined, folds);
      const heads = new Map(state.heads).set(name, before.head);
      const fitted = { ...state, heads, fits: new Map(state.fits).set(name, request) };
      const asBefore = { state: fitted, report: before.report };
      // Where the head alone orders what is held out, an adapter has nothing to add.
      const isSettled = (before.foldLosses[HELD_OUT] ?? Infinity) < convergeAdapter.settledLoss;
      const task = isSettled ? undefined : adapterTask(opened, learning, fitted, request);
      if (task === undefined) {
        for (const [index, loss] of before.report.losses.entries())
          onProgress({ component: name, epoch: index + 1, epochs: before.report.epochs, loss });
        return asBefore;
      }
      const key = contentHash({
        ...request,
        pairs: distinctPairs(request.pairs),
        replayed: [...state.fits.values()],
        lora: task.lora,
        name: reading.name,
        before: hashOf(adapter?.values),
      });
      const host = { ...learning, runtime, threads: reading.threads, key };
      const values = await fitAdapter(host, task, signal, (progress) => onProgress(progressOf(name, progress)));
      const trained: TrainedAdapter = { settings: task.lora, values };
      const next = await encoderWith(trained);
      let isKept = false;
      try {
        const after = await refitted(next, fitted, signal);
        const own = after.get(name) as FittedHead;
        isKept = (own.foldLosses[HELD_OUT] ?? Infinity) < (before.foldLosses[HELD_OUT] ?? Infinity);
        if (!isKept) return asBefore;
        // Heads that came from elsewhere, without what they were fitted on, stay as they are.
        const refittedHeads = new Map(heads);
        for (const [component, { head }] of after) refittedHeads.set(component, head);
        return { state: { ...fitted, encoder: next, adapter: trained, heads: refittedHeads }, report: own.report };
      } finally {
        if (!isKept) next.release?.();
      }
    },

    save: ({ heads, adapter, fits }, file) =>
      saveRewards(file, reading.name, { heads, adapter, fits, origin: learning.origin }),
    async load(file) {
      const { heads, adapter, fits } = await loadRewards(file, reading.name);
      return { encoder: await encoderWith(adapter), heads, adapter, fits };
    },
  };
}

/** Heads of all components on what an encoder makes of the pairs that they were last fitted on. */
async function refitted(
  encoder: Encoder,
  { heads, fits }: TransformerState,
  signal: AbortSignal,
): Promise<Map<string, FittedHead>> {
  const folds: SharedFolds = { known: foldsOf(heads), unseen };
  const all = new Map<string, FittedHead>();
  for (const [name, request] of fits)
    all.set(name, await fitHead(encoder, undefined, { ...request, stage: "converge" }, signal, undefined, folds));
  return all;
}

/** What an adapter is trained on now; undefined where it stands still, or too little is held out to tell what it is worth. */
function adapterTask(
  { backbone, reading }: OpenedBackbone,
  { lora, online }: TransformerLearning,
  { adapter, heads, fits }: TransformerState,
  request: FitRequest,
) {
  if (request.stage === "adapt" && online === "head") return undefined;
  const folds = foldsOf(heads);
  const names = [...fits.keys()];
  const random = seededRandom(request.seed).derive("adapter", request.component.name);
  const groupsOf = (name: string): { readonly training: PairGroup[]; readonly heldOut: PairGroup[] } => {
    const { component, pairs, gapWeights: weighted } = fits.get(name) as FitRequest;
    const distinct = distinctPairs(pairs);
    const weights = weighted
      ? gapWeights(distinct.map(({ chosen, rejected }) => chosen.score - rejected.score))
      : undefined;
    const weightedPairs = distinct.map((pair, index) => ({ pair, weight: weights?.[index] ?? 1 }));
    const isHeldOut = ({ pair }: (typeof weightedPairs)[number]) => folds.get(pair.exampleId) === HELD_OUT;
    const grouped = (some: typeof weightedPairs) => pairGroups(reading.tokenizer, component, names.indexOf(name), some);
    return {
      training: grouped(weightedPairs.filter((one) => !isHeldOut(one))),
      heldOut: grouped(weightedPairs.filter(isHeldOut)),
    };
  };
  const { training, heldOut } = groupsOf(request.component.name);
  // Pairs of one example depend on each other: some examples must stand behind what they say.
  if (pairsIn(heldOut) < defaultMinimumHeldOut || heldOut.length < leastHeldOutExamples) return undefined;
  const others = names.filter((name) => name !== request.component.name).flatMap((name) => groupsOf(name).training);
  return {
    backbone,
    pooling: reading.pooling,
    lora: adapter?.settings ?? lora,
    adapter: adapter?.values,
    heads: names.map((name) => meaningRow(heads.get(name) as Head, backbone.width)),
    training: [...training, ...random.derive("replay").sample(others, training.length)],
    heldOut,
    settings: request.stage === "converge" ? convergeAdapter : adaptAdapter,
    random,
  };
}

/**
 * The part of a head that reads the pooled hidden state, (H), in its units: of the head that has seen no held-out example, so
 * that what is trained from it has not either.
 */
function meaningRow({ layout, foldWeights }: Head, width: number): Float32Array {
  let offset = 0;
  for (const { name, size } of layout.blocks) {
    if (name === MEANING) {
      const dense = foldWeights[HELD_OUT]?.dense ?? new Float32Array(0);
      return Float32Array.from(
        { length: size },
        (_, at) => (dense[offset + at] ?? 0) / (layout.scales[offset + at] ?? 1),
      );
    }
    offset += size;
  }
  return new Float32Array(width);
}

const foldsOf = (heads: ReadonlyMap<string, Head>): ReadonlyMap<string, number> =>
  new Map([...heads.values()].flatMap(({ folds }) => [...folds]));

function hashOf(values: ParameterValues = new Map()): string {
  const hash = createHash("sha256");
  for (const [name, numbers] of values) hash.update(name).update(numbers);
  return hash.digest("base64url");
}

function progressOf(
  component: string,
  { epoch, epochs, step, steps, loss, alignment }: AdapterFitProgress,
): FitProgress {
  return { component, epoch, epochs, loss, step, steps, alignment };
}
