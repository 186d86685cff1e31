import { UserError } from "../system/userError.ts";
import type { Encoder } from "./encoder.ts";
import type { ExportFacts } from "./exportedComponent.ts";
import { type Head, rewardFunction } from "./head.ts";
import { lexicalEncoder } from "./lexicalEncoder.ts";
import { linearMethod } from "./linearMethod.ts";
import type { FitProgress, FitReport, FitRequest, LocalRewards, RewardComponent, RewardItem } from "./localRewards.ts";

/** Items encoded and scored at a time, so that their features need not all be held at once. */
const batchSize = 256;

/** What rewards are computed from; it is replaced as a whole, and what is in use stays as it is. */
export interface RewardState {
  readonly encoder: Encoder;
  /** By component. */
  readonly heads: ReadonlyMap<string, Head>;
}

/** How rewards are learned and kept. */
export interface RewardMethod<S extends RewardState> {
  /** By which saved rewards know their backbone again. */
  readonly backbone: string;
  /** Before anything was learned. */
  readonly start: S;
  /** As of `LocalRewards`. */
  readonly notes?: readonly string[];
  fit(
    state: S,
    request: FitRequest,
    signal: AbortSignal,
    onProgress: (progress: FitProgress) => void,
  ): Promise<{ readonly state: S; readonly report: FitReport }>;
  save(state: S, file: string): Promise<void>;
  load(file: string): Promise<S>;
  /** As `LocalRewards.export`; absent where they would say nothing to other programs. */
  export?(state: S, folder: string, facts: ExportFacts): Promise<readonly string[]>;
}

/** Local rewards on one linear head per component above an encoder that stays as it is. */
export function inProcessRewards(encoder: Encoder = lexicalEncoder()): LocalRewards {
  return localRewards(linearMethod(encoder));
}

/**
 * Local rewards computed in this process. A component that was never fitted gives every item reward 0. Fits run one
 * after the other; scoring beside a fit uses the weights from before it, and a fit that fails or is aborted changes nothing.
 */
export function localRewards<S extends RewardState>(method: RewardMethod<S>): LocalRewards {
  return new InProcessRewards(method);
}

class InProcessRewards<S extends RewardState> implements LocalRewards {
  readonly backbone: string;
  readonly notes: readonly string[];
  readonly #method: RewardMethod<S>;
  #state: S;
  /** Reward functions of heads in use, made on first use. */
  readonly #functions = new WeakMap<Head, ReturnType<typeof rewardFunction>>();
  /** How many are scoring with an encoder. */
  readonly #users = new Map<Encoder, number>();
  #lastFit: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(method: RewardMethod<S>) {
    this.#method = method;
    this.#state = method.start;
    this.backbone = method.backbone;
    this.notes = method.notes ?? [];
  }

  async fit(
    request: FitRequest,
    signal: AbortSignal,
    onProgress: (progress: FitProgress) => void = () => {},
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
    onProgress: (progress: FitProgress) => void,
  ): Promise<FitReport> {
    signal.throwIfAborted();
    const { state, report } = await this.#method.fit(this.#state, request, signal, onProgress);
    this.#replace(state);
    return report;
  }

  async score(component: RewardComponent, items: readonly RewardItem[], signal: AbortSignal): Promise<number[]> {
    this.#checkUsable();
    signal.throwIfAborted();
    const { encoder, heads } = this.#state;
    const head = heads.get(component.name);
    if (head === undefined) return items.map(() => 0);
    const reward = this.#functions.get(head) ?? rewardFunction(head, encoder.buckets);
    this.#functions.set(head, reward);
    const rewards: number[] = [];
    this.#users.set(encoder, (this.#users.get(encoder) ?? 0) + 1);
    try {
      for (let start = 0; start < items.length; start += batchSize) {
        const features = await encoder.encode(items.slice(start, start + batchSize), signal, component);
        for (const item of features) rewards.push(reward(item));
      }
    } finally {
      this.#leave(encoder);
    }
    return rewards;
  }

  async save(file: string): Promise<void> {
    this.#checkUsable();
    await this.#method.save(this.#state, file);
  }

  async load(file: string): Promise<void> {
    this.#checkUsable();
    this.#replace(await this.#method.load(file));
  }

  async export(folder: string, facts: ExportFacts): Promise<readonly string[]> {
    this.#checkUsable();
    if (this.#method.export !== undefined) return this.#method.export(this.#state, folder, facts);
    throw new UserError(
      `Local rewards on "${this.backbone}" say nothing to other programs; those on a transformer can be exported ` +
        "(the setting `rewards.backbone`).",
    );
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const { encoder } = this.#state;
    if (!this.#users.has(encoder)) encoder.release?.();
  }

  #replace(state: S): void {
    const { encoder } = this.#state;
    this.#state = state;
    if (!this.#users.has(encoder)) this.#retire(encoder);
  }

  #leave(encoder: Encoder): void {
    const left = (this.#users.get(encoder) ?? 1) - 1;
    if (left > 0) {
      this.#users.set(encoder, left);
      return;
    }
    this.#users.delete(encoder);
    this.#retire(encoder);
  }

  /** Lets go of an encoder that nothing needs any more. */
  #retire(encoder: Encoder): void {
    if (this.#disposed || encoder !== this.#state.encoder) encoder.release?.();
  }

  #checkUsable(): void {
    if (this.#disposed) throw new Error("these local rewards have been disposed of");
  }
}
