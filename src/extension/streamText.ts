/** Characters of a stream that stay; half of them from its beginning, half from its end. */
export const STREAM_LIMIT = 64_000;

/** How what is left out of the middle of a stream is named. */
export type LeftOut = (characters: number) => string;

/**
 * The text of one stream of a cell, however much is written to it: whole up to the limit, then its beginning and its end.
 * Holds at most twice the limit.
 */
export class StreamText {
  readonly #leftOut: LeftOut;
  #head = "";
  #tail = "";
  #length = 0;

  constructor(leftOut: LeftOut) {
    this.#leftOut = leftOut;
  }

  /** True while the text is what was written, so that it can be shown by adding to what is shown already. */
  get whole(): boolean {
    return this.#length <= STREAM_LIMIT;
  }

  write(text: string): void {
    this.#length += text.length;
    const fits = STREAM_LIMIT / 2 - this.#head.length;
    this.#head += text.slice(0, fits);
    this.#tail += text.slice(Math.max(fits, text.length - STREAM_LIMIT));
    if (this.#tail.length > STREAM_LIMIT) this.#tail = this.#tail.slice(-STREAM_LIMIT / 2);
  }

  toString(): string {
    if (this.whole) return this.#head + this.#tail;
    const tail = this.#tail.slice(-STREAM_LIMIT / 2);
    return `${this.#head}\n${this.#leftOut(this.#length - this.#head.length - tail.length)}\n${tail}`;
  }
}
