import { basename } from "node:path";
import * as vscode from "vscode";
import {
  RUN_PANEL_VERSION,
  type RunPanelMessage,
  type RunPanelRequest,
  runPanelRequestSchema,
} from "../../run/panel/panelMessage.ts";
import type { Rerun } from "../../run/panel/rerun.ts";
import { errorMessage } from "../../system/userError.ts";
import { extensionPage, pageOptions } from "../extensionPage.ts";
import { pageWords } from "../pageWords.ts";
import { CellDeeds } from "./cellDeeds.ts";
import { ReaderThread } from "./readerThread.ts";
import { doDeed } from "./runDeeds.ts";
import { WaitingDeeds } from "./waitingDeeds.ts";

/** What panels of runs need of the rest of the extension. */
export interface RunPanelParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
}

/** The panel of one run: a page, and a thread that reads the run for it. */
export class RunPanel implements vscode.Disposable {
  readonly folder: string;
  readonly #parts: RunPanelParts;
  readonly #panel: vscode.WebviewPanel;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #deeds: WaitingDeeds;
  readonly #cells: CellDeeds;
  #thread: ReaderThread | undefined;
  /** A page that is to be put in front as soon as there is a page to be told. */
  #front: { readonly page: string; readonly kept: unknown } | undefined;
  #isReady = false;
  /** What the page was told last, for whoever asks. */
  #told: Extract<RunPanelMessage, { type: "shown" }> | undefined;

