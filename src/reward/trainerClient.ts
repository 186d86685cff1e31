import { resolve } from "node:path";
import type { FitProgress, FitReport, FitRequest, LocalRewards, RewardComponent, RewardItem } from "./localRewards.ts";
import { TrainerProcess } from "./trainerProcess.ts";
import {
  fitMessage,
  fitProgress,
  fitProgressSchema,
  handshakeReplySchema,
  protocolVersion,
  receivedReport,
  requests,
  rewardsSchema,
  scoreMessage,
} from "./trainerProtocol.ts";

export interface TrainerOptions {
  /** The trainer's bundled entry; `trainer.js` beside this module by default. */
  readonly entry?: URL | string;
  /** Variables for the process on top of the few it inherits. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets every line that the trainer writes to stderr. */
  readonly onLog?: (line: string) => void;
  /** How long the process may take to answer a cancellation or to end before it is killed. */
  readonly graceMs?: number;
  /** How long it may take to start and introduce itself. */
  readonly startTimeoutMs?: number;
}

/**
 * Local rewards in a child process, so that training never blocks this one.
 * @throws when the process dies or does not answer in time, with its last lines; when it speaks another protocol
 */
export async function startTrainer(options: TrainerOptions = {}): Promise<LocalRewards> {
  const startTimeoutMs = options.startTimeoutMs ?? 30_000;
  const trainer = new TrainerProcess({
    entry: options.entry ?? new URL("./trainer.js", import.meta.url),
    env: options.env ?? {},
    onLog: options.onLog ?? (() => undefined),
    graceMs: options.graceMs ?? 5_000,
  });
  const timer = setTimeout(() => void trainer.stop(`no handshake within ${startTimeoutMs} ms`), startTimeoutMs);
  try {
    const reply = handshakeReplySchema.parse(await trainer.call(requests.handshake, { protocol: protocolVersion }));
    if (reply.protocol !== protocolVersion)
      throw new Error(`the trainer speaks protocol ${reply.protocol}, this program protocol ${protocolVersion}`);
    return new TrainerClient(trainer, reply.backbone);
  } catch (thrown) {
    await trainer.stop("the handshake failed");
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

class TrainerClient implements LocalRewards {
  readonly backbone: string;
  readonly ended: Promise<void>;
  readonly #trainer: TrainerProcess;
  #fits = 0;

  constructor(trainer: TrainerProcess, backbone: string) {
    this.#trainer = trainer;
    this.ended = trainer.ended;
    this.backbone = backbone;
  }

  async fit(
    request: FitRequest,
    signal: AbortSignal,
    onProgress?: (progress: FitProgress) => void,
  ): Promise<FitReport> {
    const number = this.#fits++;
    const subscription = this.#trainer.connection.onProgress(fitProgress, number, (progress) =>
      onProgress?.(fitProgressSchema.parse(progress)),
    );
    try {
      return receivedReport(await this.#trainer.call(requests.fit, fitMessage(request, number), signal));
    } finally {
      subscription.dispose();
    }
  }

  async score(component: RewardComponent, items: readonly RewardItem[], signal: AbortSignal): Promise<number[]> {
    // One message, however long: between two, a fit could change the weights.
    const rewards = await this.#trainer.call(requests.score, scoreMessage(component, items), signal);
    return rewardsSchema.length(items.length).parse(rewards);
  }

  async save(file: string): Promise<void> {
    await this.#trainer.call(requests.save, { file: resolve(file) });
  }

  async load(file: string): Promise<void> {
    await this.#trainer.call(requests.load, { file: resolve(file) });
  }

  async dispose(): Promise<void> {
    await this.#trainer.stop("disposed of");
  }
}
