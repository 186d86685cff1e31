import { productVersion } from "../run/productVersion.ts";
import { errorMessage } from "../system/userError.ts";
import { type Kernel, KernelDied, type KernelEnd, type KernelListener } from "./kernel.ts";
import { KernelProcess } from "./kernelProcess.ts";
import {
  type Execute,
  type ExecuteResult,
  executeResultSchema,
  type Initialize,
  initializeResultSchema,
  KERNEL_PROTOCOL,
  kernelMessages,
  logSchema,
  type Outputs,
  outputsSchema,
  responsiveSchema,
  trainerHealthSchema,
} from "./kernelProtocol.ts";
import type { Output } from "./output.ts";

export interface KernelOptions {
  /** The kernel's bundled entry, `dist/kernel.js`. */
  readonly entry: URL | string;
  /** Working directory of the kernel: the notebook's own folder. */
  readonly folder: string;
  /** Absolute path of the notebook, once it was saved. */
  readonly notebook?: string | undefined;
  /** What runs of the cells do with accepted values where their code does not say. */
  readonly values?: Initialize["values"];
  /** All variables that the process gets: `kernelEnvironment` in the editor, `shellEnvironment` in a terminal. */
  readonly environment: Readonly<Record<string, string>>;
  readonly listener?: Partial<KernelListener>;
  /** The program that runs the kernel: Node, or Electron as Node; this process's own by default. */
  readonly execPath?: string;
  /** How long the process may take to end before it is killed. */
  readonly graceMs?: number;
  /** How long it may take to start and introduce itself. */
  readonly startTimeoutMs?: number;
}

/** What a cell may get from pipes that the kernel's own children write to; the log has all of it. */
const NATIVE_LIMIT = 64 * 1024;

/**
 * Starts a kernel process.
 * @throws KernelDied when it cannot be started, dies, speaks another protocol or does not answer in time
 * @throws UserError when the notebook's folder does not exist
 */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  const startTimeoutMs = options.startTimeoutMs ?? 30_000;
  const client = new KernelClient(options);
  const timer = setTimeout(
    () => void client.process.stop("start", `The kernel did not answer within ${startTimeoutMs} ms of its start.`),
    startTimeoutMs,
  );
  try {
    await client.initialize(options);
    return client;
  } catch (thrown) {
    if (thrown instanceof KernelDied) throw thrown;
    await client.process.stop("start", `The kernel could not be started: ${errorMessage(thrown)}`);
    throw new KernelDied(await client.ended);
  } finally {
    clearTimeout(timer);
  }
}

interface Running {
  readonly order: number;
  readonly onOutputs: (outputs: readonly Output[]) => void | PromiseLike<void>;
  /** Settles when everything handed over so far is shown; never rejects. */
  shown: Promise<void>;
  nativeLeft: number;
}

class KernelClient implements Kernel {
  readonly process: KernelProcess;
  readonly #listener: Partial<KernelListener>;
  #version = "";
  #running: Running | undefined;

  constructor(options: KernelOptions) {
    this.#listener = options.listener ?? {};
    this.process = new KernelProcess({
      entry: options.entry,
      execPath: options.execPath ?? process.execPath,
      folder: options.folder,
      environment: options.environment,
      graceMs: options.graceMs ?? 2_000,
      onText: (text) => this.#native(text),
      onLog: (line) => this.#log(line),
    });
    const { connection } = this.process;
    connection.onRequest(kernelMessages.outputs, async (params: unknown) => {
      const parsed = outputsSchema.safeParse(params);
      if (parsed.success) await this.#outputs(parsed.data);
      else this.#log(`The kernel sent outputs that cannot be shown: ${parsed.error.message}`);
      return null;
    });
    connection.onNotification(kernelMessages.responsive, (params: unknown) => {
      this.#listener.onResponsive?.(responsiveSchema.parse(params).responsive);
    });
    connection.onNotification(kernelMessages.trainer, (params: unknown) => {
      this.#listener.onTrainer?.(trainerHealthSchema.parse(params));
    });
    connection.onNotification(kernelMessages.log, (params: unknown) => this.#log(logSchema.parse(params).text));
  }

  get pid(): number {
    return this.process.pid;
  }

  get version(): string {
    return this.#version;
  }

  get ended(): Promise<KernelEnd> {
    return this.process.ended;
  }

  async initialize({ folder, notebook, values }: KernelOptions): Promise<void> {
    const given = { ...(notebook !== undefined && { notebook }), ...(values && { values }) };
    const request = { protocol: KERNEL_PROTOCOL, folder, ...given };
    const reply = initializeResultSchema.parse(
      await this.process.unlessDead(() => this.process.connection.sendRequest(kernelMessages.initialize, request)),
    );
    if (reply.protocol !== KERNEL_PROTOCOL) {
      throw new Error(
        `it speaks protocol ${reply.protocol} (version ${reply.version}), this program protocol ${KERNEL_PROTOCOL} (version ${productVersion}).`,
      );
    }
    this.#version = reply.version;
  }

  async execute(
    request: Execute,
    onOutputs: (outputs: readonly Output[]) => void | PromiseLike<void>,
  ): Promise<ExecuteResult> {
    if (this.#running !== undefined) throw new Error(`cell ${request.cell} was sent while another one runs`);
    const running: Running = {
      order: request.order,
      onOutputs,
      shown: Promise.resolve(),
      nativeLeft: NATIVE_LIMIT,
    };
    this.#running = running;
    try {
      const answer = this.process.unlessDead(() =>
        this.process.connection.sendRequest(kernelMessages.execute, request),
      );
      return executeResultSchema.parse(await answer);
    } finally {
      this.#running = undefined;
      await running.shown;
    }
  }

  interrupt(cell: string, force = false): void {
    // A kernel that is gone has nothing to interrupt, and everybody hears of its end anyway.
    const sent = async () => this.process.connection.sendNotification(kernelMessages.interrupt, { cell, force });
    void sent().catch(() => undefined);
  }

  async dispose(reason = "The kernel was ended."): Promise<void> {
    await this.process.stop("disposed", reason);
  }

  async #outputs({ cell, order, outputs }: Outputs): Promise<void> {
    if (this.#running?.order === order) await this.#show(this.#running, outputs);
    else this.#listener.onLateOutputs?.(cell, order, outputs);
  }

  #show(running: Running, outputs: readonly Output[]): Promise<void> {
    running.shown = running.shown
      .then(() => running.onOutputs(outputs))
      .catch((thrown: unknown) => this.#log(`Outputs of a cell could not be shown: ${errorMessage(thrown)}`));
    return running.shown;
  }

  #native(text: string): void {
    const running = this.#running;
    const shown = running === undefined ? "" : text.slice(0, running.nativeLeft);
    if (running !== undefined && shown !== "") {
      running.nativeLeft -= shown.length;
      void this.#show(running, [{ type: "stream", name: "stdout", text: shown }]);
    }
    if (shown.length < text.length) this.#log(text.slice(shown.length).trimEnd());
  }

  #log(text: string): void {
    for (const line of text.split("\n")) this.#listener.onLog?.(line);
  }
}
