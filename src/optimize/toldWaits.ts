import type { GateWait, WaitListener } from "../models/gateWait.ts";
import type { BodyOf } from "../run/events.ts";
import type { Clock } from "../system/clock.ts";

/** What is told goes on each second. */
const TICK_MS = 1_000;

/** Waits that end no later than this after the one that is told are no news. */
const SAME_MS = 500;

/** Telling keeps no process alive. */
const quietClock: Clock = {
  now: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms).unref();
    return () => clearTimeout(timer);
  },
};

type Told = BodyOf<"waiting">;

/** Tells a run why none of its requests is sent, second by second, until one is. */
export class ToldWaits implements WaitListener {
  readonly #tell: (event: Told) => void;
  readonly #clock: Clock;
  #current: { readonly wait: GateWait; readonly until: number } | undefined;
  #callOff: () => void = () => undefined;

  constructor(tell: (event: Told) => void, clock: Clock = quietClock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  waiting(wait: GateWait): void {
    const until = this.#clock.now() + wait.ms;
    if (this.#current !== undefined && until <= this.#current.until + SAME_MS) return;
    const begins = this.#current === undefined;
    this.#current = { wait, until };
    this.#show(begins);
  }

  /** What failed before is over; limits and pauses last. */
  answered(): void {
    if (this.#current?.wait.why === "retry") this.end();
  }

  end(): void {
    this.#callOff();
    if (this.#current === undefined) return;
    this.#current = undefined;
    this.#tell({ type: "waiting", wait: null });
  }

  #show(begins: boolean): void {
    this.#callOff();
    const current = this.#current;
    if (current === undefined) return;
    const ms = current.until - this.#clock.now();
    if (ms <= 0) {
      this.end();
      return;
    }
    this.#tell({ type: "waiting", wait: { ...current.wait, ms, begins } });
    this.#callOff = this.#clock.after(Math.min(TICK_MS, ms), () => this.#show(false));
  }
}
