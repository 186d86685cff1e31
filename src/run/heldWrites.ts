import { dirname } from "node:path";
import type { Clock } from "../system/clock.ts";
import { UserError } from "../system/userError.ts";
import { diskErrorCode, diskProblem } from "./diskError.ts";
import { freeRoom } from "./freeRoom.ts";
import type { GivingUp, RunPause } from "./runPause.ts";

/** How often a disk that refused is asked again. */
const RETRY_MS = 1000;

/** Why nothing goes on for now, but for when it began, which is for those to say who have a calendar. */
export type DiskPause = Omit<RunPause, "since">;

/** What a write comes to while it is held. */
export interface Weight {
  /** Bytes; asked for when it is held. */
  readonly bytes?: () => number;
  /** Answers that were paid for and that it keeps. */
  readonly answers?: number;
  /** Nobody would miss it if it was given up. */
  readonly isNote?: boolean;
  /** Called when it is given up. */
  readonly onGivenUp?: () => void;
}

/** What others write, and what keeps waiting to be written when nobody waits for it any longer. */
export interface OthersWrite {
  readonly folder: string;
  readonly bytes: number;
  readonly answers: number;
  /** Can be called again after it failed. */
  readonly write: () => Promise<void>;
}

interface Held {
  readonly path: string;
  readonly write: () => void;
  readonly bytes: number;
  readonly answers: number;
  readonly isNote: boolean;
  readonly onGivenUp: (() => void) | undefined;
}

interface HeldOther extends OthersWrite {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes of one run in their order. What the disk refuses for a reason that passes (no space, no permission) is held in
 * memory and written once there is room, and everything after it waits behind it. Whoever would begin something new asks
 * `ready` first.
 */
export class HeldWrites {
  readonly #clock: Pick<Clock, "after">;
  readonly #next: string;
  readonly #onPause: (pause: DiskPause | undefined) => void;
  readonly #held: Held[] = [];
  /** Of others, in no order. */
  readonly #others = new Set<HeldOther>();
  readonly #waiting = new Set<() => void>();
  #callOff: (() => void) | undefined;
  /** What refuses at present; undefined while nothing does. */
  #refusal: { readonly code: string; readonly folder: string } | undefined;
  #told: string | undefined;
  #givenUpBy: GivingUp | undefined;
  #broken: { readonly error: unknown } | undefined;
  #closed = false;

  /**
   * @param next what to do once the cause of an error that does not pass is removed ("run: optimas resume ID")
   * @param onPause told when a pause begins or is another than before, and with undefined when it is over
   */
  constructor(clock: Pick<Clock, "after">, next: string, onPause: (pause: DiskPause | undefined) => void) {
    this.#clock = clock;
    this.#next = next;
    this.#onPause = onPause;
  }

