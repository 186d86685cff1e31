/** Bytes that stand around a line of text in a notebook's file: indent, quotes, comma and line feed. */
const AROUND_LINE = 11;

/** Bytes that text takes as a list of lines in a notebook's file, at most. */
export function writtenBytes(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return Buffer.byteLength(JSON.stringify(text)) + lines * AROUND_LINE;
}

/** Whether text takes at most so many bytes; quick for text of any length. */
export function fits(text: string, bytes: number): boolean {
  return text.length <= bytes && writtenBytes(text) <= bytes;
}

/**
 * Text that takes at most so many bytes: as it is, or its beginning and its end, half of the room each, with a line
 * between them.
 * @param words that line, for the number of UTF-8 bytes left out, those included that were left out of the text before and
 * are named in such a line
 */
export function cutText(text: string, bytes: number, words: (leftOut: number) => string): string {
  if (fits(text, bytes)) return text;
  const total = Buffer.byteLength(text);
  const half = Math.max(0, Math.floor((bytes - writtenBytes(`\n${words(total)}\n`)) / 2));
  const head = beginning(text, half);
  const tail = ending(text.slice(head.length), half);
  const middle = text.slice(head.length, text.length - tail.length);
  const leftOut = Buffer.byteLength(middle) + leftOutBefore(middle);
  return `${head}${head === "" || head.endsWith("\n") ? "" : "\n"}${words(leftOut)}\n${tail}`;
}

const earlierCut = /^\.\.\. (\d+(?:\.\d+)?) (bytes|characters|KB|MB) left out/gm;

function leftOutBefore(text: string): number {
  let bytes = 0;
  for (const [, count, unit] of text.matchAll(earlierCut)) {
    bytes += Number(count) * (unit === "MB" ? 1024 * 1024 : unit === "KB" ? 1024 : 1);
  }
  return Math.round(bytes);
}

/** As much of the beginning as takes so many bytes, up to the end of a line where that is no great loss. */
function beginning(text: string, bytes: number): string {
  const room = text.slice(0, bytes);
  const length = longest(room.length, (size) => writtenBytes(room.slice(0, size)) <= bytes);
  const whole = room.lastIndexOf("\n", length - 1) + 1;
  return whole > length / 2 ? room.slice(0, whole) : room.slice(0, isSplitPair(room, length) ? length - 1 : length);
}

/** As much of the end as takes so many bytes, from the beginning of a line where that is no great loss. */
function ending(text: string, bytes: number): string {
  const room = bytes === 0 ? "" : text.slice(-bytes);
  const length = longest(room.length, (size) => writtenBytes(room.slice(room.length - size)) <= bytes);
  const start = room.length - length;
  const whole = room.indexOf("\n", start) + 1;
  if (whole > 0 && whole < start + length / 2) return room.slice(whole);
  return room.slice(isSplitPair(room, start) ? start + 1 : start);
}

/** The greatest size up to `most` for which a condition holds that holds for all smaller ones; 0 where there is none. */
function longest(most: number, holds: (size: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether a cut before this position would tear a character of two units apart. */
function isSplitPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1)) && at > 0;
}
