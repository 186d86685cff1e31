/** A kernel that dies sooner than this after its start counts as a quick death. */
const QUICK_MS = 10_000;

/** Waits before the next start, by the number of quick deaths in a row; the last one for all that are more. */
const waitsMs = [0, 1_000, 2_000, 4_000];

/** Quick deaths in a row after which nothing is started until the user asks for it. */
const MOST_DEATHS = 3;

/** How often kernels died lately, and so when the next one may be started. Times are milliseconds since 1970. */
export class DeathRecord {
  #quick = 0;
  #lastDeath = Number.NEGATIVE_INFINITY;

  get givenUp(): boolean {
    return this.#quick >= MOST_DEATHS;
  }

  get deaths(): number {
    return this.#quick;
  }

  /** When the next kernel may be started: at once after a death that was not a quick one. */
  get nextStart(): number {
    return this.#lastDeath + (waitsMs[Math.min(this.#quick, waitsMs.length - 1)] ?? 0);
  }

  /** @param started when it was started, or asked to */
  died(now: number, started: number): void {
    this.#quick = now - started < QUICK_MS ? this.#quick + 1 : 0;
    this.#lastDeath = now;
  }

  /** A cell succeeded, or the user asked for a fresh start. */
  forget(): void {
    this.#quick = 0;
    this.#lastDeath = Number.NEGATIVE_INFINITY;
  }
}
