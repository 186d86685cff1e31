import type { Clock } from "../../notebook/clock.ts";
import type { Output } from "../../notebook/output.ts";
import { CellOutputs, type MoreOutputs, type OutputEdit } from "./cellOutputs.ts";

/** Shortest time between two updates of a cell: at most ten a second, however much happens in it. */
export const UPDATE_INTERVAL_MS = 100;

/** The cell as the editor shows it. */
export interface CellScreen {
  /** Resolves when the edits are visible. */
  apply(edits: readonly OutputEdit[]): Promise<void>;
}

/** Brings the outputs of one run of a cell to the editor: the first at once, then no faster than the editor keeps up. */
export class OutputWriter {
  readonly #screen: CellScreen;
  readonly #clock: Clock;
  readonly #outputs: CellOutputs;
  #last = Number.NEGATIVE_INFINITY;
  #visible: Promise<void> = Promise.resolve();
  #callOff: (() => void) | undefined;

  constructor(screen: CellScreen, moreOutputs: MoreOutputs, clock: Clock) {
    this.#screen = screen;
    this.#clock = clock;
    this.#outputs = new CellOutputs(moreOutputs);
  }

  /** @returns when everything that was sent to the editor before is visible; wait for it before giving more */
  write(outputs: readonly Output[]): Promise<void> {
    this.#outputs.take(outputs);
    const visible = this.#visible;
    if (this.#callOff === undefined) {
      const wait = this.#last + UPDATE_INTERVAL_MS - this.#clock.now();
      if (wait <= 0) this.#update();
      else this.#callOff = this.#clock.after(wait, () => this.#update());
    }
    return visible;
  }

  /** Sends what is left, at once: the cell ends. */
  finish(): void {
    this.#callOff?.();
    this.#update();
  }

  #update(): void {
    this.#callOff = undefined;
    this.#last = this.#clock.now();
    const edits = this.#outputs.edits();
    if (edits.length > 0) this.#visible = this.#screen.apply(edits);
  }
}
