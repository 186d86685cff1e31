import type { TextPoint, TextSpan } from "./definition.ts";

/** Turns offsets in a text into lines and characters. */
export class TextLines {
  /** Offset of the first character of each line. */
  readonly #starts: number[] = [0];
  #last = 0;

  constructor(text: string) {
    const onlyFeeds = !text.includes("\r");
    for (let at = text.indexOf("\n"); onlyFeeds && at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
    if (!onlyFeeds) for (const end of text.matchAll(/\r\n|\r|\n/g)) this.#starts.push(end.index + end[0].length);
  }

  /** Where an offset lies. Offsets near the last one asked for are found at once. */
  point(offset: number): TextPoint {
    const starts = this.#starts;
    let line = this.#last;
    if (!(line < starts.length && (starts[line] ?? 0) <= offset && offset < (starts[line + 1] ?? Infinity))) {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      line = low;
      this.#last = line;
    }
    return { line, character: offset - (starts[line] ?? 0) };
  }

  span(from: number, to: number): TextSpan {
    return { from, to, start: this.point(from), end: this.point(to) };
  }
}
