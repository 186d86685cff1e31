import type { Worker } from "node:worker_threads";
import type { Output } from "../notebook/output.ts";
import { OutputBuffer } from "./outputBuffer.ts";
import type { SharedCounts, ToChannel } from "./threadMessages.ts";

/** Messages that the channel thread may be behind before outputs are held back and joined. */
const MOST_UNREAD = 64;

/** How long an exiting process waits until what it said has been handed on. */
const DRAIN_MS = 1_000;

/** The main thread's way to the channel thread. */
export class ChannelPort {
  readonly #worker: Worker;
  readonly #counts: SharedCounts;
  readonly #held = new Map<number, { readonly cell: string; readonly buffer: OutputBuffer }>();
  #scheduled = false;

  constructor(worker: Worker, counts: SharedCounts) {
    this.#worker = worker;
    this.#counts = counts;
  }

  /** Says something, after everything said before. */
  post(message: ToChannel): void {
    this.#release();
    this.#send(message);
  }

  /** Hands on an output at once, so that it is seen even when synchronous code follows; joins outputs that come too fast. */
  output(cell: string, order: number, output: Output): void {
    const held = this.#held.get(order) ?? { cell, buffer: new OutputBuffer() };
    this.#held.set(order, held);
    held.buffer.add(output);
    if (Atomics.load(this.#counts.unread, 0) < MOST_UNREAD) this.#release();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#release();
      });
    }
  }

  /** Waits, without returning to the event loop, until everything said has been handed to the parent. */
  drain(): void {
    this.post({ type: "exiting" });
    Atomics.wait(this.#counts.drained, 0, 0, DRAIN_MS);
  }

  #release(): void {
    for (const [order, { cell, buffer }] of this.#held) {
      this.#held.delete(order);
      this.#send({ type: "outputs", cell, order, outputs: buffer.take() });
    }
  }

  #send(message: ToChannel): void {
    Atomics.add(this.#counts.unread, 0, 1);
    this.#worker.postMessage(message);
  }
}
