import { Worker } from "node:worker_threads";
import type { DetectedFile } from "../../detection/definition.ts";
import {
  type Answer,
  type DetectorSettings,
  type FromDetector,
  fromDetectorSchema,
  type ToDetector,
} from "../../detection/detectorProtocol.ts";

/** What the thread may take of memory for all that it knows, in MB; with more it is ended, and begins anew. */
const MOST_MEMORY_MB = 768;

type Order = Extract<ToDetector, { readonly turn: number }>;
/** A message without its number. */
export type Request = Order extends infer Each ? (Each extends Order ? Omit<Each, "turn"> : never) : never;

/** A place that the thread wants to know something about. */
export type Ask = Extract<FromDetector, { readonly type: "ask" }>;

export interface DetectorThreadOptions {
  /** Path of the thread's code. */
  readonly entry: string;
  readonly settings: DetectorSettings;
  /** Reads what lies where only the editor can reach. */
  readonly answerTo: (ask: Ask) => Promise<Answer>;
  readonly onFound: (files: readonly DetectedFile[]) => void;
  /** News that nothing has to be done about. */
  readonly onNews: (news: Extract<FromDetector, { readonly type: "progress" | "searched" | "failed" }>) => void;
  /** The thread ended though nobody stopped it. */
  readonly onEnd: (reason: string) => void;
}

/** The thread that finds definitions, as long as it lives. */
export class DetectorThread {
  readonly #options: DetectorThreadOptions;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, () => void>();
  #turns = 0;
  #hasEnded = false;

  constructor(options: DetectorThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.entry, {
      name: "optimas detector",
      workerData: options.settings,
      // It needs neither the editor's environment nor its flags.
      env: {},
      execArgv: [],
      // What libraries print there goes to the log.
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    });
    this.#worker.unref();
    this.#worker.stderr.on("data", (text) => options.onNews({ type: "failed", reason: String(text).trimEnd() }));
    this.#worker.on("message", (value) => this.#receive(value));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("messageerror", (error) => this.#fail(error));
    this.#worker.on("exit", (code) => this.#end(`it ended with code ${code}`));
  }

  /** Settled when all that follows from a message was found; also when the thread ends. Never rejects. */
  request(request: Request): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    const turn = this.#turns++;
    this.#send({ ...request, turn });
    return new Promise((resolve) => this.#waiting.set(turn, resolve));
  }

  async stop(): Promise<void> {
    this.#hasEnded = true;
    this.#release();
    await this.#worker.terminate();
  }

  #send(message: ToDetector): void {
    this.#worker.postMessage(message);
  }

  #receive(value: unknown): void {
    if (this.#hasEnded) return;
    const { success, error, data: message } = fromDetectorSchema.safeParse(value);
    if (!success) this.#fail(error);
    else if (message.type === "found") {
      this.#options.onFound(message.files);
      this.#send({ type: "taken" });
    } else if (message.type === "settled") {
      this.#waiting.get(message.turn)?.();
      this.#waiting.delete(message.turn);
    } else if (message.type === "ask") void this.#answer(message);
    else this.#options.onNews(message);
  }

  async #answer(ask: Ask): Promise<void> {
    try {
      this.#send({ type: "answer", request: ask.request, answer: await this.#options.answerTo(ask) });
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#end(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  #end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#release();
    void this.#worker.terminate();
    this.#options.onEnd(reason);
  }

  #release(): void {
    for (const resolve of this.#waiting.values()) resolve();
    this.#waiting.clear();
  }
}
