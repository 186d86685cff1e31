import { isUtf8 } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import { eventSchema, type RunEvent } from "../events.ts";
import { damaged, parseStored } from "../storedJson.ts";
import { isCandidateEvent } from "./quickEvent.ts";

const NEWLINE = 0x0a;
const [OPENING, COMMA, CLOSING] = [0x5b, 0x2c, 0x5d];
/** JSON is read fastest in pieces of about this size, many lines at once. */
const PIECE_BYTES = 1 << 16;

/** Whole lines of a log, newlines included. */
export interface LogPiece {
  readonly bytes: Buffer;
  /** Offset of the first byte. */
  readonly start: number;
}

/**
 * The whole lines that begin at an offset: as many as a block holds, and one if it is longer than a block.
 * @returns undefined where no line is whole yet
 */
export async function linesFrom(file: FileHandle, start: number, blockBytes: number): Promise<LogPiece | undefined> {
  for (let size = blockBytes; ; size *= 4) {
    const block = Buffer.allocUnsafe(size);
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

/** The same lines in smaller pieces, in order. */
export function* smallerPieces({ bytes, start }: LogPiece): Generator<LogPiece> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + PIECE_BYTES >= bytes.length ? bytes.length : bytes.indexOf(NEWLINE, at + PIECE_BYTES) + 1;
    yield { bytes: bytes.subarray(at, end), start: start + at };
    at = end;
  }
}

/**
 * The events of whole lines.
 * @param first number of the first event
 * @throws UserError naming file and line of what is no event, or is out of sequence
 */
export function eventsIn(bytes: Buffer, first: number, file: string): readonly RunEvent[] {
  return readTogether(bytes, first) ?? readOneByOne(bytes, first, file);
}

/** Undefined where anything is not as it should be. */
function readTogether(bytes: Buffer, first: number): readonly RunEvent[] | undefined {
  if (!isUtf8(bytes)) return undefined;
  const { text, lines } = asArray(bytes);
  const values = parsed(text);
  if (values === undefined || values.length !== lines) return undefined;
  const events: RunEvent[] = [];
  for (const value of values) {
    const event = isCandidateEvent(value) ? value : eventSchema.safeParse(value).data;
    if (event === undefined || event.seq !== first + events.length) return undefined;
    events.push(event);
  }
  return events;
}

/** Lines of JSON as one array, and how many there are. Within JSON there is no newline as such. */
function asArray(bytes: Buffer): { readonly text: string; readonly lines: number } {
  const array = Buffer.allocUnsafe(bytes.length + 1);
  array[0] = OPENING;
  bytes.copy(array, 1);
  let lines = 0;
  for (let at = array.indexOf(NEWLINE); at !== -1; at = array.indexOf(NEWLINE, at + 1)) {
    array[at] = COMMA;
    lines++;
  }
  array[bytes.length] = CLOSING;
  return { text: array.toString("utf8"), lines };
}

function parsed(array: string): readonly unknown[] | undefined {
  try {
    const values: unknown = JSON.parse(array);
    return Array.isArray(values) ? values : undefined;
  } catch {
    // Told line by line.
    return undefined;
  }
}

function readOneByOne(bytes: Buffer, first: number, file: string): readonly RunEvent[] {
  const events: RunEvent[] = [];
  for (const line of linesIn(bytes)) {
    const seq = first + events.length;
    const where = `${file}, line ${seq + 1}`;
    const event: RunEvent = parseStored(line, eventSchema, where);
    if (event.seq !== seq) throw damaged(where, `event ${event.seq} stands where event ${seq} belongs`);
    events.push(event);
  }
  return events;
}

/** Lines without their newlines. */
export function* linesIn(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, at);
    yield bytes.subarray(at, end);
    at = end + 1;
  }
}
