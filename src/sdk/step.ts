import { type CellHost, currentCell } from "./cellHost.ts";

/** What one step of a workbench belongs to: the cell that called it, and the signals that stop it. */
export class Step {
  readonly cell: CellHost | undefined;
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];

  /** Must be made by the call itself: later the running code may belong to another cell. */
  constructor(own: AbortSignal | undefined) {
    this.cell = currentCell();
    this.#sources = [this.cell?.signal, own].flatMap((signal) => signal ?? []);
    for (const source of this.#sources) {
      if (source.aborted) this.#controller.abort(source.reason);
      else source.addEventListener("abort", this.#onAbort);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Resolves or rejects as `work` does; when the step is stopped, rejects with the signal's reason.
   * @param graceMs how long `work` may take to end by itself once the step is stopped
   */
  async unlessStopped<T>(work: Promise<T>, graceMs = 0): Promise<T> {
    const { signal } = this;
    if (graceMs === 0) signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    let stop: (() => void) | undefined;
    const stopped = new Promise<never>((_, reject) => {
      stop = () => {
        if (graceMs === 0) reject(signal.reason);
        else timer ??= setTimeout(() => reject(signal.reason), graceMs);
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop);
    });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      clearTimeout(timer);
      if (stop !== undefined) signal.removeEventListener("abort", stop);
    }
  }

  /** The signals outlive the step: it must not stay with them. */
  end(): void {
    for (const source of this.#sources) source.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (event: Event): void => {
    this.#controller.abort(event.target instanceof AbortSignal ? event.target.reason : undefined);
  };
}
