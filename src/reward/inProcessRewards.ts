import type { Encoder } from "./encoder.ts";
import { type Head, rewardFunction } from "./head.ts";
import { fitHead } from "./headFit.ts";
import { lexicalEncoder } from "./lexicalEncoder.ts";
import type { FitProgress, FitReport, FitRequest, LocalRewards, RewardComponent, RewardItem } from "./localRewards.ts";
import { loadHeads, saveHeads } from "./rewardFile.ts";

/** Items encoded and scored at a time, so that their features need not all be held at once. */
const batchSize = 256;

/**
 * Local rewards computed in this process. A component that was never fitted gives every item reward 0. Fits run one
 * after the other; scoring beside a fit uses the weights from before it, and a fit that fails or is aborted changes nothing.
 */
export function inProcessRewards(encoder: Encoder = lexicalEncoder()): LocalRewards {
  return new InProcessRewards(encoder);
}

class InProcessRewards implements LocalRewards {
  readonly backbone: string;
  readonly #encoder: Encoder;
  #heads = new Map<string, Head>();
  /** Reward functions of heads in use, made on first use. */
  readonly #functions = new WeakMap<Head, ReturnType<typeof rewardFunction>>();
  #lastFit: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(encoder: Encoder) {
    this.#encoder = encoder;
    this.backbone = encoder.name;
  }

  async fit(
    request: FitRequest,
    signal: AbortSignal,
    onProgress?: (progress: FitProgress) => void,
  ): Promise<FitReport> {
    this.#checkUsable();
    const fit = this.#lastFit.then(() => this.#fitNow(request, signal, onProgress));
    // The next fit waits for the end of this one, however it ends; its error belongs to its caller alone.
    this.#lastFit = fit.catch(() => undefined);
    return fit;
  }

  async #fitNow(
    request: FitRequest,
    signal: AbortSignal,
    onProgress?: (progress: FitProgress) => void,
  ): Promise<FitReport> {
    signal.throwIfAborted();
    const name = request.component.name;
    const { head, report } = await fitHead(this.#encoder, this.#heads.get(name), request, signal, onProgress);
    this.#heads.set(name, head);
    return report;
  }

  async score(component: RewardComponent, items: readonly RewardItem[], signal: AbortSignal): Promise<number[]> {
    this.#checkUsable();
    signal.throwIfAborted();
    const head = this.#heads.get(component.name);
    if (head === undefined) return items.map(() => 0);
    const reward = this.#functions.get(head) ?? rewardFunction(head, this.#encoder.buckets);
    this.#functions.set(head, reward);
    const rewards: number[] = [];
    for (let start = 0; start < items.length; start += batchSize) {
      const features = await this.#encoder.encode(items.slice(start, start + batchSize), signal);
      for (const item of features) rewards.push(reward(item));
    }
    return rewards;
  }

  async save(file: string): Promise<void> {
    this.#checkUsable();
    await saveHeads(file, this.backbone, this.#heads);
  }

  async load(file: string): Promise<void> {
    this.#checkUsable();
    this.#heads = await loadHeads(file, this.backbone);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#heads = new Map();
  }

  #checkUsable(): void {
    if (this.#disposed) throw new Error("these local rewards have been disposed of");
  }
}
