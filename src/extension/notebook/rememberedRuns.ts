import { createHash } from "node:crypto";

/** A run that a cell began, for the case that the notebook is closed before it was saved with the run's output. */
export interface RememberedRun {
  /** URI of the notebook. */
  readonly notebook: string;
  /** What the cell held when it began the run, as `codeHash` gives it. */
  readonly code: string;
  /** Absolute path of the run's folder. */
  readonly folder: string;
}

/** Where runs are remembered over a restart of the editor. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = "optimas.runs";
/** Older runs are forgotten: their notebooks were saved long ago. */
const MOST = 50;

/** The runs that cells of this workspace began and that have not come to their end, as far as is known. */
export class RememberedRuns {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** The runs of a cell, oldest first. */
  of(notebook: string, code: string): string[] {
    const hash = codeHash(code);
    return this.#runs()
      .filter((run) => run.notebook === notebook && run.code === hash)
      .map(({ folder }) => folder);
  }

  /** URI of the notebook that has the cell which began a run; undefined where nothing is remembered of it. */
  notebookOf(folder: string): string | undefined {
    return this.#runs().findLast((run) => run.folder === folder)?.notebook;
  }

  async remember(notebook: string, code: string, folder: string): Promise<void> {
    const others = this.#runs().filter((run) => run.folder !== folder);
    const run: RememberedRun = { notebook, code: codeHash(code), folder };
    await this.#memory.update(KEY, [...others, run].slice(-MOST));
  }

  /** A run that came to its end, or that the notebook's file points to. */
  async forget(folder: string): Promise<void> {
    const [before, after] = [this.#runs(), this.#runs().filter((run) => run.folder !== folder)];
    if (after.length < before.length) await this.#memory.update(KEY, after);
  }

  #runs(): readonly RememberedRun[] {
    return this.#memory.get<readonly RememberedRun[]>(KEY) ?? [];
  }
}

function codeHash(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
