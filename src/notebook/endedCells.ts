import type { Output } from "./output.ts";
import type { CellRun } from "./sessionState.ts";

/** Ended cells that late output still finds its way to. */
const REMEMBERED = 100;

/** Cells that have ended, by the order of their execution: work that they began may still print. */
export class EndedCells {
  readonly #runs = new Map<number, CellRun>();

  /** A cell that ran anew has taken the place of its earlier executions: what those still print belongs to the log. */
  add(order: number, run: CellRun): void {
    for (const [earlier, { id }] of this.#runs) if (id === run.id) this.#runs.delete(earlier);
    this.#runs.set(order, run);
    const [oldest] = this.#runs.keys();
    if (oldest !== undefined && this.#runs.size > REMEMBERED) this.#runs.delete(oldest);
  }

  clear(): void {
    this.#runs.clear();
  }

  /** Hands late outputs to their cell if it takes them, or else their text to `onLine`. */
  deliver(order: number, outputs: readonly Output[], onLine: (line: string) => void): void {
    const run = this.#runs.get(order);
    if (run?.onLateOutputs !== undefined) {
      run.onLateOutputs(outputs);
      return;
    }
    const texts = outputs.map((output) =>
      output.type === "stream" ? output.text : output.type === "error" ? output.stack : "",
    );
    for (const line of texts.join("").split("\n")) if (line !== "") onLine(`[${order}] ${line}`);
  }
}