  constructor(panel: vscode.WebviewPanel, folder: string, parts: RunPanelParts) {
    this.folder = folder;
    this.#panel = panel;
    this.#parts = parts;
    const { context, log } = parts;
    this.#cells = new CellDeeds({
      folder,
      context,
      log,
      onChange: (rerun) => this.#tell({ type: "rerun", version: RUN_PANEL_VERSION, rerun }),
    });
    this.#deeds = new WaitingDeeds({
      l10n: vscode.l10n,
      ask: (seq) => this.#reader().send({ type: "event", seq }),
      carryOut: ({ deed, component }, event) => doDeed(deed, event, { folder, component }),
      onRefused: showError,
      later: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
    });
    this.#subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => void this.answer(message)),
      panel.onDidChangeViewState(() => {
        if (panel.visible) return;
        this.#thread?.send({ type: "pause" });
        // Its page is thrown away and made anew when it is seen again.
        this.#isReady = false;
      }),
      panel.onDidDispose(() => this.dispose()),
    ];
    panel.title = vscode.l10n.t("Run {0}", basename(folder));
    panel.webview.options = pageOptions(parts.context);
    panel.webview.html = extensionPage(this.#panel, this.#parts.context, "run.js");
  }

  /** What its page was told last. */
  get told(): Extract<RunPanelMessage, { type: "shown" }> | undefined {
    return this.#told;
  }

  /** How running a row again stands. */
  get rerun(): Rerun {
    return this.#cells.rerun;
  }

  /** Puts the panel in front. */
  reveal(): void {
    this.#panel.reveal();
  }

  /** Puts one of its pages in front. @param kept goes to the page's `restore` */
  front(page: string, kept: unknown): void {
    this.#front = { page, kept };
    if (this.#isReady) this.#tellFront();
  }

  /** Does what the page asks for. */
  async answer(message: unknown): Promise<void> {
    const request = runPanelRequestSchema.safeParse(message);
    if (!request.success) {
      this.#parts.log.warn(`A page asked for something unknown: ${request.error.message}`);
      return;
    }
    const { data } = request;
    // Told before it is done: from here on it is done, or the user is told why not.
    if ("id" in data && data.id !== undefined) this.#tell({ type: "taken", version: RUN_PANEL_VERSION, id: data.id });
    try {
      await this.#do(data);
    } catch (error) {
      showError(error);
    }
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
    this.#deeds.dispose();
    this.#thread?.stop();
    this.#thread = undefined;
    void this.#cells.dispose();
  }

  async #do(request: RunPanelRequest): Promise<void> {
    switch (request.type) {
      case "ready": {
        const words = pageWords();
        if (words !== undefined) await this.#panel.webview.postMessage(words);
        this.#tell({ type: "opened", version: RUN_PANEL_VERSION, folder: this.folder });
        this.#tell({ type: "rerun", version: RUN_PANEL_VERSION, rerun: this.#cells.rerun });
        this.#isReady = true;
        this.#tellFront();
        return;
      }
      case "show":
      case "event":
      case "fit":
      case "trajectory":
      case "exportTable":
        this.#reader().send(request);
        return;
      case "rerun":
        await this.#cells.run({ exampleId: request.exampleId, iteration: request.iteration }, this.#told);
        return;
      case "stopRerun":
        this.#cells.stop();
        return;
      case "manageTrust":
        await vscode.commands.executeCommand("workbench.trust.manage");
        return;
      case "showLog":
        this.#parts.log.show();
        return;
      case "copy":
        await vscode.env.clipboard.writeText(request.text);
        return;
      case "do":
        this.#deeds.add(request);
        return;
      case "resume":
        await vscode.commands.executeCommand("optimas.resumeRunFolder", { run: this.folder });
        return;
      case "openReport":
        await vscode.commands.executeCommand("optimas.openReport", { run: this.folder });
        return;
      case "exportRun":
        await vscode.commands.executeCommand("optimas.exportRun", { run: this.folder });
        return;
      case "pickRuns":
        await vscode.commands.executeCommand("optimas.compareRuns", { run: this.folder, runs: request.runs });
        return;
      case "openRun":
        await vscode.commands.executeCommand("optimas.openRun", { run: request.folder });
        return;
      case "save":
        await saveFile(request.name, request.content);
        return;
    }
  }

  #tellFront(): void {
    const front = this.#front;
    this.#front = undefined;
    if (front !== undefined) this.#tell({ type: "open", version: RUN_PANEL_VERSION, ...front });
  }

  #reader(): ReaderThread {
    const { context, log } = this.#parts;
    const name = basename(this.folder);
    this.#thread ??= new ReaderThread({
      entry: vscode.Uri.joinPath(context.extensionUri, "dist", "runReader.cjs").fsPath,
      settings: { folder: this.folder },
      onMessage: (message) => this.#receive(message),
      onEnd: (reason) => {
        log.error(`The thread that reads ${name} has ended: ${reason}`);
        this.#thread = undefined;
        const said = vscode.l10n.t("The run is no longer read: {0}. Close this panel and open it again.", reason);
        this.#deeds.fail(reason);
        this.#tell({ type: "unreadable", version: RUN_PANEL_VERSION, message: said });
      },
      onLog: (text) => log.warn(`reader of ${name}: ${text}`),
    });
    return this.#thread;
  }

  #receive(message: RunPanelMessage): void {
    if (message.type === "event" && this.#deeds.take(message.seq, message.event)) return;
    if (message.type === "unreadable") this.#deeds.fail(message.message);
    if (message.type === "exported") {
      void this.#save(message.name, message.text);
      return;
    }
    if (message.type === "shown") this.#told = message;
    this.#tell(message);
  }

  async #save(name: string, text: string): Promise<void> {
    try {
      await saveFile(name, { kind: "text", text });
    } catch (error) {
      showError(error);
    }
  }

  /** A page that is hidden hears nothing, and asks anew when it is seen again; that it is seen is known too late to ask. */
  #tell(message: RunPanelMessage): void {
    void this.#panel.webview.postMessage(message);
  }
}

function showError(error: unknown): void {
  void vscode.window.showErrorMessage(errorMessage(error));
}

/** Asks where to, and writes. */
async function saveFile(name: string, content: Extract<RunPanelRequest, { type: "save" }>["content"]): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  // Only a name: a page is not to say where.
  const safe = basename(name.replaceAll("\\", "/"));
  const defaultUri = folder === undefined ? vscode.Uri.file(safe) : vscode.Uri.joinPath(folder.uri, safe);
  const uri = await vscode.window.showSaveDialog({ defaultUri });
  if (uri === undefined) return;
  const bytes = content.kind === "text" ? Buffer.from(content.text) : Buffer.from(content.base64, "base64");
  await vscode.workspace.fs.writeFile(uri, bytes);
}
