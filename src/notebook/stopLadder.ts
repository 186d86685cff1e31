import type { Clock } from "./clock.ts";
import type { StopStep } from "./sessionState.ts";

/** A second request within this time is the same one, told twice: by a double click, or by a button and a token. */
const SAME_PRESS_MS = 400;

/** After this time a restart is offered, unless something else was asked for. */
const OFFER_MS = 10_000;

/** How long a forced stop may take before the kernel is killed. */
const FORCED_MS = 2_000;

export interface StopActions {
  /** Asks the cell to stop; with `force`, without waiting for it. */
  readonly interrupt: (force: boolean) => void;
  readonly kill: () => void;
  readonly onStep: () => void;
}

/** The stopping of one cell, from the first request to the end of its kernel if need be. */
export class StopLadder {
  readonly since: number;
  readonly #clock: Clock;
  readonly #actions: StopActions;
  #step: StopStep = "asked";
  #callOff: () => void;

  /** Makes the first request. */
  constructor(clock: Clock, actions: StopActions, offerMs = OFFER_MS) {
    this.#clock = clock;
    this.#actions = actions;
    this.since = clock.now();
    this.#callOff = clock.after(offerMs, () => this.#enter("restart offered"));
    actions.interrupt(false);
  }

  get step(): StopStep {
    return this.#step;
  }

  /** The user asks again: whatever the cell does, it ends now or within two seconds. */
  press(): void {
    if (this.#step === "forced" || this.#clock.now() - this.since < SAME_PRESS_MS) return;
    this.#callOff();
    this.#callOff = this.#clock.after(FORCED_MS, this.#actions.kill);
    this.#actions.interrupt(true);
    this.#enter("forced");
  }

  /** The cell has ended. */
  over(): void {
    this.#callOff();
  }

  #enter(step: StopStep): void {
    this.#step = step;
    this.#actions.onStep();
  }
}
