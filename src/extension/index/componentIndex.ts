import * as vscode from "vscode";
import type { Definition, DetectedFile, SourceLocation } from "../../detection/definition.ts";
import { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { documentAt, locationOf, notebookOf } from "./cellLocations.ts";
import type { WorkspaceDetection } from "./workspaceDetection.ts";

/** How far the index is. "stopped" after it failed again and again; `searchAgain` starts it anew. */
export type IndexState = "idle" | "searching" | "ready" | "stopped";

/**
 * All definitions of the workspace and of open documents, kept up to date while files and unsaved texts change. Nothing is
 * loaded or searched before something is first asked of it. It reads only, and so works in Restricted Mode too.
 */
export class ComponentIndex implements vscode.Disposable {
  readonly #context: Pick<vscode.ExtensionContext, "extensionUri">;
  readonly #log: vscode.LogOutputChannel;
  readonly #restartsMs: readonly number[] | undefined;
  readonly #changed = new vscode.EventEmitter<void>();
  /** The definitions, or the state, are others than before. */
  readonly onDidChange: vscode.Event<void> = this.#changed.event;

  #files = new Map<string, DetectedFile>();
  #model: WorkspaceModel | undefined;
  #state: IndexState = "idle";
  /** Files that the thread that was started anew has not named yet. */
  readonly #doubtful = new Set<string>();
  #detection: Promise<WorkspaceDetection> | undefined;
  #tellReady: () => void = () => undefined;
  readonly #searchedOnce = new Promise<void>((resolve) => {
    this.#tellReady = resolve;
  });
  #isDisposed = false;

  /** @param options.restartsMs waited before the search is started again, each time that it fails */
  constructor(
    context: Pick<vscode.ExtensionContext, "extensionUri">,
    log: vscode.LogOutputChannel,
    { restartsMs }: { readonly restartsMs?: readonly number[] } = {},
  ) {
    this.#context = context;
    this.#log = log;
    this.#restartsMs = restartsMs;
  }

  get state(): IndexState {
    return this.#state;
  }

  /** Settled when the whole workspace was searched once; starts the search. Never rejects. */
  get ready(): Promise<void> {
    void this.#start();
    return this.#searchedOnce;
  }

  /** What is known now. */
  get model(): WorkspaceModel {
    void this.#start();
    this.#model ??= new WorkspaceModel(
      [...this.#files.keys()].sort().flatMap((uri) => this.#files.get(uri)?.definitions ?? []),
    );
    return this.#model;
  }

  /** Definitions in a file, in all cells of a notebook, or in one cell by the URI of its document. */
  inFile(uri: vscode.Uri): readonly Definition[] {
    void this.#start();
    const { uri: place, cell } = locationOf(uri);
    const definitions = this.#files.get(place)?.definitions ?? [];
    return cell === undefined ? definitions : definitions.filter(({ at }) => at.cell === cell);
  }

  /** Definitions in a document; of a cell, those in that cell alone. */
  inDocument(document: vscode.TextDocument): readonly Definition[] {
    return this.inFile(document.uri);
  }

  /** Where definitions in this document say they are. */
  locationOf(uri: vscode.Uri): SourceLocation {
    return locationOf(uri);
  }

  /** The document at a location, opened where it is not. @throws Error when it is gone */
  documentAt(location: SourceLocation): Promise<vscode.TextDocument> {
    return documentAt(location);
  }

  /** Settled when the text of a document, or the file on the disk, is in the model as it is now. Never rejects. */
  async refresh(uri: vscode.Uri): Promise<void> {
    const detection = await this.#start();
    await detection?.refresh(notebookOf(uri)?.uri ?? uri);
  }

  /** Searches the whole workspace again, whatever is known. */
  async searchAgain(): Promise<void> {
    const detection = await this.#start();
    if (this.#state === "stopped") this.#become("searching");
    await detection?.searchAgain();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#tellReady();
    void this.#detection?.then((detection) => detection.dispose());
    this.#changed.dispose();
  }

  async #start(): Promise<WorkspaceDetection | undefined> {
    if (this.#isDisposed) return undefined;
    this.#detection ??= this.#load();
    return this.#detection.catch(() => undefined);
  }

  async #load(): Promise<WorkspaceDetection> {
    try {
      const { WorkspaceDetection } = await import("./workspaceDetection.ts");
      this.#become("searching");
      const detection = new WorkspaceDetection({
        context: this.#context,
        log: this.#log,
        ...(this.#restartsMs === undefined ? {} : { restartsMs: this.#restartsMs }),
        onFound: (files) => this.#take(files),
        onRestart: () => {
          for (const uri of this.#files.keys()) this.#doubtful.add(uri);
          this.#become("searching");
        },
        onSearched: () => this.#searched(),
        onStopped: () => this.#stopped(),
      });
      if (this.#isDisposed) detection.dispose();
      return detection;
    } catch (error) {
      this.#log.error("The parts that find components could not be loaded.", error instanceof Error ? error : "");
      this.#stopped();
      throw error;
    }
  }

  #take(files: readonly DetectedFile[]): void {
    for (const file of files) {
      this.#doubtful.delete(file.uri);
      if (file.definitions.length === 0) this.#files.delete(file.uri);
      else this.#files.set(file.uri, file);
    }
    this.#model = undefined;
    this.#changed.fire();
  }

  #searched(): void {
    this.#take([...this.#doubtful].map((uri) => ({ uri, definitions: [] })));
    this.#become("ready");
    this.#tellReady();
  }

  #stopped(): void {
    this.#become("stopped");
    this.#tellReady();
    void this.#tell();
  }

  async #tell(): Promise<void> {
    const again = vscode.l10n.t("Try Again");
    const show = vscode.l10n.t("Show Log");
    const message = vscode.l10n.t(
      "Optimas no longer finds components: the search failed several times. Those found before are shown as they were.",
    );
    const chosen = await vscode.window.showErrorMessage(message, again, show);
    if (chosen === again) await this.searchAgain();
    else if (chosen === show) this.#log.show();
  }

  #become(state: IndexState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed.fire();
  }
}
