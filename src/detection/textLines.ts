import type { TextPoint, TextSpan } from "./definition.ts";

/** A stretch of a text by its offsets in UTF-16 code units; `to` is the first that does not belong. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The offset of the first character of each line. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  const onlyFeeds = !text.includes("\r");
  for (let at = text.indexOf("\n"); onlyFeeds && at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  if (!onlyFeeds) for (const end of text.matchAll(/\r\n|\r|\n/g)) starts.push(end.index + end[0].length);
  return starts;
}

/** Where an offset lies in the text whose lines begin at `starts`. */
export function pointAt(starts: readonly number[], offset: number): TextPoint {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: offset - (starts[low] ?? 0) };
}

export function spanAt(starts: readonly number[], { from, to }: Stretch): TextSpan {
  return { from, to, start: pointAt(starts, from), end: pointAt(starts, to) };
}
