import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { type MessagePort, parentPort } from "node:worker_threads";
import {
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import {
  CHANNEL_DESCRIPTOR,
  type ExecuteResult,
  executeSchema,
  type InitializeResult,
  initializeSchema,
  interruptSchema,
  KERNEL_PROTOCOL,
  kernelMessages,
  type Outputs,
} from "../notebook/kernelProtocol.ts";
import { productVersion } from "../run/productVersion.ts";
import { ChannelRequests } from "./channelRequests.ts";
import { terminateMainThread } from "./forcedStop.ts";
import { PacedOutputs } from "./pacedOutputs.ts";
import { Responsiveness } from "./responsiveness.ts";
import type { SharedCounts, ToChannel, ToEvaluation } from "./threadMessages.ts";

/** At most ten batches of outputs a second. */
const BATCH_MS = 100;

/** How long synchronous code of an interrupted cell may go on before it is terminated. */
const PATIENCE_MS = 3_000;

/** The same after a second request. */
const FORCED_PATIENCE_MS = 250;

/** How long code that still runs after a termination, such as another callback that loops, is waited for. */
const REPEAT_MS = 500;

const STDERR = 2;

/** How often an interrupted cell is looked after. */
const WATCH_MS = 50;

/** How long the process may take to end by itself when its parent has gone. */
const LAST_MS = 1_000;

/** Speaks with the parent over the channel for as long as the process lives. */
export function serveChannel(counts: SharedCounts): void {
  if (parentPort === null) throw new Error("the channel thread was started as a process");
  const port: MessagePort = parentPort;
  const socket = new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true });
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  const thread = new ChannelThread(connection, (message) => port.postMessage(message), counts);
  port.on("message", (message: ToChannel) => {
    Atomics.sub(counts.unread, 0, 1);
    if (message.type !== "exiting") {
      thread.handle(message);
      return;
    }
    thread.sayAll();
    const drained = (): void => {
      Atomics.store(counts.drained, 0, 1);
      Atomics.notify(counts.drained, 0);
    };
    // The connection writes in turns of its own; what it has written is on its way once the socket holds nothing back.
    setImmediate(() => (socket.writable ? socket.end(drained) : drained()));
  });
  // Without this thread nothing would end the process with its parent, so it does not outlive a fault here.
  process.on("uncaughtException", (thrown) => {
    writeSync(STDERR, `The kernel's channel failed: ${thrown.stack}\n`);
    process.kill(process.pid, "SIGABRT");
  });
  const parent = process.ppid;
  const gone = (): void => {
    port.postMessage({ type: "parent gone" } satisfies ToEvaluation);
    // A main thread in synchronous code does not read that.
    setTimeout(() => process.kill(process.pid, "SIGKILL"), LAST_MS);
  };
  socket.once("close", gone);
  socket.on("error", () => socket.destroy());
  // A parent that dies closes the channel, unless another process inherited its end of it.
  setInterval(() => {
    if (process.ppid !== parent) socket.destroy();
  }, 1_000);
  connection.listen();
}

interface Running {
  readonly cell: string;
  readonly order: number;
  readonly settle: (result: ExecuteResult) => void;
  /** When the cell was asked to stop, and how urgently. */
  stopping: { since: number; patienceMs: number } | undefined;
  /** A termination is under way. */
  terminating: boolean;
  /** At least one has succeeded. */
  terminated: boolean;
}

class ChannelThread {
  readonly #connection: MessageConnection;
  readonly #post: (message: ToEvaluation) => void;
  readonly #counts: SharedCounts;
  readonly #outputs: PacedOutputs;
  readonly #responsiveness: Responsiveness;
  readonly #requests: ChannelRequests;
  #agreed = false;
  #ready: () => void = () => undefined;
  #running: Running | undefined;

