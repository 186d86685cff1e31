import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { KnownRuns } from "../../run/knownRuns.ts";
import type { FoundRun, KnownRun } from "../../run/views/knownRun.ts";
import type { RunView } from "../../run/views/runView.ts";
import type { Standing, StandingQuery } from "../../run/views/standing.ts";
import { FolderWatches } from "./folderWatches.ts";
import { NewFolders } from "./newFolders.ts";

/** Live runs are looked at, and changes told, at most this often. */
const EVERY_MS = 500;
/** How often to look without being told: a killed process says nothing, and watching does not work everywhere. */
const UNTOLD_MS = 5_000;
/** How often to search the whole workspace while that is seen, and at most this part of the time. */
const SEARCH_MS = 30_000;
const SEARCHING = 0.01;

/** Folders of runs, wherever in the workspace, and everything in them. */
const RUN_FILES = "{**/.optimas,**/.optimas/runs,**/.optimas/runs/**}";
/** The files of a run that lists show something of. */
const SHOWN_FILES = ["run.json", "events.jsonl", "run.lock", "run.pause"];

/** All runs in the folders `.optimas/runs` of the workspace, read beside everything else and kept up to date. */
export class RunStore implements vscode.Disposable {
  readonly #onDidChange = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #log: vscode.LogOutputChannel;
  readonly #folderWatches: FolderWatches;
  #watchers: vscode.Disposable[] = [];
  #known: KnownRuns | undefined;
  #standing: typeof import("../../run/views/standing.ts").standing | undefined;
  #ready: Promise<void> | undefined;
  #changed: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #untold: NodeJS.Timeout | undefined;
  /** Folders of runs. */
  #outs: readonly string[] = [];
  /** Folders of single runs that something happened in since they were last looked at. */
  readonly #touched = new Set<string>();
  #lookAtAll = false;
  #isSeen: () => boolean = () => false;
  /** When the whole workspace may be searched again without being told. */
  #nextSearch = 0;
  #isDisposed = false;
  #runs: readonly FoundRun[] = [];

  /** Something about the runs is another than before; at most twice a second. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#folderWatches = new FolderWatches((folder, name) =>
      this.#touch(name === undefined ? folder : join(folder, name)),
    );
    this.#subscriptions = [
      this.#onDidChange,
      this.#folderWatches,
      new NewFolders({ onFound: (outs) => this.#add(outs), onMany: () => this.#soon(true) }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#watch();
        this.#outs = [];
        this.#soon(true);
      }),
      vscode.workspace.onDidDeleteFiles(() => this.#soon(true)),
      vscode.workspace.onDidRenameFiles(() => this.#soon(true)),
    ];
  }

  /** Settles once all runs were found and read; the first call begins with it. */
  get ready(): Promise<void> {
    this.#ready ??= this.#begin();
    return this.#ready;
  }

  /** Newest first, as far as they were read. */
  runs(): readonly FoundRun[] {
    return this.#runs;
  }

  /** The run in a folder, an absolute path; undefined where there is none that can be read. */
  run(folder: string): KnownRun | undefined {
    const found = this.#known?.of(folder);
    return found?.kind === "run" ? found : undefined;
  }

  /**
   * Everything that the log of a run says. Read anew each time, in slices.
   * @throws UserError when the log cannot be read
   */
  async view(folder: string): Promise<RunView> {
    const [{ pacedEvents }, { runView }, { eventsFile }] = await Promise.all([
      import("../../run/followedLog.ts"),
      import("../../run/views/reduce.ts"),
      import("../../run/leftovers.ts"),
    ]);
    return runView(await pacedEvents(eventsFile(folder)));
  }

  /** What the runs have found out about a component; undefined where none has it. */
  standingOf(query: Omit<StandingQuery, "isElsewhere">): Standing | undefined {
    const readable = this.#runs.filter((run) => run.kind === "run");
    return readable.length === 0 ? undefined : this.#standing?.(readable, { ...query, isElsewhere });
  }

  /** Searches the whole workspace now and then, not often, while somebody sees what depends on it. */
  searchWhile(isSeen: () => boolean): void {
    this.#isSeen = isSeen;
  }

  /** Reads at once what is new of a run, without waiting to hear of it. @param folder absolute path */
  async update(folder: string): Promise<void> {
    await this.#known?.update([folder]);
    this.#tellNow();
  }

