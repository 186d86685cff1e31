import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { errorMessage } from "../system/userError.ts";
import { diskErrorCode } from "./diskError.ts";
import { FollowedLog } from "./followedLog.ts";
import { eventsFile } from "./leftovers.ts";
import { readPause } from "./pauseFile.ts";
import { type RunInfo, readRunInfo } from "./runInfo.ts";
import { liveOwner } from "./runLock.ts";
import type { RunPause } from "./runPause.ts";
import type { FoundRun } from "./views/knownRun.ts";
import { emptyOutline } from "./views/runOutline.ts";

interface Entry {
  readonly log: FollowedLog;
  info: RunInfo | undefined;
  /** Size and time of change of the log when it was last read. */
  read: string;
  found: FoundRun | undefined;
}

/**
 * The runs in some folders of runs, kept in mind: every log is read once, in slices, and later only what was added. All
 * that is asked of it is done one after the other.
 */
export class KnownRuns {
  readonly #entries = new Map<string, Entry>();
  readonly #onChange: () => void;
  #working: Promise<void> = Promise.resolve();

  /** @param onChange called whenever something about a run is known that was not known before */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Newest first. */
  get runs(): FoundRun[] {
    const found = [...this.#entries.values()].flatMap((entry) => entry.found ?? []);
    // Ids begin with the time of the start.
    return found.sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  }

  /** The run in a folder, an absolute path. */
  of(folder: string): FoundRun | undefined {
    return this.#entries.get(folder)?.found;
  }

  /**
   * Finds all runs in these folders of runs, the newest first, and forgets those that are in none of them any more.
   * @param outs absolute paths; they need not exist
   */
  look(outs: readonly string[]): Promise<void> {
    return this.#next(async () => {
      for (const folder of await this.#present(outs)) await this.#read(folder);
    });
  }

  /** The same, but of runs that are known only those are read that are at work: it costs next to nothing. */
  glance(outs: readonly string[]): Promise<void> {
    return this.#next(async () => {
      for (const folder of await this.#present(outs)) {
        const known = this.#entries.get(folder)?.found;
        if (known === undefined || liveIn(known)) await this.#read(folder);
      }
    });
  }

  /** Reads what is new of the runs in these folders. */
  update(folders: Iterable<string>): Promise<void> {
    const asked = [...folders];
    return this.#next(async () => {
      for (const folder of asked) await this.#read(resolve(folder));
    });
  }

  #next(work: () => Promise<void>): Promise<void> {
    const working = this.#working.then(work);
    this.#working = working.catch(() => undefined);
    return working;
  }

  /** The runs that there are, the newest first; all others are forgotten. */
  async #present(outs: readonly string[]): Promise<readonly string[]> {
    const there = (await Promise.all(outs.map(foldersIn))).flat();
    const present = new Set(there);
    for (const known of this.#entries.keys()) if (!present.has(known)) this.#forget(known);
    return there.sort((a, b) => (basename(a) < basename(b) ? 1 : -1));
  }

  #forget(folder: string): void {
    if (this.#entries.delete(folder)) this.#onChange();
  }

  async #read(folder: string): Promise<void> {
    if (!(await isFolder(folder))) {
      this.#forget(folder);
      return;
    }
    const entry = this.#entries.get(folder) ?? newEntry(folder);
    const stateNow = () => JSON.stringify([entry.read, entry.found?.kind, liveIn(entry.found), pauseIn(entry.found)]);
    const before = stateNow();
    entry.found = await found(folder, entry);
    this.#entries.set(folder, entry);
    if (stateNow() !== before) this.#onChange();
  }
}

function newEntry(folder: string): Entry {
  return { log: new FollowedLog(eventsFile(folder)), info: undefined, read: "", found: undefined };
}

function liveIn(run: FoundRun | undefined): boolean {
  return run?.kind === "run" && run.live;
}

function pauseIn(run: FoundRun | undefined): RunPause | undefined {
  return run?.kind === "run" ? run.pause : undefined;
}

async function found(folder: string, entry: Entry): Promise<FoundRun | undefined> {
  const id = basename(folder);
  try {
    // Asked first: a run that ends meanwhile has said its last word when its log is read.
    const live = liveOwner(folder) !== undefined;
    if (entry.info === undefined && live && (await stateOf(join(folder, "run.json"))) === undefined) {
      // It is just being made.
      return undefined;
    }
    entry.info ??= readRunInfo(folder);
    const pause = live ? readPause(folder) : undefined;
    const now = { live, ...(pause && { pause }) };
    const state = await stateOf(eventsFile(folder));
    if (state === undefined) return { kind: "run", id, folder, info: entry.info, outline: emptyOutline(), ...now };
    if (state !== entry.read) {
      await entry.log.readOn();
      entry.read = state;
    }
    // A copy: the log goes on with its own.
    return { kind: "run", id, folder, info: entry.info, outline: { ...entry.log.outline }, ...now };
  } catch (error) {
    return { kind: "unreadable", id, folder, problem: errorMessage(error) };
  }
}

/** What tells one state of a file from another; undefined where there is no file. */
async function stateOf(file: string): Promise<string | undefined> {
  try {
    const { size, mtimeMs } = await stat(file);
    return `${size}/${mtimeMs}`;
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function foldersIn(out: string): Promise<string[]> {
  try {
    const entries = await readdir(out, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => join(resolve(out), name));
  } catch {
    // Not there, or not to be read: there are no runs to show.
    return [];
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
