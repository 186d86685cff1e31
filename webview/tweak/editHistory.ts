/** Edits of one control that follow one another this closely are one step. */
const ONE_STEP_MS = 700;
/** Old steps are forgotten first. */
const MOST = 500;

interface Step<T> {
  readonly value: T;
  /** The control that the step belongs to. */
  readonly place: string;
}

/** What was edited, over all controls, so that it can be taken back step by step and done again. */
export class EditHistory<T> {
  readonly #now: () => number;
  /** The first is where it all began; its place means nothing. */
  #steps: Step<T>[];
  #at = 0;
  #lastEdit = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds from any fixed moment */
  constructor(initial: T, now: () => number) {
    this.#steps = [{ value: initial, place: "" }];
    this.#now = now;
  }

  get value(): T {
    return this.#step(this.#at).value;
  }

  get canUndo(): boolean {
    return this.#at > 0;
  }

  get canRedo(): boolean {
    return this.#at < this.#steps.length - 1;
  }

  /** @param place the control that was edited; what was typed there in one go is one step */
  edit(value: T, place: string): void {
    const now = this.#now();
    const goesOn = this.#at > 0 && this.#step(this.#at).place === place && now - this.#lastEdit < ONE_STEP_MS;
    const kept = this.#steps.slice(0, goesOn ? this.#at : this.#at + 1);
    this.#steps = [...kept, { value, place }];
    if (this.#steps.length > MOST) this.#steps.shift();
    this.#at = this.#steps.length - 1;
    this.#lastEdit = now;
  }

  /** @returns the control whose edit was taken back; undefined where there is none */
  undo(): string | undefined {
    if (!this.canUndo) return undefined;
    const { place } = this.#step(this.#at);
    this.#at -= 1;
    this.#rest();
    return place;
  }

  /** @returns the control whose edit was done again; undefined where there is none */
  redo(): string | undefined {
    if (!this.canRedo) return undefined;
    this.#at += 1;
    this.#rest();
    return this.#step(this.#at).place;
  }

  /** The next edit is a step of its own. */
  #rest(): void {
    this.#lastEdit = Number.NEGATIVE_INFINITY;
  }

  #step(index: number): Step<T> {
    const step = this.#steps[index];
    if (step === undefined) throw new Error(`no step ${index} among ${this.#steps.length}`);
    return step;
  }
}