  /** Looks for runs anew, everywhere. */
  async refresh(): Promise<void> {
    const known = await this.#loaded();
    const began = performance.now();
    const found = await runFolders();
    this.#nextSearch = performance.now() + Math.max(SEARCH_MS, (performance.now() - began) / SEARCHING);
    // What was heard of meanwhile counts, too.
    this.#outs = [...new Set([...found, ...this.#outs.filter((out) => existsSync(out))])];
    await known.look(this.#outs);
    this.#follow();
    this.#tellNow();
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const timer of [this.#changed, this.#looking, this.#untold]) clearTimeout(timer);
    for (const watcher of [...this.#watchers, ...this.#subscriptions]) watcher.dispose();
  }

  async #begin(): Promise<void> {
    this.#watch();
    await this.#logged(this.refresh());
    if (this.#isDisposed) return;
    // Watchers begin some time after they are asked for, and tell nothing of a folder that came before.
    let isWatched = false;
    this.#untold = setInterval(() => {
      const isDue = performance.now() > this.#nextSearch && this.#isSeen();
      void this.#logged(isWatched && !isDue ? this.#glance() : this.refresh());
      isWatched = true;
    }, UNTOLD_MS);
  }

  async #glance(): Promise<void> {
    await this.#known?.glance(this.#outs);
    this.#follow();
  }

  /** Folders of runs tell of new runs, and live runs of their logs, wherever they lie. */
  #follow(): void {
    if (this.#isDisposed) return;
    const live = (this.#known?.runs ?? []).filter((run) => run.kind === "run" && run.live);
    this.#folderWatches.follow([...this.#outs, ...live.map(({ folder }) => folder)]);
  }

  #add(outs: readonly string[]): void {
    const added = outs.filter((out) => !this.#outs.includes(out));
    this.#outs = [...this.#outs, ...added];
    if (added.length > 0 && this.#ready !== undefined) void this.#logged(this.#glance());
  }

  async #logged(work: Promise<void> | undefined): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#log.error("The runs of the workspace cannot be listed.", error instanceof Error ? error : String(error));
    }
  }

  async #loaded(): Promise<KnownRuns> {
    const [{ KnownRuns }, { standing }] = await Promise.all([
      import("../../run/knownRuns.ts"),
      import("../../run/views/standing.ts"),
    ]);
    this.#standing = standing;
    this.#known ??= new KnownRuns(() => this.#tell());
    return this.#known;
  }

  #tell(): void {
    this.#changed ??= setTimeout(() => this.#tellNow(), EVERY_MS);
  }

  #tellNow(): void {
    clearTimeout(this.#changed);
    this.#changed = undefined;
    this.#runs = this.#known?.runs ?? [];
    this.#onDidChange.fire();
  }

  #watch(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.dispose();
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== "file") continue;
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, RUN_FILES));
      const look = (uri: vscode.Uri) => this.#touch(uri.fsPath);
      this.#watchers.push(watcher, watcher.onDidCreate(look), watcher.onDidChange(look), watcher.onDidDelete(look));
    }
  }

  #touch(path: string): void {
    const place = placeOf(path);
    if (place === undefined) {
      this.#soon(true);
    } else if (place.file === undefined || SHOWN_FILES.includes(place.file)) {
      this.#touched.add(place.run);
      this.#add([dirname(place.run)]);
      this.#soon(false);
    }
  }

  #soon(all: boolean): void {
    this.#lookAtAll ||= all;
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      const [lookAtAll, touched] = [this.#lookAtAll, [...this.#touched]];
      this.#lookAtAll = false;
      this.#touched.clear();
      // Before anybody asked for runs there is nothing to keep up to date.
      if (this.#ready !== undefined) void this.#logged(lookAtAll ? this.refresh() : this.#known?.update(touched));
    }, EVERY_MS);
  }
}

/** The run that a path lies in, and its file where it lies directly in it; undefined for folders above all runs. */
function placeOf(path: string): { readonly run: string; readonly file: string | undefined } | undefined {
  const [, run, , file] = /^(.*[\\/]\.optimas[\\/]runs[\\/][^\\/]+)([\\/](.+))?$/.exec(path) ?? [];
  return run === undefined ? undefined : { run, file };
}

/** In no folder of this workspace. */
function isElsewhere(path: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) === undefined;
}

/** Every folder of runs: of the workspace's own folders, and of folders inside them. */
async function runFolders(): Promise<string[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const nested = await vscode.workspace.findFiles("**/.optimas/runs/*/run.json", "**/node_modules/**");
  const found = nested.filter(({ scheme }) => scheme === "file").map(({ fsPath }) => dirname(dirname(fsPath)));
  return [...new Set([...folders.map(({ uri }) => join(uri.fsPath, ".optimas", "runs")), ...found])];
}
