import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../../system/userError.ts";
import { diskErrorCode } from "../diskError.ts";
import { type EventOf, type EventType, eventSchema, type RunEvent } from "../events.ts";
import { damaged, parseStored } from "../storedJson.ts";
import { RedoneWork } from "../views/effectiveEvents.ts";
import { CandidateLines } from "./candidateLine.ts";
import { type LogPiece, linesFrom, linesIn } from "./logPieces.ts";
import type { PageModel, TableFile } from "./panelModel.ts";

/** Read at once, before others get their turn. */
const BLOCK_BYTES = 1 << 22;
const NEWLINE = 0x0a;
/** How a line says that it tells of the run itself: its start, its resumptions, its end. */
const OF_THE_RUN = Buffer.from('"type":"run.');

/** How far the log has been read. */
export interface Reading {
  /** Something is known that was not known before. */
  readonly changed: boolean;
  /** There are whole lines left. */
  readonly more: boolean;
  /** Bytes read, of all. */
  readonly done: number;
  readonly total: number;
}

/**
 * Reads a run's log into models as it grows, block by block. Resumptions are looked for ahead of all else, so that work
 * that they took back never reaches a model; one that comes while the log is followed has all models begin anew.
 */
export class RunReader {
  readonly #file: string;
  readonly #open: () => readonly PageModel[];
  readonly #candidates = new CandidateLines();
  /** Of one block: made once, for getting so much memory takes its time. */
  readonly #room = Buffer.allocUnsafe(BLOCK_BYTES);
  #models: readonly PageModel[];
  /** Those that an event means something to. */
  readonly #modelsOf = new Map<EventType, readonly PageModel[]>();
  #read = 0;
  #events = 0;
  /** Looked for resumptions up to here. */
  #looked = 0;
  /** Number of the last start that was found: nothing before it is taken back. */
  #started = 0;
  /** Stretches that resumptions took back: events between the two numbers. */
  #discarded: { readonly after: number; readonly before: number }[] = [];
  #redone = new RedoneWork();
  /** Where blocks begin, and with which event: the way back to single events. */
  #marks: { readonly event: number; readonly offset: number }[] = [];

  /** @param models the models of all pages, new with every call */
  constructor(file: string, models: () => readonly PageModel[]) {
    this.#file = file;
    this.#open = models;
    this.#models = models();
  }

  /** What a page shows of the run as far as it was read; undefined for a page that there is not. */
  shown(page: string, query: unknown): unknown {
    return this.#models.find((model) => model.page === page)?.shown(query);
  }

  /** The whole table of a page, as far as the run was read; undefined where the page has none. */
  exported(page: string, query: unknown, kind: TableFile): string | undefined {
    return this.#models.find((model) => model.page === page)?.exported?.(query, kind);
  }

