import { open } from "node:fs/promises";
import { eventSchema, type RunEvent } from "./events.ts";
import { damaged, parseStored } from "./storedJson.ts";
import { emptyOutline, type RunOutline, reduceOutline } from "./views/runOutline.ts";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1 << 16;
/** How long the log may be worked on before everything else gets its turn. */
const SLICE_MS = 8;

/** How a log is read beside other work. Tests give their own. */
export interface Pacing {
  /** Milliseconds, from any start. */
  now(): number;
  /** Comes back after everything else that waits had its turn. */
  pause(): Promise<void>;
}

const besideOthers: Pacing = {
  now: () => performance.now(),
  pause: () => new Promise((resolve) => void setImmediate(resolve)),
};

/**
 * A run's log while it grows, for whoever must not be held up by reading it: in slices of a few milliseconds, and every
 * event only once. Work that was done again after a resumption does not count.
 */
export class FollowedLog {
  readonly #file: string;
  readonly #pacing: Pacing;
  #read = 0;
  #events = 0;
  /** Number of the last `run.started`: nothing before it is taken back. */
  #started = 0;
  #outline = emptyOutline();
  /** Stretches of the log that resumptions took back: events between the two numbers. */
  #discarded: { readonly after: number; readonly before: number }[] = [];

  constructor(file: string, pacing: Pacing = besideOthers) {
    this.#file = file;
    this.#pacing = pacing;
  }

  /** The run as far as it was read. */
  get outline(): RunOutline {
    return this.#outline;
  }

  /**
   * Reads what was written since the last time. Not to be called again before it comes back.
   * @throws UserError naming file and line of what is no event of this run; the file system's error
   */
  async readOn(): Promise<RunOutline> {
    for (;;) {
      const resumed = await this.#readToEnd();
      if (resumed === undefined) return this.#outline;
      this.#discarded.push({ after: Math.max(resumed.checkpoint, this.#started), before: resumed.seq });
      this.#restart();
    }
  }

  /** Comes back early with a resumption that was not known: what it takes back is in the outline already. */
  async #readToEnd(): Promise<{ readonly seq: number; readonly checkpoint: number } | undefined> {
    for await (const { bytes, end, shrunk } of appendedLines(this.#file, this.#read, this.#pacing)) {
      if (shrunk) this.#restart();
      if (bytes === undefined) continue;
      const event = this.#parsed(bytes);
      this.#read = end;
      this.#events++;
      if (event.type === "run.resumed" && !this.#discarded.some(({ before }) => before === event.seq)) {
        return event;
      }
      if (event.type === "run.started") this.#started = event.seq;
      if (!this.#isDiscarded(event)) this.#outline = reduceOutline(this.#outline, event);
    }
    return undefined;
  }

  #parsed(bytes: Buffer): RunEvent {
    const where = `${this.#file}, line ${this.#events + 1}`;
    const event: RunEvent = parseStored(bytes, eventSchema, where);
    if (event.seq === this.#events) return event;
    throw damaged(where, `event ${event.seq} stands where event ${this.#events} belongs`);
  }

  #isDiscarded({ seq, type }: RunEvent): boolean {
    if (type === "run.started" || type === "run.resumed") return false;
    return this.#discarded.some(({ after, before }) => after < seq && seq < before);
  }

  #restart(): void {
    this.#read = 0;
    this.#events = 0;
    this.#started = 0;
    this.#outline = emptyOutline();
  }
}

/** All events of a log, read in slices. @throws as `FollowedLog.readOn` */
export async function pacedEvents(file: string, pacing: Pacing = besideOthers): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const { bytes } of appendedLines(file, 0, pacing)) {
    if (bytes !== undefined) events.push(parseStored(bytes, eventSchema, `${file}, line ${events.length + 1}`));
  }
  return events;
}

interface AppendedLine {
  /** Without the newline. Undefined only together with `shrunk`. */
  readonly bytes: Buffer | undefined;
  /** Offset of the first byte after the line. */
  readonly end: number;
  /** The file is another than before: reading begins at its start. */
  readonly shrunk: boolean;
}

/** The whole lines of a file from an offset on. */
async function* appendedLines(path: string, from: number, pacing: Pacing): AsyncGenerator<AppendedLine> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    let position = from;
    if (size < from) {
      position = 0;
      yield { bytes: undefined, end: 0, shrunk: true };
    }
    let end = position;
    let pieces: Buffer[] = [];
    let began = pacing.now();
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      const filled = chunk.subarray(0, bytesRead);
      let start = 0;
      for (let at = filled.indexOf(NEWLINE); at !== -1; at = filled.indexOf(NEWLINE, start)) {
        const bytes = Buffer.concat([...pieces, filled.subarray(start, at)]);
        pieces = [];
        start = at + 1;
        end += bytes.length + 1;
        yield { bytes, end, shrunk: false };
        if (pacing.now() - began < SLICE_MS) continue;
        await pacing.pause();
        began = pacing.now();
      }
      if (start < bytesRead) pieces.push(filled.subarray(start));
    }
  } finally {
    await file.close();
  }
}
