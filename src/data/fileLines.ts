import { closeSync, openSync, readSync } from "node:fs";

const NEWLINE = 0x0a;

/** One line of a file as bytes, so that the reader decides what bad text means. */
export interface FileLine {
  /** From 1. */
  readonly number: number;
  /** Without the newline; a carriage return before it is kept. */
  readonly bytes: Buffer;
  /** Offset of the first byte after the line and its newline. */
  readonly end: number;
  /** False for a last line without a newline. */
  readonly terminated: boolean;
}

/**
 * Reads a file line by line with bounded memory; lines may be of any length. An empty remainder after the last newline
 * is no line.
 * @throws the file system's error
 */
export function* readLines(path: string, chunkBytes = 1 << 16): Generator<FileLine> {
  const file = openSync(path, "r");
  try {
    let number = 0;
    let end = 0;
    // Pieces of the line under way: joined once at its end, so that a huge line costs linear time.
    let pieces: Buffer[] = [];
    const finish = (terminated: boolean): FileLine => {
      const bytes = Buffer.concat(pieces);
      pieces = [];
      number++;
      end += bytes.length + (terminated ? 1 : 0);
      return { number, bytes, end, terminated };
    };
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const read = readSync(file, chunk, 0, chunkBytes, null);
      if (read === 0) break;
      let start = 0;
      for (let at = find(chunk, start, read); at !== -1; at = find(chunk, start, read)) {
        pieces.push(chunk.subarray(start, at));
        start = at + 1;
        yield finish(true);
      }
      if (start < read) pieces.push(chunk.subarray(start, read));
    }
    if (pieces.length > 0) yield finish(false);
  } finally {
    closeSync(file);
  }
}

function find(chunk: Buffer, start: number, length: number): number {
  return chunk.subarray(0, length).indexOf(NEWLINE, start);
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes, or undefined when they are no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}
