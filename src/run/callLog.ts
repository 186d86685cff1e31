import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { redacted, redactedJson } from "../system/secrets.ts";
import { errorMessage } from "../system/userError.ts";
import { AppendFile } from "./appendFile.ts";
import { diskProblem } from "./diskError.ts";
import { makeFolders } from "./durableFile.ts";

/** One execution of a component, or one call of the proposer, as it begins. */
export interface CallStart {
  /** Name of the component, or "proposer". */
  readonly who: string;
  readonly purpose: string;
}

/** What became of a call. `reused`: an equal call had been made already, and its output was taken over. */
export type CallOutcome = "done" | "failed" | "reused";

/** What a call came to. Tokens are those of its calls of models that were made. */
export interface CallEnd {
  readonly outcome: CallOutcome;
  /** Calls of models within it that were made, and that were answered from a record. */
  readonly calls: number;
  readonly recorded: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Milliseconds for which its requests waited for their turn. */
  readonly waitedMs: number;
  /** The model that it called last. */
  readonly model?: string | undefined;
}

/** One line of the log: a call as it began, as it ended, or both at once; or a mark between calls. */
export type CallLine =
  | ({ readonly call: number; readonly at: number } & CallStart & Partial<WrittenEnd>)
  | ({ readonly ended: number } & WrittenEnd)
  /** Everything before it belongs to the checkpoint that has this number among the events. */
  | { readonly checkpoint: number; readonly at: number }
  /** What stands between that checkpoint and here is done again. */
  | { readonly resumed: number; readonly at: number };

/** What a call came to; what is not there is 0, or `done`. */
type WrittenEnd = { readonly ms: number } & Partial<CallEnd>;

/** Where the engine tells of calls as they begin and end. */
export interface CallRecorder {
  /** @returns to be called once, when the call has ended */
  begin(call: CallStart): (end: CallEnd) => void;
}

/** Calls in one file, files that are kept, and lines that may wait to be written. */
const [FILE_LINES, KEPT_FILES, MOST_WAITING] = [20_000, 10, 256];
/** Milliseconds for which a line may wait: who looks at a run sees its calls about as they happen. */
const MOST_WAIT_MS = 250;
/** Lines that wait at most for a disk to take more, and milliseconds until it is asked again. */
const [MOST_HELD, HELD_MS] = [50_000, 1000];
const FILE_NAME = /^\d{6}\.jsonl$/;

export function callsFolder(folder: string): string {
  return join(folder, "calls");
}

/** Files of a run's calls, the oldest first; none in runs of earlier versions. @throws the file system's error */
export function callFiles(folder: string): string[] {
  const calls = callsFolder(folder);
  if (!existsSync(calls)) return [];
  const names = readdirSync(calls).filter((name) => FILE_NAME.test(name));
  return names.sort().map((name) => join(calls, name));
}

/**
 * Which calls a run made and when, beside its events: for pictures of how the time was spent, not for what was spent. Of
 * very many calls the newest are kept. Nothing hangs on it: where it cannot be written, the run goes on without.
 */
export class CallLog implements CallRecorder {
  readonly #folder: string;
  readonly #clock: () => number;
  /** Calls that began since the last writing, in this order. */
  #begun: OpenCall[] = [];
  /** Lines of calls that were written as begun and have ended since. */
  #ended: string[] = [];
  /** Lines that the disk refused. */
  #waiting: string[] = [];
  #nextCall = 0;
  #file: AppendFile | undefined;
  #lines = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** @param folder of the run */
  constructor(folder: string, clock: () => number) {
    this.#folder = folder;
    this.#clock = clock;
  }

