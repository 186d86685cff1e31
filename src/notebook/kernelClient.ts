import type { RequestGate } from "../models/requestGate.ts";
import { productVersion } from "../run/productVersion.ts";
import { addSecret } from "../system/secrets.ts";
import { errorMessage } from "../system/userError.ts";
import { type Kernel, KernelDied, type KernelEnd, type KernelListener } from "./kernel.ts";
import { answerBackbones, type Backbones } from "./kernelBackbones.ts";
import { type AskEditorModel, KernelEditorModels } from "./kernelEditorModels.ts";
import { type GiveKey, KernelKeys } from "./kernelKeys.ts";
import { KernelProcess } from "./kernelProcess.ts";
import {
  type Consent,
  type ConsentAnswer,
  consentSchema,
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
  secretSchema,
  trainerHealthSchema,
} from "./kernelProtocol.ts";
import { KernelTurns } from "./kernelTurns.ts";
import type { Output } from "./output.ts";

/** Asks a person whether something may cost what it may. @param signal aborted when the kernel is gone */
export type AskConsent = (request: Consent, signal: AbortSignal) => Promise<ConsentAnswer>;

export interface KernelOptions {
  /** The kernel's bundled entry, `dist/kernel.js`. */
  readonly entry: URL | string;
  /** Working directory of the kernel: the notebook's own folder. */
  readonly folder: string;
  /** Absolute path of the notebook, once it was saved. */
  readonly notebook?: string | undefined;
  /** What runs of the cells do with accepted values where their code does not say. */
  readonly values?: Initialize["values"];
  /** `off`: runs of the cells neither use nor keep recorded answers of models. */
  readonly cache?: Initialize["cache"];
  /** All variables that the process gets: `kernelEnvironment` in the editor, `shellEnvironment` in a terminal. */
  readonly environment: Readonly<Record<string, string>>;
  readonly listener?: Partial<KernelListener>;
  /** Where the kernel waits for its turns to send requests to language models; one for all kernels of the process. */
  readonly gate?: RequestGate | undefined;
  /**
   * Gives keys of providers to the kernel, which asks when it needs them; without it, the kernel's own environment is all
   * that it has.
   */
  readonly keys?: GiveKey | undefined;
  /** Asks the editor's own models; absent outside the editor. */
  readonly editorModels?: AskEditorModel | undefined;
  /** Asks a person whether something may cost what it may; absent where nobody can be asked. */
  readonly consent?: AskConsent | undefined;
  /** What there is for backbones of local rewards. */
  readonly backbones?: Backbones | undefined;
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
    const turns = new KernelTurns(options.gate);
    connection.onNotification(kernelMessages.responsive, (params: unknown) => {
      const { responsive } = responsiveSchema.parse(params);
      turns.responsive(responsive);
      this.#listener.onResponsive?.(responsive);
    });
    connection.onNotification(kernelMessages.trainer, (params: unknown) => {
      this.#listener.onTrainer?.(trainerHealthSchema.parse(params));
    });
    connection.onNotification(kernelMessages.log, (params: unknown) => this.#log(logSchema.parse(params).text));
    connection.onRequest(kernelMessages.enter, (params: unknown, token) =>
      turns.enter(params, token, (waits) => {
        // Fails only when the kernel has gone, which its end tells as well.
        void connection.sendNotification(kernelMessages.waits, waits).catch(() => undefined);
      }),
    );
    connection.onNotification(kernelMessages.leave, (params: unknown) => turns.leave(params));
    const keys = new KernelKeys(options.keys);
    connection.onRequest(kernelMessages.key, (params: unknown, token) => keys.answer(params, token));
    connection.onNotification(kernelMessages.secret, (params: unknown) => {
      addSecret(secretSchema.parse(params).secret);
    });
    const models = new KernelEditorModels(options.editorModels);
    connection.onRequest(kernelMessages.complete, (params: unknown, token) => models.answer(params, token));
    const gone = new AbortController();
    connection.onRequest(kernelMessages.consent, async (params: unknown): Promise<ConsentAnswer> => {
      const request = consentSchema.parse(params);
      return (await options.consent?.(request, gone.signal)) ?? { agreed: null };
    });
    const endBackbones = answerBackbones(connection, options.backbones ?? {});
    void this.ended.then(() => {
      gone.abort();
      endBackbones();
      turns.end();
      keys.end();
      models.end();
    });
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

  async initialize({ folder, notebook, values, cache }: KernelOptions): Promise<void> {
    const given = { ...(notebook !== undefined && { notebook }), ...(values && { values }), ...(cache && { cache }) };
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
    if (text === "") return;
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
