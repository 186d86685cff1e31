import { Worker } from "node:worker_threads";
import { type RunPanelMessage, runPanelMessageSchema } from "../../run/panel/panelMessage.ts";
import type { ReaderRequest, ReaderSettings } from "../../run/panel/readerMessage.ts";

/** What the thread may take of memory for all that it knows of its run, in MB. */
const MOST_MEMORY_MB = 1536;

export interface ReaderThreadOptions {
  /** Path of the thread's code. */
  readonly entry: string;
  readonly settings: ReaderSettings;
  readonly onMessage: (message: RunPanelMessage) => void;
  /** The thread ended though nobody stopped it. */
  readonly onEnd: (reason: string) => void;
  readonly onLog: (text: string) => void;
}

/** The thread that reads one run, as long as it lives. */
export class ReaderThread {
  readonly #options: ReaderThreadOptions;
  readonly #worker: Worker;
  #hasEnded = false;

  constructor(options: ReaderThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.entry, {
      name: "optimas run reader",
      workerData: options.settings,
      // It needs neither the editor's environment nor its flags.
      env: {},
      execArgv: [],
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    });
    this.#worker.unref();
    this.#worker.stderr.on("data", (text) => options.onLog(String(text).trimEnd()));
    this.#worker.on("message", (value: unknown) => this.#receive(value));
    this.#worker.on("error", (error) => this.#end(error.message));
    this.#worker.on("messageerror", (error) => this.#end(error.message));
    this.#worker.on("exit", (code) => this.#end(`it ended with code ${code}`));
  }

  send(request: ReaderRequest): void {
    if (!this.#hasEnded) this.#worker.postMessage(request);
  }

  stop(): void {
    this.#hasEnded = true;
    void this.#worker.terminate();
  }

  #receive(value: unknown): void {
    if (this.#hasEnded) return;
    const message = runPanelMessageSchema.safeParse(value);
    if (message.success) this.#options.onMessage(message.data);
    else this.#end(message.error.message);
  }

  #end(reason: string): void {
    if (this.#hasEnded) return;
    this.stop();
    this.#options.onEnd(reason);
  }
}
