import type { Kernel, KernelListener } from "./kernel.ts";
import type { CellRun, SessionNotice, SessionState } from "./sessionState.ts";

/** Time, as a session uses it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, action: () => void): () => void;
}

export interface KernelSessionOptions {
  /** Starts a kernel; called for the first cell, and for the first one after a death or a restart. */
  readonly start: (listener: KernelListener) => Promise<Kernel>;
  readonly onChange?: (state: SessionState) => void;
  readonly onNotice?: (notice: SessionNotice) => void;
  readonly onLog?: (line: string) => void;
  readonly clock?: Clock;
}

/** The kernel of one notebook and the queue of cells before it. */
export class KernelSession {
  #state: SessionState = { kind: "not started" };
  readonly #queue: CellRun[] = [];

  constructor(_options: KernelSessionOptions) {}

  get state(): SessionState {
    return this.#state;
  }

  /** Ids of the cells that wait, in order; the running one is not among them. */
  get queued(): readonly string[] {
    return this.#queue.map(({ id }) => id);
  }

  /** Puts a cell at the end of the queue. A failure before it cancels it. */
  run(cell: CellRun): void {
    this.#queue.push(cell);
  }

  /** Takes a waiting cell from the queue; interrupts it when it is the running one. */
  cancel(_cell: string): void {}

  /** Stops the running cell and cancels those that wait. The second call forces what the first asked for. */
  interrupt(): void {}

  /** Ends the kernel and drops its variables and the queue; the next cell starts a new one. */
  async restart(): Promise<void> {}

  /** Ends the kernel for good. */
  async dispose(): Promise<void> {
    this.#state = { kind: "disposed" };
  }
}
