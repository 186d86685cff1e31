import { isDeepStrictEqual } from "node:util";
import { AskingReader } from "./askingReader.ts";
import type { DetectedFile } from "./definition.ts";
import { type FromDetector, type ToDetector, toDetectorSchema, turnSchema } from "./detectorProtocol.ts";
import { diskReader } from "./folderReader.ts";
import type { Grammars } from "./grammars.ts";
import { SourceIndex } from "./sourceIndex.ts";

/** So many files are reported at once at most: whoever takes them in has other things to do. */
const REPORTED_AT_ONCE = 32;
/** How long a search goes on before others get their turn. */
const SLICE_MS = 10;
const PROGRESS_MS = 250;

export interface DetectorServiceOptions {
  readonly grammars: Grammars;
  readonly ignoreCase: boolean;
  /** Most files that are searched. */
  readonly mostFiles?: number;
  readonly send: (message: FromDetector) => void;
}

/** Serves one index by messages, and reports what it finds, piece by piece, as fast as the pieces are taken. */
export class DetectorService {
  readonly #send: (message: FromDetector) => void;
  readonly #asking: AskingReader;
  readonly #index: SourceIndex;
  /** What the other side knows. */
  readonly #reported = new Map<string, DetectedFile>();
  #reporting: Promise<void> = Promise.resolve();
  #taken: () => void = () => undefined;
  #sliceEnd = 0;

  constructor({ grammars, ignoreCase, mostFiles, send }: DetectorServiceOptions) {
    this.#send = send;
    this.#asking = new AskingReader(send);
    this.#index = new SourceIndex({
      grammars,
      ignoreCase,
      ...(mostFiles === undefined ? {} : { mostFiles }),
      readerFor: (uri) => (uri.startsWith("file:") ? diskReader : this.#asking),
      pause: () => this.#pause(),
    });
  }

  /** What the index keeps. */
  get size(): SourceIndex["size"] {
    return this.#index.size;
  }

  /** Takes in a message; what goes wrong is reported. */
  async receive(value: unknown): Promise<void> {
    try {
      const message = toDetectorSchema.parse(value);
      if (message.type === "taken") this.#taken();
      else if (message.type === "answer") this.#asking.answer(message.request, message.answer);
      else await this.#serve(message);
    } catch (error) {
      this.#send({ type: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    // Nobody waits for ever, whatever went wrong.
    const { success, data } = turnSchema.safeParse(value);
    if (success) this.#send({ type: "settled", turn: data.turn });
  }

  async #serve(message: Exclude<ToDetector, { readonly type: "taken" | "answer" }>): Promise<void> {
    if (message.type === "search") await this.#search(message);
    else if (message.type === "files") await this.#index.changed(message);
    else {
      for (const text of message.open) this.#index.open(text);
      for (const uri of message.closed) await this.#index.close(uri);
    }
    await this.#index.complete();
    await this.#report();
  }

  async #search({ folders, anew }: Extract<ToDetector, { readonly type: "search" }>): Promise<void> {
    const began = performance.now();
    let told = began;
    const onProgress = (files: number) => {
      if (performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      this.#send({ type: "progress", files });
    };
    const search = await this.#index.search(folders, { anew, onProgress });
    if (search !== undefined) this.#send({ type: "searched", ...search, ms: performance.now() - began });
  }

  /** Reports follow each other, so that the last one about a file is the one that holds. */
  #report(): Promise<void> {
    const reported = this.#reporting.then(() => this.#reportNow());
    this.#reporting = reported.catch(() => undefined);
    return reported;
  }

  async #reportNow(): Promise<void> {
    const found = this.#index.found;
    const changed = found.filter((file) => {
      const before = this.#reported.get(file.uri);
      if (before === undefined) return file.definitions.length > 0;
      return before !== file && !isDeepStrictEqual(before.definitions, file.definitions);
    });
    const now = new Set(found.map(({ uri }) => uri));
    const gone = [...this.#reported.keys()].filter((uri) => !now.has(uri)).map((uri) => ({ uri, definitions: [] }));
    const files: readonly DetectedFile[] = [...changed, ...gone];
    for (let at = 0; at < files.length; at += REPORTED_AT_ONCE) {
      const piece = files.slice(at, at + REPORTED_AT_ONCE);
      for (const file of piece) {
        if (file.definitions.length === 0) this.#reported.delete(file.uri);
        else this.#reported.set(file.uri, file);
      }
      const taken = new Promise<void>((resolve) => {
        this.#taken = resolve;
      });
      this.#send({ type: "found", files: piece });
      await taken;
    }
  }

  /** Lets messages come in, now and then. */
  async #pause(): Promise<void> {
    if (performance.now() < this.#sliceEnd) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#sliceEnd = performance.now() + SLICE_MS;
  }
}