  begin(start: CallStart): (end: CallEnd) => void {
    const call: OpenCall = { id: this.#nextCall++, start, at: this.#clock(), end: undefined, isWritten: false };
    this.#begun.push(call);
    this.#planWriting();
    return (end) => {
      if (call.end !== undefined) return;
      call.end = writtenEnd(end, Math.max(0, this.#clock() - call.at));
      if (!call.isWritten) return;
      this.#ended.push(`${redactedJson({ ended: call.id, ...call.end })}\n`);
      this.#planWriting();
    };
  }

  /** Everything so far belongs to a checkpoint. */
  checkpoint(event: { readonly seq: number; readonly at: number }): void {
    // A log of marks alone would tell nothing.
    if (this.#nextCall > 0) this.#write({ checkpoint: event.seq, at: event.at });
  }

  /** What came after a checkpoint is done again. */
  resumed(checkpoint: number): void {
    if (existsSync(callsFolder(this.#folder))) this.#write({ resumed: checkpoint, at: this.#clock() });
  }

  close(): void {
    this.#write();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#file?.close();
  }

  #planWriting(): void {
    if (this.#begun.length + this.#ended.length >= MOST_WAITING) {
      this.#write();
      return;
    }
    this.#timer ??= setTimeout(() => this.#write(), MOST_WAIT_MS).unref();
  }

  /** Ends come first: calls that begin later may stand in the places of those that ended. */
  #write(mark?: CallLine): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = [...this.#waiting, ...this.#ended, ...this.#begun.map(lineOf)];
    if (mark !== undefined) lines.push(`${JSON.stringify(mark)}\n`);
    for (const call of this.#begun) call.isWritten = true;
    this.#begun = [];
    this.#ended = [];
    this.#waiting = [];
    if (lines.length === 0 || this.#isClosed) return;
    try {
      this.#open().append(lines.join(""));
      this.#lines += lines.length;
    } catch (error) {
      if (diskProblem(error)?.passes && this.#waiting.length + lines.length < MOST_HELD) {
        // The file ends as before: they are written with the next ones.
        this.#waiting = [...lines, ...this.#waiting];
        this.#timer ??= setTimeout(() => this.#write(), HELD_MS).unref();
        return;
      }
      this.#isClosed = true;
      process.emitWarning(redacted(`When calls were made is no longer kept: ${errorMessage(error)}`));
    }
  }

  /** Every process begins a file of its own, so that a line that a crash tore is never gone on with. */
  #open(): AppendFile {
    if (this.#file !== undefined && this.#lines < FILE_LINES) return this.#file;
    this.#file?.close();
    makeFolders(callsFolder(this.#folder));
    const files = callFiles(this.#folder);
    const last = Number(/(\d{6})\.jsonl$/.exec(files.at(-1) ?? "")?.[1] ?? -1);
    const name = `${String(last + 1).padStart(6, "0")}.jsonl`;
    this.#file = new AppendFile(join(callsFolder(this.#folder), name));
    this.#lines = 0;
    for (const old of files.slice(0, Math.max(0, files.length + 1 - KEPT_FILES))) rmSync(old, { force: true });
    return this.#file;
  }
}

interface OpenCall {
  readonly id: number;
  readonly start: CallStart;
  readonly at: number;
  end: WrittenEnd | undefined;
  /** The line that says how it began was written. */
  isWritten: boolean;
}

function lineOf({ id, start: { who, purpose }, at, end }: OpenCall): string {
  return `${redactedJson({ call: id, who, purpose, at, ...end })}\n`;
}

/** What says nothing is left out. */
function writtenEnd(end: CallEnd, ms: number): WrittenEnd {
  const { outcome, calls, recorded, inputTokens, outputTokens, waitedMs, model } = end;
  return {
    ms,
    ...(outcome === "done" ? {} : { outcome }),
    ...(calls === 0 ? {} : { calls }),
    ...(recorded === 0 ? {} : { recorded }),
    ...(inputTokens === 0 ? {} : { inputTokens }),
    ...(outputTokens === 0 ? {} : { outputTokens }),
    ...(waitedMs === 0 ? {} : { waitedMs }),
    ...(model === undefined ? {} : { model }),
  };
}
