import { AsyncResource } from "node:async_hooks";
import type { Worker } from "node:worker_threads";
import type { Execute, ExecuteResult, Initialize } from "../notebook/kernelProtocol.ts";
import { type CellHost, cellHosts } from "../sdk/cellHost.ts";
import type { TrainerNews } from "../sdk/trainerNews.ts";
import { addSecretsOf, redacted } from "../system/secrets.ts";
import { relaxContextChecks, resetContexts } from "./asyncBookkeeping.ts";
import { captureStream } from "./capturedStreams.ts";
import { CellEvaluator } from "./cellEvaluator.ts";
import { CellExecution, type StreamName } from "./cellExecution.ts";
import { describeError } from "./cellStack.ts";
import { ChannelPort } from "./channelPort.ts";
import { displayData } from "./displayData.ts";
import { kernelBackbones } from "./kernelBackbones.ts";
import { kernelModels } from "./kernelModels.ts";
import { ParentRequests } from "./parentRequests.ts";
import type { SharedCounts, ToEvaluation } from "./threadMessages.ts";

/** How long a cell that is aborted because the parent has gone may take to come to a safe point. */
const LAST_MS = 500;

const notices = {
  stopped: "Interrupted.\n",
  goesOn: "Interrupted. What this cell began may go on in the background.\n",
  terminated: "Interrupted. The synchronous code was terminated where it stood.\n",
};

/** Runs cells in the main thread, one after another, as the channel thread says. */
export function serveEvaluation(worker: Worker, counts: SharedCounts): void {
  const thread = new EvaluationThread(new ChannelPort(worker, counts), counts);
  // Terminated code never leaves its cell again, so the port itself must never enter one: a context for each message.
  worker.on("message", (message: ToEvaluation) =>
    new AsyncResource("KernelMessage").runInAsyncScope(() => thread.handle(message)),
  );
  worker.on("error", (error) => {
    throw error;
  });
  worker.on("exit", () => process.exit(1));
}

class EvaluationThread {
  readonly #port: ChannelPort;
  readonly #counts: SharedCounts;
  readonly #parent: ParentRequests;
  readonly #given: Required<Pick<CellHost, "models" | "backbones">>;
  #evaluator: CellEvaluator | undefined;
  #place: Pick<Initialize, "folder" | "notebook" | "values" | "cache"> = { folder: "" };
  #running: CellExecution | undefined;
  #leaving = false;

