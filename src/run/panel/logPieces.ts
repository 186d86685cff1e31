import type { FileHandle } from "node:fs/promises";

const NEWLINE = 0x0a;

/** Whole lines of a log, newlines included. */
export interface LogPiece {
  readonly bytes: Buffer;
  /** Offset of the first byte. */
  readonly start: number;
}

/**
 * The whole lines that begin at an offset: as many as a block holds, and one if it is longer than a block.
 * @param room to read into, of a block's size: what comes back lies in it until it is used again
 * @returns undefined where no line is whole yet
 */
export async function linesFrom(
  file: FileHandle,
  start: number,
  blockBytes: number,
  room = Buffer.allocUnsafe(blockBytes),
): Promise<LogPiece | undefined> {
  for (let size = blockBytes; ; size *= 4) {
    const block = size === blockBytes ? room : Buffer.allocUnsafe(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(block, filled, size - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    const last = block.subarray(0, filled).lastIndexOf(NEWLINE);
    if (last !== -1) return { bytes: block.subarray(0, last + 1), start };
    if (filled < size) return undefined;
  }
}

/** Lines without their newlines. */
export function* linesIn(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, at);
    yield bytes.subarray(at, end);
    at = end + 1;
  }
}
