import type { InferenceSession } from "onnxruntime-node";
import type { Model } from "../../onnx/proto.ts";
import { openModel, type Runtime } from "../../onnx/runtime.ts";
import type { Encoder, Features } from "../encoder.ts";
import type { RewardComponent, RewardItem } from "../localRewards.ts";
import type { Backbone } from "./backbone.ts";
import { backboneFeeds } from "./backboneInputs.ts";
import { lengthBatches } from "./lengthBatches.ts";
import { type Pooling, poolWeights } from "./pooling.ts";
import { tensorNames } from "./rewardGraph.ts";
import { rewardText } from "./rewardText.ts";
import { POOLED, scoringGraph } from "./scoringGraph.ts";
import { type TextTokenizer, type TextTokens, tokenBatch } from "./textTokens.ts";

export interface TransformerSettings {
  /** By which heads know what they were trained on. */
  readonly name: string;
  readonly tokenizer: TextTokenizer;
  readonly pooling: Pooling;
  /** Threads of the processor that one batch may use. */
  readonly threads: number;
}

/** Name of the one block of features: the pooled hidden state. */
export const MEANING = "meaning";

/** Tokens of one batch at most, padding included: enough to keep a processor busy, little enough to be cancelled soon. */
const BATCH_TOKENS = 2048;
/** Numbers kept of texts that were read before: 64 MiB. */
const KEPT_NUMBERS = 2 ** 23;

/**
 * The meaning of an output as a transformer sees it: its pooled hidden state, as one dense block. The transformer stays
 * as it is; a text that was read before is not read again.
 */
export async function transformerEncoder(
  runtime: Runtime,
  backbone: Backbone,
  settings: TransformerSettings,
): Promise<Encoder> {
  const model = scoringGraph(backbone);
  const session = await openModel(runtime, model, { enableMemPattern: false, intraOpNumThreads: settings.threads });
  return new TransformerEncoder(runtime, model, session, settings);
}

class TransformerEncoder implements Encoder {
  readonly name: string;
  readonly buckets = 0;
  readonly #runtime: Runtime;
  readonly #model: Model;
  readonly #session: InferenceSession;
  readonly #settings: TransformerSettings;
  /** By tokens; the first was asked for the longest ago. */
  readonly #kept = new Map<string, Float64Array>();
  #keptNumbers = 0;
  #released = false;

  constructor(runtime: Runtime, model: Model, session: InferenceSession, settings: TransformerSettings) {
    this.name = settings.name;
    this.#runtime = runtime;
    this.#model = model;
    this.#session = session;
    this.#settings = settings;
  }

  async encode(items: readonly RewardItem[], signal: AbortSignal, component: RewardComponent): Promise<Features[]> {
    const texts = items.map((item) => this.#settings.tokenizer.encode(rewardText(component, item)));
    const keys = texts.map(({ ids }) => ids.join());
    const found = new Map<string, Float64Array>();
    const unread = new Map<string, TextTokens>();
    for (const [index, key] of keys.entries()) {
      const kept = this.#kept.get(key);
      if (kept === undefined) unread.set(key, texts[index] as TextTokens);
      else found.set(key, kept);
    }
    const waiting = [...unread];
    for (const batch of lengthBatches(
      waiting.map(([, { ids }]) => ids.length),
      BATCH_TOKENS,
    )) {
      signal.throwIfAborted();
      const chosen = batch.map((place) => waiting[place] as readonly [string, TextTokens]);
      const vectors = await this.#read(chosen.map(([, tokens]) => tokens));
      for (const [row, [key]] of chosen.entries()) found.set(key, vectors[row] as Float64Array);
    }
    for (const key of keys) this.#keep(key, found.get(key) as Float64Array);
    return keys.map((key) => ({
      dense: [{ name: MEANING, values: found.get(key) as Float64Array, emphasis: 1 }],
      buckets: new Uint32Array(0),
      bucketValues: new Float32Array(0),
    }));
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#kept.clear();
    // Nobody waits for memory to be given back, and nothing depends on it.
    this.#session.release().catch(() => undefined);
  }

  async #read(texts: readonly TextTokens[]): Promise<Float64Array[]> {
    const batch = tokenBatch(texts);
    const weights = poolWeights(this.#settings.pooling, batch);
    const results = await this.#session.run({
      ...backboneFeeds(this.#runtime, this.#model.graph, batch),
      [tensorNames.poolWeights]: new this.#runtime.Tensor("float32", weights, [batch.sequences, batch.length]),
    });
    const pooled = results[POOLED]?.data as Float32Array;
    const width = pooled.length / batch.sequences;
    return texts.map((_, row) => Float64Array.from(pooled.subarray(row * width, (row + 1) * width)));
  }

  #keep(key: string, vector: Float64Array): void {
    if (!this.#kept.delete(key)) this.#keptNumbers += vector.length;
    this.#kept.set(key, vector);
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptNumbers <= KEPT_NUMBERS) return;
      this.#kept.delete(oldest);
      this.#keptNumbers -= length;
    }
  }
}