  constructor(port: ChannelPort, counts: SharedCounts) {
    this.#port = port;
    this.#counts = counts;
    this.#parent = new ParentRequests((message) => port.post(message));
    this.#given = { models: kernelModels(this.#parent), backbones: kernelBackbones(this.#parent) };
    addSecretsOf(process.env);
    captureStream(process.stdout, (chunk) => this.#written("stdout", chunk));
    captureStream(process.stderr, (chunk) => this.#written("stderr", chunk));
    process.on("uncaughtException", (thrown) => this.#uncaught(thrown));
    process.on("unhandledRejection", (thrown) => this.#uncaught(thrown));
    // Ctrl-C in a terminal reaches the whole process group; whether the kernel ends is for its parent to say.
    process.on("SIGINT", () => undefined);
    process.on("exit", () => {
      if (!this.#leaving) this.#port.drain();
    });
  }

  handle(message: ToEvaluation): void {
    switch (message.type) {
      case "initialize":
        this.#initialize(message.request);
        break;
      case "execute":
        this.#execute(message.request);
        break;
      case "interrupt":
        this.#interrupt(message.order, message.force);
        break;
      case "terminated":
        this.#afterTermination(message.order);
        break;
      case "ping":
        this.#port.post({ type: "pong", number: message.number });
        break;
      case "answer":
        this.#parent.answered(message.number, message.answer);
        break;
      case "turn":
        this.#parent.turn(message.number);
        break;
      case "waits":
        this.#parent.waits(message.number, message.wait);
        break;
      case "parent gone":
        this.#leave();
        break;
      default:
        message satisfies never;
    }
  }

  #initialize(request: Initialize): void {
    const { folder, notebook } = request;
    this.#place = request;
    this.#evaluator = new CellEvaluator({ folder, ...(notebook !== undefined && { notebook }) });
    this.#port.post({ type: "ready" });
  }

  #execute(request: Execute): void {
    const evaluator = this.#evaluator;
    if (evaluator === undefined) throw new Error(`cell ${request.cell} came before the handshake`);
    const { cell, order, code, language } = request;
    const execution = new CellExecution(
      request,
      this.#place,
      (output) => this.#port.output(cell, order, output),
      (news) => this.#trainer(news),
      this.#given,
    );
    this.#running = execution;
    cellHosts.run(execution, () => {
      relaxContextChecks();
      void evaluator
        .evaluate({ cell, order, code, language }, execution)
        .then(async ({ value, hasValue }) => {
          if (hasValue) this.#showResult(execution, await displayData(value));
        })
        .catch((thrown: unknown) => this.#threw(execution, thrown))
        // Rejections that nothing handles are told after the promises of a turn: they still belong to the cell.
        .then(() => setImmediate(() => this.#conclude(execution)));
    });
  }

  #showResult(execution: CellExecution, data: Awaited<ReturnType<typeof displayData>>): void {
    // The value of a cell that was given up is nobody's any more.
    if (this.#running === execution) execution.showResult(data);
  }

  #threw(execution: CellExecution, thrown: unknown): void {
    const { signal } = execution;
    if (signal.aborted && (thrown === signal.reason || isAbortError(thrown))) return;
    execution.showError(describeError(thrown));
  }

  /** Tells the end of the running cell. What it began may still go on; nothing waits for that. */
  #conclude(execution: CellExecution, goesOn = false): void {
    if (this.#running !== execution) return;
    const status = execution.interrupted ? "interrupted" : execution.failed ? "failed" : "succeeded";
    if (status === "interrupted") {
      const terminated = Atomics.load(this.#counts.terminated, 0) === execution.order;
      execution.write("stderr", terminated ? notices.terminated : goesOn ? notices.goesOn : notices.stopped);
    }
    execution.close((thrown) => execution.showError(describeError(thrown)));
    const { declares = [], uses = [] } = this.#evaluator?.namesOf(execution.cell) ?? {};
    const result: ExecuteResult = { status, declares: [...declares], uses: [...uses] };
    this.#port.post({ type: "ended", order: execution.order, result });
    this.#running = undefined;
    if (this.#leaving) process.exit();
  }

  #interrupt(order: number, force: boolean): void {
    const execution = this.#runningAt(order);
    if (execution === undefined) return;
    // Asked for before the abort, whose listeners may ask for the signal themselves.
    const waits = execution.heeds && !force;
    execution.abort();
    if (force) execution.giveUp();
    // In a turn of its own: what the abort itself settles is not said to go on.
    if (!waits) setImmediate(() => this.#conclude(execution, true));
  }

  /** A termination also drops the promise callbacks that were due, so the cell's own promise may never settle. */
  #afterTermination(order: number): void {
    resetContexts();
    const execution = this.#runningAt(order);
    execution?.abort();
    if (execution !== undefined) this.#conclude(execution);
  }

  /** The running cell, if it is of this order. One that is not known here was lost to a termination: it has ended. */
  #runningAt(order: number): CellExecution | undefined {
    if (this.#running?.order === order) return this.#running;
    this.#port.post({ type: "ended", order, result: { status: "interrupted", declares: [], uses: [] } });
    return undefined;
  }

  #trainer(news: TrainerNews): void {
    if (news.kind === "said") this.#log(`Trainer: ${news.line}`);
    else this.#port.post({ type: "trainer", health: news });
  }

  #written(name: StreamName, chunk: string | Uint8Array): void {
    const execution = this.#current();
    if (execution !== undefined) execution.write(name, chunk);
    else this.#log(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
  }

  #uncaught(thrown: unknown): void {
    const error = describeError(thrown);
    const execution = this.#current();
    if (execution === undefined) this.#log(error.stack);
    else if (!execution.interrupted || !isAbortError(thrown)) execution.showError(error);
  }

  /** Text that belongs to no cell. */
  #log(text: string): void {
    this.#port.post({ type: "log", text: redacted(text) });
  }

  /** The cell that began what runs now, or the running one where that is not known. */
  #current(): CellExecution | undefined {
    const host = cellHosts.getStore();
    return host instanceof CellExecution ? host : this.#running;
  }

  #leave(): void {
    this.#leaving = true;
    if (this.#running === undefined) process.exit();
    this.#running.abort();
    setTimeout(() => process.exit(), LAST_MS);
  }
}

function isAbortError(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}
