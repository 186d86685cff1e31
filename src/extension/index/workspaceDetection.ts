import * as vscode from "vscode";
import type { DetectedFile } from "../../detection/definition.ts";
import type { FromDetector } from "../../detection/detectorProtocol.ts";
import { DetectorThread, type DetectorThreadOptions } from "./detectorThread.ts";
import { FileChanges } from "./fileChanges.ts";
import { OpenTexts } from "./openTexts.ts";
import { changesSearch, searchedFolders } from "./searchedFolders.ts";
import { answerTo } from "./workspaceReading.ts";

/** Waited before the thread is started again, the first and the second time that it ends by itself. */
const RESTARTS_MS: readonly number[] = [1_000, 5_000];
/** A thread that lived so long has not failed again and again. */
const LONG_LIFE_MS = 10 * 60_000;
/** Settings change one after the other when they are edited. */
const SETTLING_MS = 300;

type SearchNews = Extract<FromDetector, { readonly type: "searched" }>;

export interface WorkspaceDetectionOptions {
  readonly context: Pick<vscode.ExtensionContext, "extensionUri">;
  readonly log: vscode.LogOutputChannel;
  readonly restartsMs?: readonly number[];
  /** Files whose definitions are others than before. */
  readonly onFound: (files: readonly DetectedFile[]) => void;
  /** Of the files known before, only those named since are still right. */
  readonly onRestart: () => void;
  /** The workspace was searched once, or once again after a restart. */
  readonly onSearched: () => void;
  /** It failed again and again and is not started any more. */
  readonly onStopped: () => void;
}

/** Keeps a thread at work that finds definitions, and tells it of all that changes in the workspace. */
export class WorkspaceDetection implements vscode.Disposable {
  readonly #options: WorkspaceDetectionOptions;
  readonly #subscriptions: vscode.Disposable;
  readonly #texts: OpenTexts;
  #thread: DetectorThread | undefined;
  #startedAt = 0;
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;
  #settling: NodeJS.Timeout | undefined;
  /** The last that was asked of the thread because an open text changed. */
  #textsSettled: Promise<void> = Promise.resolve();

  constructor(options: WorkspaceDetectionOptions) {
    this.#options = options;
    this.#texts = new OpenTexts((open, closed) => {
      this.#textsSettled = this.#thread?.request({ type: "texts", open, closed }) ?? Promise.resolve();
    });
    const files = new FileChanges((written, gone) => {
      void this.#thread?.request({ type: "files", written, gone });
    });
    this.#subscriptions = vscode.Disposable.from(
      this.#texts,
      files,
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#searchSoon()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (changesSearch(event)) this.#searchSoon();
      }),
      new vscode.Disposable(() => {
        clearTimeout(this.#restart);
        clearTimeout(this.#settling);
        void this.#thread?.stop();
      }),
    );
    this.#start();
  }

  /** Settled when a text, or file on the disk, is taken in as it is now. */
  async refresh(uri: vscode.Uri): Promise<void> {
    const isOpen = [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments].some(
      (document) => document.uri.toString() === uri.toString(),
    );
    if (!isOpen) await this.#thread?.request({ type: "files", written: [uri.toString()], gone: [] });
    else {
      this.#texts.flush();
      await this.#textsSettled;
    }
  }

  /** Searches everything anew, also after it was given up. */
  async searchAgain(): Promise<void> {
    this.#failures = 0;
    if (this.#thread === undefined) this.#start();
    else await this.#search(true);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #start(): void {
    clearTimeout(this.#restart);
    const { context, log, onFound } = this.#options;
    const file = (...names: string[]) => vscode.Uri.joinPath(context.extensionUri, "dist", ...names).fsPath;
    const options: DetectorThreadOptions = {
      entry: file("detector.cjs"),
      settings: { grammars: file("grammars"), ignoreCase: ["darwin", "win32"].includes(process.platform) },
      answerTo,
      onFound,
      onNews: (news) => {
        if (news.type === "failed") log.error(`Finding components: ${news.reason}`);
        else if (news.type === "progress") log.debug(`Finding components: ${news.files} files so far.`);
        else log.info(searchWords(news));
      },
      onEnd: (reason) => this.#ended(reason),
    };
    this.#startedAt = Date.now();
    this.#thread = new DetectorThread(options);
    // What a person looks at comes first.
    this.#texts.tellAll();
    void this.#search(false);
  }

  async #search(anew: boolean): Promise<void> {
    const thread = this.#thread;
    await thread?.request({ type: "search", folders: searchedFolders(), anew });
    if (thread !== undefined && thread === this.#thread) this.#options.onSearched();
  }

  #searchSoon(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#search(false), SETTLING_MS);
  }

  #ended(reason: string): void {
    const { log, onRestart, onStopped, restartsMs = RESTARTS_MS } = this.#options;
    log.error(`The thread that finds components ended: ${reason}`);
    this.#thread = undefined;
    if (Date.now() - this.#startedAt > LONG_LIFE_MS) this.#failures = 0;
    const wait = restartsMs[this.#failures++];
    if (wait === undefined) onStopped();
    else {
      onRestart();
      this.#restart = setTimeout(() => this.#start(), wait);
    }
  }
}

function searchWords({ files, parsed, large, isCut, ms }: SearchNews): string {
  const notes = [
    ...(large > 0 ? [`${large} are too large to be read`] : []),
    ...(isCut ? ["the workspace has more, which are not searched"] : []),
  ];
  const rest = notes.length === 0 ? "" : `; ${notes.join("; ")}`;
  return `Searched ${files} files for components in ${ms.toFixed(0)} ms and parsed ${parsed} of them${rest}.`;
}
