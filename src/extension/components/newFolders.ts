import { relative, sep } from "node:path";
import * as vscode from "vscode";
import type { RunFolderSearch } from "../../run/runFoldersBelow.ts";

/** New files and folders come in swarms: a checkout, a build. */
const GATHERING_MS = 300;
/**
 * The editor may tell of a new folder alone, and never of what is put into it: so it is looked through again, after as long
 * as it is old by then, until it has this age.
 */
const YOUNG_MS = 60_000;
/** Most new places that are looked through, each by itself. */
const MOST_PLACES = 200;
/** Most folders that are entered below all that came at once. */
const MOST_FOLDERS = 1_000;

export interface NewFoldersListener {
  /** Folders of runs came to be, absolute paths; some may be known already. */
  readonly onFound: (outs: readonly string[]) => void;
  /** More came to be at once than is looked through one by one. */
  readonly onMany: () => void;
}

/** Folders of runs below folders that come to be in the workspace, which may have come with all that is in them. */
export class NewFolders implements vscode.Disposable {
  readonly #listener: NewFoldersListener;
  readonly #subscriptions: vscode.Disposable;
  readonly #created = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #gathering: NodeJS.Timeout | undefined;
  #young = 0;
  #isDisposed = false;

  constructor(listener: NewFoldersListener) {
    this.#listener = listener;
    const watcher = vscode.workspace.createFileSystemWatcher("**/*", false, true, true);
    const note = (uri: vscode.Uri) => this.#note(uri);
    this.#subscriptions = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(note),
      vscode.workspace.onDidCreateFiles(({ files }) => files.forEach(note)),
      vscode.workspace.onDidRenameFiles(({ files }) => files.map(({ newUri }) => newUri).forEach(note)),
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#gathering);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#subscriptions.dispose();
  }

  #note(uri: vscode.Uri): void {
    // Of what lies in a folder of runs others tell.
    if (uri.scheme !== "file" || /\/(?:node_modules|\.git|\.optimas)(?:\/|$)/.test(uri.path)) return;
    if (this.#created.size <= MOST_PLACES) this.#created.add(uri.fsPath);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const places = topmost(this.#created);
      this.#created.clear();
      if (this.#young + places.length > MOST_PLACES) this.#listener.onMany();
      else void this.#look(places, GATHERING_MS);
    }, GATHERING_MS);
  }

  /** @param age of the places by now, in milliseconds */
  async #look(places: readonly string[], age: number): Promise<void> {
    const [{ runFoldersBelow }, { excludes }, { searchedFolders }] = await Promise.all([
      import("../../run/runFoldersBelow.ts"),
      import("../../detection/exclusion.ts"),
      import("../index/searchedFolders.ts"),
    ]);
    const rules = searchedFolders().flatMap(({ uri, exclusions: [files] }) => {
      const root = vscode.Uri.parse(uri).fsPath;
      return files === undefined ? [] : [{ root, excluded: excludes([files]) }];
    });
    const leavesOut: RunFolderSearch["leavesOut"] = (path, siblings) =>
      rules.some(({ root, excluded }) => {
        const below = relative(root, path);
        return below !== "" && !below.startsWith("..") && excluded(below.split(sep).join("/"), siblings);
      });
    const [folders, outs] = [[] as string[], [] as string[]];
    let left = MOST_FOLDERS;
    for (const place of places) {
      const found = await runFoldersBelow(place, { limit: left, leavesOut });
      outs.push(...found.outs);
      left -= found.entered;
      // Files have nothing below them, and what is gone again neither.
      if (found.entered > 0) folders.push(place);
      if (left <= 0) break;
    }
    if (this.#isDisposed) return;
    if (outs.length > 0) this.#listener.onFound(outs);
    if (folders.length > 0 && age < YOUNG_MS) this.#later(folders, age);
  }

  #later(folders: readonly string[], age: number): void {
    this.#young += folders.length;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#young -= folders.length;
      void this.#look(folders, 2 * age);
    }, age);
    this.#timers.add(timer);
  }
}

/** Those that lie below none of the others. */
function topmost(places: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (const place of [...places].sort((a, b) => a.length - b.length)) {
    if (!kept.some((above) => place.startsWith(above + sep))) kept.push(place);
  }
  return kept;
}
