import { type FSWatcher, statSync, watch } from "node:fs";

/** Systems have few watches to give. */
const MOST_WATCHED = 100;

interface Watch {
  readonly watcher: FSWatcher;
  /** Tells the folder from another one in its place. */
  readonly id: number;
}

/**
 * Watches single folders, without what lies deeper. The editor's own watchers leave out folders that came into the workspace
 * with others, and a watcher for a folder inside of the workspace is no more than a part of those.
 */
export class FolderWatches {
  readonly #watches = new Map<string, Watch>();
  readonly #listener: (folder: string, name: string | undefined) => void;

  /** @param listener told of a folder in which something named so came, changed or went; undefined where that is not known */
  constructor(listener: (folder: string, name: string | undefined) => void) {
    this.#listener = listener;
  }

  /** Watches these folders from now on, absolute paths, and no others; those that cannot be watched are left out. */
  follow(folders: Iterable<string>): void {
    const wanted = new Set([...folders].slice(0, MOST_WATCHED));
    for (const [folder, { id }] of this.#watches) {
      if (!wanted.has(folder) || idOf(folder) !== id) this.#end(folder);
    }
    for (const folder of wanted) if (!this.#watches.has(folder)) this.#begin(folder);
  }

  dispose(): void {
    for (const folder of [...this.#watches.keys()]) this.#end(folder);
  }

  #begin(folder: string): void {
    const id = idOf(folder);
    if (id === undefined) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => this.#listener(folder, name ?? undefined));
      // It was taken away, or its disk was.
      watcher.on("error", () => this.#end(folder));
      this.#watches.set(folder, { watcher, id });
    } catch {
      // There are no more watches to be had: what happens there is seen without being told, later.
    }
  }

  #end(folder: string): void {
    this.#watches.get(folder)?.watcher.close();
    this.#watches.delete(folder);
  }
}

function idOf(folder: string): number | undefined {
  try {
    return statSync(folder).ino;
  } catch {
    return undefined;
  }
}
