import { basename } from "node:path";
import { errorMessage } from "../../system/userError.ts";
import { diskErrorCode } from "../diskError.ts";
import type { RunEvent } from "../events.ts";
import type { RunBrief } from "./compareModel.ts";
import { comparedFolders, compareQuerySchema, plainCompareQuery } from "./compareQuery.ts";
import { type ComparedSource, type Comparison, comparison } from "./comparison.ts";
import { ComparisonMemory } from "./comparisonMemory.ts";
import type { Reading, RunReader } from "./runReader.ts";

/** The page that is about several runs. */
const PAGE = "compare";
/** How often to look whether the other runs are live. */
const LIVENESS_MS = 1000;

export interface ComparedReaderParts {
  /** Folder of the panel's own run, an absolute path. */
  readonly folder: string;
  readonly own: Pick<RunReader, "readOn" | "shown" | "event">;
  /** Opens another run, for what it brings to a comparison. */
  readonly open: (folder: string) => Pick<RunReader, "readOn" | "shown">;
  /** Absolute path of the file of a run's experiment; undefined where it is not known. */
  readonly fileOf?: (folder: string) => string | undefined;
  /** Whether a process works on a run. */
  readonly isLive: (folder: string) => boolean;
  /** Milliseconds, from any start. */
  readonly now: () => number;
}

/** Another run that is followed. */
interface Other {
  readonly reader: Pick<RunReader, "readOn" | "shown">;
  hasRead: boolean;
  problem: string | undefined;
  live: boolean;
}

/**
 * The reader of a panel's run, and of the runs that its page of comparisons names, for as long as it names them: others
 * are read on beside the own one, a block at a time, so that neither waits for a long log.
 */
export class ComparedReader {
  readonly #parts: ComparedReaderParts;
  readonly #others = new Map<string, Other>();
  #memory = new ComparisonMemory();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isOwnLive = false;
  /** By the runs' folders. */
  readonly #files = new Map<string, string>();

  constructor(parts: ComparedReaderParts) {
    this.#parts = parts;
  }

  /** @throws as `RunReader.readOn` of the own run; why another cannot be read stands in the comparison */
  async readOn(): Promise<Reading & { readonly isFollowed?: boolean }> {
    const own = await this.#parts.own.readOn();
    let { changed, more } = own;
    if (this.#others.size > 0 && this.#lookWhetherLive()) changed = true;
    for (const [folder, other] of this.#others) {
      const reading = await readOther(folder, other);
      changed ||= reading.changed;
      more ||= reading.more;
    }
    const isFollowed = [...this.#others.values()].some(({ live }) => live);
    return { ...own, changed, more, ...(isFollowed && { isFollowed }) };
  }

  shown(page: string, query: unknown): unknown {
    return page === PAGE ? this.#comparison(query) : this.#parts.own.shown(page, query);
  }

  event(seq: number): Promise<RunEvent | undefined> {
    return this.#parts.own.event(seq);
  }

  #comparison(asked: unknown): Comparison {
    const { folder, own } = this.#parts;
    const query = compareQuerySchema.safeParse(asked).data ?? plainCompareQuery;
    const wanted = comparedFolders(query, folder);
    this.#follow(wanted);
    this.#lookWhetherLive();
    const brief = own.shown(PAGE, undefined) as RunBrief | null;
    const sources: ComparedSource[] = [
      {
        folder,
        id: basename(folder),
        live: this.#isOwnLive,
        file: this.#fileOf(folder),
        read: { state: "read", brief },
      },
      ...wanted.flatMap((other) => this.#sourceOf(other) ?? []),
    ];
    return comparison(sources, query, this.#memory);
  }

  #follow(folders: readonly string[]): void {
    const left = [...this.#others.keys()].filter((folder) => !folders.includes(folder));
    for (const folder of left) this.#others.delete(folder);
    if (left.length > 0) this.#memory = new ComparisonMemory();
    for (const folder of folders) {
      if (this.#others.has(folder)) continue;
      const reader = this.#parts.open(folder);
      this.#others.set(folder, { reader, hasRead: false, problem: undefined, live: this.#parts.isLive(folder) });
    }
  }

  #sourceOf(folder: string): ComparedSource | undefined {
    const other = this.#others.get(folder);
    if (other === undefined) return undefined;
    const { problem, live, hasRead, reader } = other;
    const known = { folder, id: basename(folder), live, file: this.#fileOf(folder) };
    if (problem !== undefined) return { ...known, read: { state: "unreadable", problem } };
    if (!hasRead) return { ...known, read: { state: "reading" } };
    return { ...known, read: { state: "read", brief: reader.shown(PAGE, undefined) as RunBrief | null } };
  }

  /** It never changes, but is not there before its run is. */
  #fileOf(folder: string): string | undefined {
    const file = this.#files.get(folder) ?? this.#parts.fileOf?.(folder);
    if (file !== undefined) this.#files.set(folder, file);
    return file;
  }

  #lookWhetherLive(): boolean {
    const { now, isLive, folder } = this.#parts;
    if (now() - this.#lookedAt < LIVENESS_MS) return false;
    this.#lookedAt = now();
    const before = this.#liveRuns();
    this.#isOwnLive = isLive(folder);
    for (const [path, other] of this.#others) other.live = isLive(path);
    return before !== this.#liveRuns();
  }

  #liveRuns(): string {
    return JSON.stringify([this.#isOwnLive, ...[...this.#others.values()].map(({ live }) => live)]);
  }
}

async function readOther(folder: string, other: Other): Promise<Pick<Reading, "changed" | "more">> {
  const before = [other.hasRead, other.problem].join();
  try {
    const { changed, more } = await other.reader.readOn();
    other.problem = undefined;
    other.hasRead ||= !more;
    return { changed: changed || before !== [other.hasRead, other.problem].join(), more };
  } catch (error) {
    const isGone = diskErrorCode(error) === "ENOENT";
    other.problem = isGone ? `there is no run in ${folder} any more` : errorMessage(error);
    return { changed: before !== [other.hasRead, other.problem].join(), more: false };
  }
}
