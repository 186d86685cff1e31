/** What a watch asks and tells. Times are in milliseconds. */
export interface ResponsivenessOptions {
  /** Asks the main thread for a sign of life, which comes back through `heard`. */
  readonly ask: (number: number) => void;
  readonly onChange: (responsive: boolean) => void;
  readonly now: () => number;
  readonly every: (ms: number, action: () => void) => () => void;
}

const ASK_MS = 250;
const SILENT_MS = 500;

/** Watches whether the main thread returns to its event loop while a cell runs. */
export class Responsiveness {
  readonly #options: ResponsivenessOptions;
  #stop: (() => void) | undefined;
  #asked = 0;
  /** When the oldest question without an answer was asked. */
  #unansweredSince: number | undefined;
  #responsive = true;

  constructor(options: ResponsivenessOptions) {
    this.#options = options;
  }

  /** How long the main thread has not answered, 0 when nothing is open. */
  get silentMs(): number {
    return this.#unansweredSince === undefined ? 0 : this.#options.now() - this.#unansweredSince;
  }

  start(): void {
    this.#stop ??= this.#options.every(ASK_MS, () => {
      if (this.silentMs >= SILENT_MS) this.#tell(false);
      this.ask();
    });
  }

  /** Asks now, unless a question is open. */
  ask(): void {
    if (this.#unansweredSince !== undefined) return;
    this.#unansweredSince = this.#options.now();
    this.#options.ask(++this.#asked);
  }

  heard(number: number): void {
    if (number !== this.#asked) return;
    this.#unansweredSince = undefined;
    this.#tell(true);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#tell(true);
  }

  #tell(responsive: boolean): void {
    if (this.#responsive === responsive) return;
    this.#responsive = responsive;
    this.#options.onChange(responsive);
  }
}
