/** Lanes that can still be told apart; what comes on top of that shares the last one. */
const MOST_LANES = 64;

/** Lanes for things that overlap in time, so that no two of one lane do: each takes the first that is free. */
export class Lanes {
  /** When each lane is free again. */
  readonly #freeAt: number[] = [];

  /** Lanes that were ever taken. */
  get count(): number {
    return this.#freeAt.length;
  }

  /** Lanes that are taken at a moment. */
  takenAt(at: number): number {
    return this.#freeAt.reduce((count, freeAt) => (freeAt > at ? count + 1 : count), 0);
  }

  /** Takes a lane from a moment on until it is released. @param at not before that of the last taking */
  take(at: number): number {
    const free = this.#freeAt.findIndex((freeAt) => freeAt <= at);
    const lane = free === -1 ? Math.min(this.#freeAt.length, MOST_LANES - 1) : free;
    this.#freeAt[lane] = Number.POSITIVE_INFINITY;
    return lane;
  }

  release(lane: number, at: number): void {
    this.#freeAt[lane] = at;
  }
}
