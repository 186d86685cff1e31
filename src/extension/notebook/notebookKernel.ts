import * as vscode from "vscode";
import type { Kernel, KernelListener } from "../../notebook/kernel.ts";
import type { KernelSession } from "../../notebook/kernelSession.ts";
import type { Output } from "../../notebook/output.ts";
import type { CellResult, SessionNotice, SessionState } from "../../notebook/sessionState.ts";
import { CellExecution, cellId } from "./cellExecution.ts";
import type { CellDeath } from "./cellStatus.ts";
import { StaleCells } from "./staleCells.ts";

/** What a notebook's kernel tells whoever shows it. */
export interface NotebookKernelListener {
  /** Health of the kernel, or what can be said about the cells, is another than before. */
  onChange(): void;
  onNotice(notice: SessionNotice): void;
  onOutputs(cell: vscode.NotebookCell, outputs: readonly Output[]): void;
  onEnded(cell: vscode.NotebookCell, result: CellResult): void;
}

export interface NotebookKernelOptions {
  readonly notebook: vscode.NotebookDocument;
  readonly controller: vscode.NotebookController;
  readonly start: (listener: KernelListener) => Promise<Kernel>;
  readonly log: vscode.LogOutputChannel;
  readonly listener: NotebookKernelListener;
}

/** Name of the error of a step whose trainer died. */
const TRAINER_DIED = "TrainerDied";

/** The kernel of one notebook as the editor sees it: its session, the runs of its cells, and which of them are stale. */
export class NotebookKernel {
  readonly #options: NotebookKernelOptions;
  readonly #executions = new Map<string, CellExecution>();
  readonly #stale = new StaleCells();
  readonly #ran = new Set<string>();
  readonly #deaths = new Map<string, CellDeath>();
  #session: Promise<KernelSession> | undefined;
  #state: SessionState = { kind: "not started" };
  #notebook: vscode.NotebookDocument;

  constructor(options: NotebookKernelOptions) {
    this.#options = options;
    this.#notebook = options.notebook;
  }