  /**
   * Reads the next block. Not to be called again before it comes back.
   * @throws UserError naming file and line of what is no event of this run; the file system's error
   */
  async readOn(): Promise<Reading> {
    const file = await this.#opened();
    if (file === undefined) return { changed: false, more: false, done: 0, total: 0 };
    try {
      const { size } = await file.stat();
      const shrunk = size < this.#read;
      if (shrunk) this.#forget();
      const restarted = await this.#lookAhead(file);
      const block = await linesFrom(file, this.#read, BLOCK_BYTES, this.#room);
      if (block !== undefined) this.#take(block);
      return {
        changed: shrunk || restarted || block !== undefined,
        more: block !== undefined && this.#read < size,
        done: this.#read,
        total: size,
      };
    } finally {
      await file.close();
    }
  }

  /**
   * @returns undefined where the run has a folder, and has not begun its log
   * @throws UserError where the folder is gone, or the log that was read
   */
  async #opened(): Promise<FileHandle | undefined> {
    try {
      return await open(this.#file, "r");
    } catch (error) {
      if (diskErrorCode(error) !== "ENOENT") throw error;
      const folder = dirname(this.#file);
      if (this.#read === 0 && existsSync(folder)) return undefined;
      const gone = existsSync(folder) ? this.#file : folder;
      throw new UserError(
        `${gone} was deleted, moved or renamed. What is shown is what was read before. Put it back to go on, or close this panel.`,
        { cause: error },
      );
    }
  }

  /** An event as it stands in the log; undefined where it was not read yet. @throws as `readOn` */
  async event(seq: number): Promise<RunEvent | undefined> {
    if (seq >= this.#events) return undefined;
    const mark = this.#marks.findLast(({ event }) => event <= seq);
    if (mark === undefined) return undefined;
    const file = await open(this.#file, "r");
    try {
      let first = mark.event;
      let offset = mark.offset;
      for (;;) {
        const block = await linesFrom(file, offset, BLOCK_BYTES);
        if (block === undefined) return undefined;
        for (const line of linesIn(block.bytes)) {
          if (first === seq) return parseStored(line, eventSchema, `${this.#file}, line ${seq + 1}`);
          first++;
        }
        offset += block.bytes.length;
      }
    } finally {
      await file.close();
    }
  }

  #take({ bytes, start }: LogPiece): void {
    this.#marks.push({ event: this.#events, offset: start });
    const candidates = this.#candidates;
    candidates.take(bytes);
    while (candidates.at < bytes.length) {
      const event = candidates.next() ?? this.#other(bytes);
      if (event.seq !== this.#events) {
        throw damaged(this.#where, `event ${event.seq} stands where event ${this.#events} belongs`);
      }
      this.#events++;
      this.#read = start + candidates.at;
      const told = this.#redone.after(event, !this.#isDiscarded(event));
      if (told !== undefined) this.#add(told);
    }
  }

  /** The event of the next line, whatever it is. */
  #other(bytes: Buffer): RunEvent {
    const { at } = this.#candidates;
    const end = bytes.indexOf(NEWLINE, at);
    const event: RunEvent = parseStored(bytes.subarray(at, end), eventSchema, this.#where);
    this.#candidates.at = end + 1;
    return event;
  }

  #add(event: RunEvent): void {
    const { type } = event;
    let models = this.#modelsOf.get(type);
    if (models === undefined) {
      models = this.#models.filter(({ ignores }) => !ignores.includes(type));
      this.#modelsOf.set(type, models);
    }
    for (const model of models) model.add(event);
  }

  get #where(): string {
    return `${this.#file}, line ${this.#events + 1}`;
  }

  /** @returns true where what was read is taken back by a resumption: reading begins anew */
  async #lookAhead(file: FileHandle): Promise<boolean> {
    let restarts = false;
    for (;;) {
      const block = await linesFrom(file, this.#looked, BLOCK_BYTES, this.#room);
      if (block === undefined) break;
      for (const event of eventsOfTheRun(block.bytes, this.#file)) {
        if (event.type === "run.started") this.#started = event.seq;
        else restarts = this.#takeBack(event) || restarts;
      }
      this.#looked = block.start + block.bytes.length;
    }
    if (restarts) this.#restart();
    return restarts;
  }

  /** @returns true where events were read that no longer count */
  #takeBack({ checkpoint, seq }: EventOf<"run.resumed">): boolean {
    const after = Math.max(checkpoint, this.#started);
    this.#discarded.push({ after, before: seq });
    return this.#events > after + 1;
  }

  #isDiscarded({ seq, type }: RunEvent): boolean {
    if (this.#discarded.length === 0 || type === "run.started" || type === "run.resumed") return false;
    return this.#discarded.some(({ after, before }) => after < seq && seq < before);
  }

  #restart(): void {
    this.#models = this.#open();
    this.#modelsOf.clear();
    this.#read = 0;
    this.#events = 0;
    this.#marks = [];
    this.#redone = new RedoneWork();
  }

  #forget(): void {
    this.#restart();
    this.#looked = 0;
    this.#started = 0;
    this.#discarded = [];
  }
}

/** The starts and resumptions in whole lines, found without reading the others. */
function* eventsOfTheRun(bytes: Buffer, file: string): Generator<EventOf<"run.started" | "run.resumed">> {
  for (let at = bytes.indexOf(OF_THE_RUN); at !== -1; at = bytes.indexOf(OF_THE_RUN, at + 1)) {
    const line = bytes.subarray(bytes.lastIndexOf("\n", at) + 1, bytes.indexOf("\n", at));
    const event: RunEvent = parseStored(line, eventSchema, file);
    if (event.type === "run.started" || event.type === "run.resumed") yield event;
  }
}
