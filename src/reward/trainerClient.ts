import { resolve } from "node:path";
import type { ProcessEnd } from "../system/processEnd.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { LEXICAL } from "./backboneName.ts";
import type { ExportFacts } from "./exportedComponent.ts";
import type { FitProgress, FitReport, FitRequest, LocalRewards, RewardComponent, RewardItem } from "./localRewards.ts";
import { type RewardSettings, rewardSettingsSchema } from "./rewardSettings.ts";
import { TrainerDied } from "./trainerEnd.ts";
import { TrainerProcess } from "./trainerProcess.ts";
import {
  exportReplySchema,
  fitMessage,
  fitProgress,
  fitProgressSchema,
  handshakeReplySchema,
  openReplySchema,
  protocolVersion,
  receivedReport,
  requests,
  rewardsSchema,
  scoreMessage,
} from "./trainerProtocol.ts";

/** A stop waits for the end of a micro-batch of a transformer, which may be large. */
const BATCH_GRACE_MS = 60_000;

export interface TrainerOptions {
  /** What rewards are learned on, and how; its `backbone` is "lexical", as by default, or the folder of a transformer. */
  readonly rewards?: RewardSettings;
  /** Folder in which fits that take long keep what they have come to, so that they can go on; nowhere by default. */
  readonly checkpoints?: string;
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
 * @throws UserError when the backbone cannot be opened; TrainerDied when the process cannot be started, dies, does not answer in time or speaks another protocol
 */
export async function startTrainer(options: TrainerOptions = {}): Promise<LocalRewards> {
  const rewards = options.rewards ?? rewardSettingsSchema.parse({});
  const startTimeoutMs = options.startTimeoutMs ?? 30_000;
  const trainer = new TrainerProcess({
    entry: options.entry ?? new URL("./trainer.js", import.meta.url),
    env: options.env ?? {},
    onLog: options.onLog ?? (() => undefined),
    graceMs: options.graceMs ?? (rewards.backbone === LEXICAL ? 5_000 : BATCH_GRACE_MS),
  });
  const timer = setTimeout(
    () => void trainer.stop("start", `The trainer did not answer within ${startTimeoutMs} ms of its start.`),
    startTimeoutMs,
  );
  try {
    const reply = handshakeReplySchema.parse(await trainer.call(requests.handshake, { protocol: protocolVersion }));
    if (reply.protocol !== protocolVersion)
      throw new Error(`it speaks protocol ${reply.protocol}, this program protocol ${protocolVersion}.`);
    clearTimeout(timer);
    const opened = openReplySchema.parse(
      await trainer.call(requests.open, { rewards, checkpoints: options.checkpoints }),
    );
    return new TrainerClient(trainer, opened.backbone, opened.notes);
  } catch (thrown) {
    if (thrown instanceof TrainerDied) throw thrown;
    if (thrown instanceof UserError) {
      await trainer.stop("start", thrown.message);
      throw thrown;
    }
    throw new TrainerDied(await trainer.stop("start", `The trainer could not be started: ${errorMessage(thrown)}`));
  } finally {
    clearTimeout(timer);
  }
}

class TrainerClient implements LocalRewards {
  readonly backbone: string;
  readonly notes: readonly string[];
  readonly ended: Promise<ProcessEnd>;
  readonly #trainer: TrainerProcess;
  #fits = 0;

  constructor(trainer: TrainerProcess, backbone: string, notes: readonly string[] = []) {
    this.#trainer = trainer;
    this.notes = notes;
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

  async export(folder: string, facts: ExportFacts): Promise<readonly string[]> {
    return exportReplySchema.parse(await this.#trainer.call(requests.export, { folder: resolve(folder), facts }));
  }

  async dispose(): Promise<void> {
    await this.#trainer.stop("disposed", "The trainer was disposed of.");
  }
}
