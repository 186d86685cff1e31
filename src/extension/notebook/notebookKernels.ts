import * as vscode from "vscode";
import type { Output } from "../../notebook/output.ts";
import type { CellResult, SessionNotice } from "../../notebook/sessionState.ts";
import { CELL_LANGUAGES, CONTROLLER_IDS, EXTENSION_ID, JUPYTER_TYPE, NOTEBOOK_TYPE } from "../identity.ts";
import { mayRun } from "../workspaceTrust.ts";
import { startNotebookKernel } from "./kernelStart.ts";
import { NotebookKernel } from "./notebookKernel.ts";

/** A notebook that is being saved as another file gives its tab away within this time. */
const REPLACED_MS = 3_000;

/** What the user must hear of a kernel. */
export interface KernelNotice {
  readonly kernel: NotebookKernel;
  readonly notice: SessionNotice;
}

/** What a cell gave. */
export interface CellGave {
  readonly cell: vscode.NotebookCell;
  readonly outputs: readonly Output[];
}

/** How a cell's run ended. */
export interface CellEnd {
  readonly cell: vscode.NotebookCell;
  readonly result: CellResult;
}

/** The kernels of all open notebooks, and the controllers through which the editor asks for them. */
export class NotebookKernels implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #controllers: readonly vscode.NotebookController[];
  readonly #subscriptions: vscode.Disposable[];
  readonly #kernels = new Map<string, NotebookKernel>();
  /** Kernels of notebooks that are just being saved for the first time. */
  readonly #adopted = new Set<NotebookKernel>();
  /** Notebooks whose user chose our kernel, also before anything ran. */
  readonly #chosen = new Set<string>();
  readonly #onDidChoose = new vscode.EventEmitter<vscode.NotebookDocument>();
  readonly #onDidChange = new vscode.EventEmitter<NotebookKernel>();
  readonly #onNotice = new vscode.EventEmitter<KernelNotice>();
  readonly #onOutputs = new vscode.EventEmitter<CellGave>();
  readonly #onDidEnd = new vscode.EventEmitter<CellEnd>();

  /** A notebook was given our kernel, or another one. */
  readonly onDidChoose = this.#onDidChoose.event;
  /** Health of a kernel, or what can be said about its notebook's cells, is another than before. */
  readonly onDidChange = this.#onDidChange.event;
  readonly onNotice = this.#onNotice.event;
  readonly onOutputs = this.#onOutputs.event;
  readonly onDidEnd = this.#onDidEnd.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
    this.#controllers = [
      this.#controller(NOTEBOOK_TYPE, "Optimas"),
      this.#controller(JUPYTER_TYPE, "Optimas (TypeScript)"),
    ];
    for (const notebook of vscode.workspace.notebookDocuments) this.#prefer(notebook);
    this.#subscriptions = [
      ...this.#controllers,
      this.#onDidChoose,
      this.#onDidChange,
      this.#onNotice,
      this.#onOutputs,
      this.#onDidEnd,
      vscode.workspace.onDidOpenNotebookDocument((notebook) => {
        this.#prefer(notebook);
        void this.#adopt(notebook);
      }),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => void this.#close(notebook)),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook, contentChanges, cellChanges }) => {
        const kernel = this.of(notebook);
        if (kernel === undefined) return;
        for (const { removedCells } of contentChanges) for (const cell of removedCells) kernel.deleted(cell);
        const edited = contentChanges.length > 0 || cellChanges.some(({ document }) => document !== undefined);
        if (edited) this.#onDidChange.fire(kernel);
      }),
    ];
  }

  /** The kernel of a notebook in which something ran. */
  of(notebook: vscode.NotebookDocument): NotebookKernel | undefined {
    return this.#kernels.get(notebook.uri.toString());
  }

  /** True for a notebook that our kernel is chosen for. */
  isChosen(notebook: vscode.NotebookDocument): boolean {
    return this.#chosen.has(notebook.uri.toString());
  }

  /**
   * Runs cells of a notebook, in order, in a trusted workspace.
   * @param resume folder of an interrupted run, for the last of the cells
   */
  async run(notebook: vscode.NotebookDocument, cells: readonly vscode.NotebookCell[], resume?: string): Promise<void> {
    if (!mayRun(vscode.l10n.t("Cells run code of this workspace."))) return;
    const controller = this.#controllerOf(notebook);
    if (controller === undefined) return;
    if (!this.isChosen(notebook)) {
      // The editor takes executions only from the kernel that is chosen for the notebook.
      await vscode.window.showNotebookDocument(notebook, { preserveFocus: true });
      await vscode.commands.executeCommand("notebook.selectKernel", { id: controller.id, extension: EXTENSION_ID });
    }
    this.#kernelFor(notebook, controller).run(cells, resume);
  }

  /** Ends all kernels. */
  async stop(): Promise<void> {
    const kernels = [...this.#kernels.values()];
    this.#kernels.clear();
    await Promise.all(kernels.map((kernel) => kernel.dispose()));
  }

  dispose(): void {
    void this.stop();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #controller(type: keyof typeof CONTROLLER_IDS, label: string): vscode.NotebookController {
    const controller = vscode.notebooks.createNotebookController(CONTROLLER_IDS[type], type, label);
    controller.description = vscode.l10n.t("TypeScript and JavaScript, in a process of its own");
    controller.supportedLanguages = [...CELL_LANGUAGES];
    controller.supportsExecutionOrder = true;
    controller.executeHandler = (cells, notebook) => this.run(notebook, cells);
    controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
      if (selected) this.#chosen.add(notebook.uri.toString());
      else {
        this.#chosen.delete(notebook.uri.toString());
        void this.#close(notebook);
      }
      this.#onDidChoose.fire(notebook);
    });
    return controller;
  }

  #controllerOf(notebook: vscode.NotebookDocument): vscode.NotebookController | undefined {
    return this.#controllers.find(({ notebookType }) => notebookType === notebook.notebookType);
  }

  #prefer(notebook: vscode.NotebookDocument): void {
    if (notebook.notebookType !== NOTEBOOK_TYPE) return;
    this.#controllerOf(notebook)?.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
  }

  #kernelFor(notebook: vscode.NotebookDocument, controller: vscode.NotebookController): NotebookKernel {
    const key = notebook.uri.toString();
    const found = this.#kernels.get(key);
    if (found !== undefined) return found;
    const kernel = new NotebookKernel({
      notebook,
      controller,
      log: this.#log,
      start: (listener) => startNotebookKernel(kernel.notebook, this.#context, listener),
      listener: {
        onChange: () => this.#onDidChange.fire(kernel),
        onNotice: (notice) => this.#onNotice.fire({ kernel, notice }),
        onOutputs: (cell, outputs) => this.#onOutputs.fire({ cell, outputs }),
        onEnded: (cell, result) => this.#onDidEnd.fire({ cell, result }),
      },
    });
    this.#kernels.set(key, kernel);
    return kernel;
  }

  /** A notebook that is saved for the first time keeps its kernel: it takes the place of one that was never saved. */
  async #adopt(notebook: vscode.NotebookDocument): Promise<void> {
    if (notebook.isUntitled) return;
    const unsaved = [...this.#kernels.values()].find((kernel) => isSavedAs(kernel.notebook, notebook));
    const after = notebook.uri.toString();
    if (unsaved === undefined || this.#adopted.has(unsaved) || this.#kernels.has(after)) return;
    this.#adopted.add(unsaved);
    const replaced = await isReplaced(unsaved.notebook);
    this.#adopted.delete(unsaved);
    if (!replaced || this.#kernels.has(after)) return;
    this.#kernels.delete(unsaved.notebook.uri.toString());
    this.#kernels.set(after, unsaved);
    unsaved.moveTo(notebook);
    this.#onDidChange.fire(unsaved);
  }

  async #close(notebook: vscode.NotebookDocument): Promise<void> {
    const key = notebook.uri.toString();
    const kernel = this.#kernels.get(key);
    if (kernel === undefined || this.#adopted.has(kernel)) return;
    this.#kernels.delete(key);
    await kernel.dispose();
  }
}

function isSavedAs(unsaved: vscode.NotebookDocument, notebook: vscode.NotebookDocument): boolean {
  if (!unsaved.isUntitled || unsaved.notebookType !== notebook.notebookType) return false;
  const texts = (of: vscode.NotebookDocument) => of.getCells().map(({ document }) => document.getText());
  return JSON.stringify(texts(unsaved)) === JSON.stringify(texts(notebook));
}

/** True as soon as a notebook has no tab any more; false when it still has one after a while. */
async function isReplaced(notebook: vscode.NotebookDocument): Promise<boolean> {
  const uri = notebook.uri.toString();
  for (let wait = 0; wait < REPLACED_MS; wait += 50) {
    if (notebook.isClosed) return true;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const inputs = tabs.map(({ input }) => input).filter((input) => input instanceof vscode.TabInputNotebook);
    if (!inputs.some((input) => input.uri.toString() === uri)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