  constructor(connection: MessageConnection, post: (message: ToEvaluation) => void, counts: SharedCounts) {
    this.#connection = connection;
    this.#post = post;
    this.#counts = counts;
    const now = (): number => performance.now();
    this.#outputs = new PacedOutputs((batch) => this.#sendOutputs(batch), {
      intervalMs: BATCH_MS,
      now,
      after: (ms, action) => setTimeout(action, ms),
    });
    this.#responsiveness = new Responsiveness({
      ask: (number) => post({ type: "ping", number }),
      onChange: (responsive) => this.#notify(kernelMessages.responsive.method, { responsive }),
      now,
      every: (ms, action) => {
        const timer = setInterval(action, ms);
        return () => clearInterval(timer);
      },
    });
    this.#requests = new ChannelRequests(connection, post, (ms, action) => setTimeout(action, ms));
    this.#answer(kernelMessages.initialize.method, (params) => this.#initialize(params));
    this.#answer(kernelMessages.execute.method, (params) => this.#execute(params));
    connection.onNotification(kernelMessages.interrupt, (params: unknown) => this.#interrupt(params));
  }

  handle(message: Exclude<ToChannel, { readonly type: "exiting" }>): void {
    switch (message.type) {
      case "ready":
        this.#ready();
        break;
      case "outputs":
        this.#outputs.add(message);
        break;
      case "ended":
        this.#ended(message.order, message.result);
        break;
      case "pong":
        this.#responsiveness.heard(message.number);
        break;
      case "log":
        this.#notify(kernelMessages.log.method, { text: message.text });
        break;
      case "trainer":
        this.#notify(kernelMessages.trainer.method, message.health);
        break;
      case "ask":
      case "unask":
      case "tell":
      case "here":
        this.#requests.handle(message);
        break;
      default:
        message satisfies never;
    }
  }

  sayAll(): void {
    this.#outputs.sendAll();
  }

  #answer(method: string, work: (params: unknown) => Promise<unknown>): void {
    this.#connection.onRequest(method, async (params: unknown) => {
      if (!this.#agreed && method !== kernelMessages.initialize.method)
        return new ResponseError(ErrorCodes.ServerNotInitialized, `"${method}" before the handshake`);
      try {
        return await work(params);
      } catch (thrown) {
        return new ResponseError(ErrorCodes.InternalError, thrown instanceof Error ? thrown.message : String(thrown));
      }
    });
  }

  async #initialize(params: unknown): Promise<InitializeResult> {
    const request = initializeSchema.parse(params);
    if (request.protocol !== KERNEL_PROTOCOL) {
      throw new Error(
        `the kernel speaks protocol ${KERNEL_PROTOCOL} (version ${productVersion}), its parent protocol ${request.protocol}.`,
      );
    }
    await new Promise<void>((resolve) => {
      this.#ready = resolve;
      this.#post({ type: "initialize", request });
    });
    this.#agreed = true;
    return { protocol: KERNEL_PROTOCOL, version: productVersion, pid: process.pid };
  }

  async #execute(params: unknown): Promise<ExecuteResult> {
    const request = executeSchema.parse(params);
    if (this.#running !== undefined) throw new Error(`cell ${request.cell} was sent while another one runs`);
    const result = await new Promise<ExecuteResult>((settle) => {
      const { cell, order } = request;
      this.#running = { cell, order, settle, stopping: undefined, terminating: false, terminated: false };
      this.#post({ type: "execute", request });
      this.#responsiveness.start();
    });
    await this.#outputs.finish(request.order);
    return result;
  }

  #ended(order: number, result: ExecuteResult): void {
    const running = this.#running;
    if (running?.order !== order) return;
    this.#running = undefined;
    this.#responsiveness.stop();
    running.settle(result);
  }

  #interrupt(params: unknown): void {
    const { cell, force } = interruptSchema.parse(params);
    const running = this.#running;
    if (running?.cell !== cell) return;
    this.#post({ type: "interrupt", order: running.order, force });
    this.#responsiveness.ask();
    const first = running.stopping === undefined;
    running.stopping = { since: performance.now(), patienceMs: force ? FORCED_PATIENCE_MS : PATIENCE_MS };
    if (first) this.#terminateWhenSilent(running);
  }

  /** Terminates synchronous code of an interrupted cell once the patience with it is over, as often as it takes. */
  #terminateWhenSilent(running: Running): void {
    const timer = setInterval(() => {
      if (this.#running !== running || running.stopping === undefined) {
        clearInterval(timer);
        return;
      }
      // Told until it is heard: a termination may also have hit the handler of this very message.
      if (running.terminated) this.#post({ type: "terminated", order: running.order });
      this.#responsiveness.ask();
      const { since, patienceMs } = running.stopping;
      const silentMs = Math.min(this.#responsiveness.silentMs, performance.now() - since);
      if (!running.terminating && silentMs >= patienceMs) void this.#terminate(running);
    }, WATCH_MS);
  }

  async #terminate(running: Running): Promise<void> {
    running.terminating = true;
    Atomics.store(this.#counts.terminated, 0, running.order);
    running.terminated = (await terminateMainThread()) || running.terminated;
    running.terminating = false;
    if (running.terminated) this.#requests.terminated();
    running.stopping = { since: performance.now(), patienceMs: REPEAT_MS };
  }

  async #sendOutputs(batch: Outputs): Promise<void> {
    try {
      await this.#connection.sendRequest(kernelMessages.outputs, batch);
    } catch {
      // The parent could not show them and has said so in its log, or has gone: either way nobody waits for them.
    }
  }

  #notify(method: string, params: object): void {
    // Fails only when the parent has gone, which the channel's end tells as well.
    void (async () => this.#connection.sendNotification(method, params))().catch(() => undefined);
  }
}