  get notebook(): vscode.NotebookDocument {
    return this.#notebook;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Id of its process; undefined while there is none. */
  async pid(): Promise<number | undefined> {
    return (await this.#session)?.pid;
  }

  /** True for a cell that runs or waits. */
  isLive(cell: vscode.NotebookCell): boolean {
    return this.#executions.has(cellId(cell));
  }

  /** True for a cell that has succeeded in the kernel that runs now: what it declared is there. */
  hasRun(cell: vscode.NotebookCell): boolean {
    return this.#ran.has(cellId(cell));
  }

  /** Why the run of a cell ended with its kernel or trainer, until it runs again. */
  deathOf(cell: vscode.NotebookCell): CellDeath | undefined {
    return this.#deaths.get(cellId(cell));
  }

  stalenessOf(cell: vscode.NotebookCell): ReturnType<StaleCells["staleness"]> {
    if (this.isLive(cell)) return undefined;
    const texts = new Map<string, string>();
    const codeOf = (id: string): string | undefined => {
      if (texts.size === 0)
        for (const other of this.notebook.getCells()) texts.set(cellId(other), other.document.getText());
      return texts.get(id);
    };
    return this.#stale.staleness(cellId(cell), codeOf);
  }

  /**
   * Puts cells at the end of the queue; those that wait already keep their place.
   * @param resume folder of an interrupted run, for the last of the cells
   */
  run(cells: readonly vscode.NotebookCell[], resume?: string): void {
    const last = cells.at(-1);
    const waiting = cells.filter((cell) => !this.isLive(cell) && cell.index >= 0);
    // All at once, so that every cell shows that it waits; the editor refuses a second execution of a live cell.
    const executions = waiting.map((cell) => this.#execution(cell, cell === last ? resume : undefined));
    this.#opened().then(
      (session) => {
        for (const execution of executions) session.run(execution);
      },
      (error: unknown) => {
        this.#options.log.error("The parts that run cells could not be loaded.", error);
        for (const execution of executions) execution.onEnded({ status: "cancelled", reason: String(error) });
      },
    );
  }

  /** Asks the running cell to stop and takes the others from the queue; a second call forces it. */
  interrupt(): void {
    void this.#session?.then((session) => session.interrupt());
  }

  /** Ends the kernel: its variables are gone. The next cell starts a new one. */
  async restart(): Promise<void> {
    await (await this.#session)?.restart();
    this.#forget();
    this.#options.listener.onChange();
  }

  /** A cell was deleted: if it runs or waits, it does so no longer. */
  deleted(cell: vscode.NotebookCell): void {
    const id = cellId(cell);
    if (this.#executions.has(id)) void this.#session?.then((session) => session.cancel(id));
    this.#stale.deleted(id);
    this.#ran.delete(id);
    this.#deaths.delete(id);
  }

  /**
   * Goes on as the kernel of another document with the same cells: the editor makes a new one when a notebook is saved for
   * the first time.
   */
  moveTo(notebook: vscode.NotebookDocument): void {
    const before = this.#notebook.getCells();
    this.#notebook = notebook;
    for (const [index, cell] of notebook.getCells().entries()) {
      const old = before[index];
      if (old === undefined) continue;
      this.#stale.renamed(cellId(old), cellId(cell));
      if (this.#ran.delete(cellId(old))) this.#ran.add(cellId(cell));
    }
  }

  async dispose(): Promise<void> {
    await (await this.#session)?.dispose();
  }

  #execution(cell: vscode.NotebookCell, resume: string | undefined): CellExecution {
    const { controller, log, listener } = this.#options;
    const execution = new CellExecution({
      execution: controller.createNotebookCellExecution(cell),
      again: () => (this.isLive(cell) || cell.index < 0 ? undefined : controller.createNotebookCellExecution(cell)),
      resume,
      log,
      listener: {
        onOutputs: ({ id }, outputs) => {
          const error = outputs.findLast((output) => output.type === "error");
          if (error?.name === TRAINER_DIED) this.#deaths.set(id, { of: "trainer", reason: firstLine(error.message) });
          listener.onOutputs(cell, outputs);
        },
        onEnded: (ended, result) => this.#ended(ended, result),
      },
      onCancel: ({ id }) => void this.#session?.then((session) => session.cancel(id)),
    });
    this.#executions.set(execution.id, execution);
    this.#deaths.delete(execution.id);
    return execution;
  }

  #ended(execution: CellExecution, result: CellResult): void {
    const { id, ran, cell } = execution;
    this.#executions.delete(id);
    if (ran !== undefined && (result.status === "succeeded" || result.status === "failed")) {
      this.#stale.ran(id, { ...ran, declares: result.declares, uses: result.uses });
    }
    if (result.status === "succeeded") this.#ran.add(id);
    if (result.status === "died") this.#deaths.set(id, { of: "kernel", reason: result.end.reason });
    this.#options.listener.onEnded(cell, result);
    this.#options.listener.onChange();
  }

  /** What a kernel knows goes with it. */
  #forget(): void {
    this.#stale.clear();
    this.#ran.clear();
  }

  /** The session, loaded with everything it needs by the first cell. */
  #opened(): Promise<KernelSession> {
    const { start, log, listener } = this.#options;
    this.#session ??= import("../../notebook/kernelSession.ts").then(
      ({ KernelSession }) =>
        new KernelSession({
          start,
          onChange: (state) => {
            this.#state = state;
            if (state.kind === "dead") this.#forget();
            listener.onChange();
          },
          onNotice: (notice) => listener.onNotice(notice),
          onLog: (line) => log.info(line),
          offerRestartAfter: () => interruptGraceMs(this.notebook),
        }),
    );
    return this.#session;
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function interruptGraceMs(notebook: vscode.NotebookDocument): number {
  const seconds = vscode.workspace.getConfiguration("optimas.kernel", notebook.uri).get("interruptGraceSeconds", 10);
  return Math.max(1, seconds) * 1000;
}
