import type { Outputs } from "../notebook/kernelProtocol.ts";
import { OutputBuffer } from "./outputBuffer.ts";

export interface Pace {
  /** Least time between two batches, in milliseconds. */
  readonly intervalMs: number;
  /** Milliseconds from any beginning, never going back. */
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
}

/**
 * Sends outputs in batches: the first at once, the next ones no sooner than the interval and not before the last one was
 * answered. What comes meanwhile is joined.
 */
export class PacedOutputs {
  readonly #send: (batch: Outputs) => Promise<void>;
  readonly #pace: Pace;
  readonly #waiting = new Map<number, { readonly cell: string; readonly buffer: OutputBuffer }>();
  #unanswered: Promise<void> | undefined;
  #lastSent = Number.NEGATIVE_INFINITY;
  #scheduled = false;

  /** @param send resolves once the batch was answered, and never rejects */
  constructor(send: (batch: Outputs) => Promise<void>, pace: Pace) {
    this.#send = send;
    this.#pace = pace;
  }

  add({ cell, order, outputs }: Outputs): void {
    const waiting = this.#waiting.get(order) ?? { cell, buffer: new OutputBuffer() };
    this.#waiting.set(order, waiting);
    for (const output of outputs) waiting.buffer.add(output);
    this.#sendWhenDue();
  }

  /** Sends what waits for one cell as soon as the batch before it is answered; resolves once it is sent. */
  async finish(order: number): Promise<void> {
    while (this.#unanswered !== undefined && this.#waiting.has(order)) await this.#unanswered;
    if (this.#waiting.has(order)) this.#sendBatch(order);
  }

  /** Sends everything at once, answered or not: the process is about to end. */
  sendAll(): void {
    for (const order of [...this.#waiting.keys()]) this.#sendBatch(order);
  }

  #sendWhenDue(): void {
    const [order] = this.#waiting.keys();
    if (order === undefined || this.#unanswered !== undefined || this.#scheduled) return;
    const due = this.#lastSent + this.#pace.intervalMs - this.#pace.now();
    if (due <= 0) {
      this.#sendBatch(order);
      return;
    }
    this.#scheduled = true;
    this.#pace.after(due, () => {
      this.#scheduled = false;
      this.#sendWhenDue();
    });
  }

  #sendBatch(order: number): void {
    const waiting = this.#waiting.get(order);
    if (waiting === undefined) return;
    this.#waiting.delete(order);
    this.#lastSent = this.#pace.now();
    const answered = this.#send({ cell: waiting.cell, order, outputs: waiting.buffer.take() }).then(() => {
      if (this.#unanswered === answered) this.#unanswered = undefined;
      this.#sendWhenDue();
    });
    this.#unanswered = answered;
  }
}