  /**
   * Does it now, or as soon as everything before it is done.
   * @param write can be done again after it failed
   * @throws UserError when the disk refuses for a reason that does not pass by itself
   */
  write(path: string, write: () => void, weight: Weight = {}): void {
    if (this.#closed) {
      write();
      return;
    }
    if (this.#broken) throw this.#broken.error;
    const held = (): Held => ({
      path,
      write,
      bytes: weight.bytes?.() ?? 0,
      answers: weight.answers ?? 0,
      isNote: weight.isNote ?? false,
      onGivenUp: weight.onGivenUp,
    });
    if (this.#held.length > 0) {
      this.#held.push(held());
      return;
    }
    try {
      write();
    } catch (error) {
      const code = this.#passing(path, error);
      this.#held.push(held());
      this.#pause(code, dirname(path));
    }
  }

  /**
   * Undefined where nothing is in the way.
   * @throws (rejects) what a held write came to that does not pass; the signal's reason once it is aborted
   */
  ready(signal: AbortSignal): Promise<void> | undefined {
    if (this.#refusal === undefined && this.#broken === undefined) return undefined;
    return this.#over(signal);
  }

  /**
   * Does what others write, again and again while the disk refuses it.
   * @throws what it throws for other reasons; the signal's reason once it is aborted
   */
  async persist(path: string, write: () => Promise<void>, signal: AbortSignal): Promise<void> {
    await this.ready(signal);
    try {
      await write();
    } catch (error) {
      const code = this.#passing(path, error);
      await this.#await({ folder: dirname(path), bytes: 0, answers: 0, write }, code, signal, false);
    }
  }

  /**
   * Others were refused something that must not be lost: resolves once it is written. It is held, and tried again, also
   * after the signal is aborted.
   * @throws the error where waiting mends nothing; the signal's reason once it is aborted
   */
  async hold(other: OthersWrite, error: unknown, signal: AbortSignal): Promise<void> {
    await this.#await(other, this.#passing(other.folder, error), signal, true);
  }

  /** What waits in memory; undefined where nothing does that anybody would miss. */
  get held(): RunPause["held"] | undefined {
    const isMissed = this.#held.some(({ isNote }) => !isNote) || [...this.#others].some(({ answers }) => answers > 0);
    return isMissed ? this.#amount() : undefined;
  }

  /**
   * The run is to end: resolves once nothing is held that anybody would miss, be it written or given up, or once waiting mends
   * nothing.
   * @param givenUpBy told to those who wait
   */
  async settled(givenUpBy: GivingUp): Promise<void> {
    this.#givenUpBy = givenUpBy;
    while (this.held !== undefined && this.#broken === undefined && !this.#closed) {
      this.#tell();
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /**
   * Tries once more what is held, and gives it up where the disk still refuses. Nothing is held afterwards.
   * @returns what was given up that somebody may miss
   */
  close(): RunPause["held"] | undefined {
    if (this.#closed) return undefined;
    this.#callOff?.();
    this.#callOff = undefined;
    try {
      this.#drain();
    } catch {
      // Told already, as the reason of the pause.
    }
    const lost = this.held;
    for (const { onGivenUp } of this.#held.splice(0)) onGivenUp?.();
    this.#others.clear();
    this.#closed = true;
    this.#wake();
    return lost;
  }

  /** Sums of all that is held. An answer may be held twice: by the record, and by the account of what was paid. */
  #amount(): RunPause["held"] {
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const [own, others] = [this.#held, [...this.#others]];
    return {
      bytes: sum([...own, ...others].map(({ bytes }) => bytes)),
      answers: Math.max(sum(own.map(({ answers }) => answers)), sum(others.map(({ answers }) => answers))),
    };
  }

  /** @param keeps it is held although nobody waits for it any longer */
  async #await(other: OthersWrite, code: string, signal: AbortSignal, keeps: boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const gone = (): void => {
        if (!keeps) this.#others.delete(held);
        reject(signal.reason);
      };
      const settle = (then: () => void): void => {
        signal.removeEventListener("abort", gone);
        then();
      };
      const held: HeldOther = {
        ...other,
        done: () => settle(resolve),
        failed: (error) => settle(() => reject(error)),
      };
      signal.addEventListener("abort", gone, { once: true });
      this.#others.add(held);
      if (signal.aborted) gone();
      this.#pause(code, other.folder);
    });
  }

  async #over(signal: AbortSignal): Promise<void> {
    while (this.#refusal !== undefined && this.#broken === undefined && !this.#closed) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener("abort", wake);
          this.#waiting.delete(wake);
          resolve();
        };
        signal.addEventListener("abort", wake, { once: true });
        this.#waiting.add(wake);
      });
    }
    signal.throwIfAborted();
    if (this.#broken) throw this.#broken.error;
  }

  /** @returns the code of a refusal that passes @throws all else */
  #passing(path: string, error: unknown): string {
    const problem = diskProblem(error);
    if (problem === undefined) throw error;
    const { what, remedy, passes } = problem;
    if (!passes) throw new UserError(`Cannot write ${path}: ${what}. ${remedy}, then ${this.#next}`, { cause: error });
    return diskErrorCode(error) ?? "";
  }

  #pause(code: string, folder: string): void {
    const isFirst = this.#refusal === undefined;
    this.#refusal = { code, folder };
    if (isFirst) this.#later();
    this.#tell();
  }

  #later(): void {
    this.#callOff = this.#clock.after(RETRY_MS, () => void this.#again());
  }

  async #again(): Promise<void> {
    this.#callOff = undefined;
    try {
      this.#drain();
    } catch (error) {
      const { path } = this.#held[0] ?? { path: "" };
      try {
        this.#refusal = { code: this.#passing(path, error), folder: dirname(path) };
      } catch (thrown) {
        this.#broken = { error: thrown };
      }
    }
    for (const other of [...this.#others]) await this.#tryOther(other);
    if (this.#closed) return;
    if (this.#broken) {
      this.#wake();
    } else if (this.#held.length + this.#others.size > 0) {
      this.#later();
      this.#tell();
      // Who waits for the end may have nothing left to wait for.
      if (this.held === undefined) this.#wake();
    } else {
      this.#refusal = undefined;
      this.#tell();
      this.#wake();
    }
  }

  async #tryOther(other: HeldOther): Promise<void> {
    try {
      await other.write();
      this.#others.delete(other);
      other.done();
    } catch (error) {
      try {
        const code = this.#passing(other.folder, error);
        if (this.#held.length === 0) this.#refusal = { code, folder: other.folder };
      } catch (thrown) {
        this.#others.delete(other);
        other.failed(thrown);
      }
    }
  }

  #drain(): void {
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      first.write();
      this.#held.shift();
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #tell(): void {
    if (this.#closed) return;
    const pause = this.#refusal && {
      ...this.#refusal,
      held: this.#amount(),
      free: freeRoom(this.#refusal.folder),
      ...(this.#givenUpBy && { givenUpBy: this.#givenUpBy }),
    };
    const told = JSON.stringify(pause);
    if (told === this.#told) return;
    this.#told = told;
    this.#onPause(pause);
  }
}
