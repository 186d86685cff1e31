import * as vscode from "vscode";

/** Changes on the disk come in swarms: a checkout, a build. */
const GATHERING_MS = 200;
/** So many places are told of at once at most. */
const TOLD_AT_ONCE = 1_000;

/** Told which files and folders came to be or changed, and which vanished. */
export type FilesListener = (written: readonly string[], gone: readonly string[]) => void;

/** Follows what happens to the files of the workspace, inside and outside of the editor. */
export class FileChanges implements vscode.Disposable {
  readonly #listener: FilesListener;
  readonly #subscriptions: vscode.Disposable;
  /** The last that happened to each. */
  readonly #last = new Map<string, "written" | "gone">();
  #timer: NodeJS.Timeout | undefined;

  constructor(listener: FilesListener) {
    this.#listener = listener;
    // A folder that is moved or deleted is one event, without those of the files in it: so everything is watched.
    const watcher = vscode.workspace.createFileSystemWatcher("**/*");
    const note = (happened: "written" | "gone") => (uri: vscode.Uri) => this.#note(uri, happened);
    this.#subscriptions = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(note("written")),
      watcher.onDidChange(note("written")),
      watcher.onDidDelete(note("gone")),
      // The editor's own changes are known before the disk tells of them.
      vscode.workspace.onDidCreateFiles(({ files }) => files.forEach(note("written"))),
      vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(note("gone"))),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) {
          this.#note(oldUri, "gone");
          this.#note(newUri, "written");
        }
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscriptions.dispose();
  }

  #note(uri: vscode.Uri, happened: "written" | "gone"): void {
    if (/\/node_modules\/|\/\.git\/(?!info\/exclude$)/.test(uri.path)) return;
    const place = uri.toString();
    // What happens last comes last.
    this.#last.delete(place);
    this.#last.set(place, happened);
    this.#timer ??= setTimeout(() => this.#tell(), GATHERING_MS);
  }

  #tell(): void {
    const changes = [...this.#last].slice(0, TOLD_AT_ONCE);
    for (const [place] of changes) this.#last.delete(place);
    this.#timer = this.#last.size > 0 ? setTimeout(() => this.#tell(), 0) : undefined;
    const places = (happened: "written" | "gone") =>
      changes.flatMap(([place, last]) => (last === happened ? [place] : []));
    this.#listener(places("written"), places("gone"));
  }
}
