import { join } from "node:path";
import * as vscode from "vscode";
import type { Output } from "../../notebook/output.ts";
import type { RunOutput } from "../../run/runOutput.ts";
import { RUN_MIME } from "../identity.ts";
import { cellId } from "./cellExecution.ts";
import { runsOf } from "./cellRuns.ts";
import { notebookFile, notebookFolder } from "./notebookFolder.ts";
import type { NotebookKernels } from "./notebookKernels.ts";
import { RememberedRuns } from "./rememberedRuns.ts";
import { runIn, type UnfinishedRun, unfinishedRun } from "./unfinishedRun.ts";

/** What was found out about a cell, until it runs again, is edited, or shows another output of a run. */
interface Found {
  readonly shown: RunOutput | undefined;
  readonly version: number;
  readonly run: Promise<UnfinishedRun | undefined>;
}

/**
 * The runs that stopped before their end: of cells whose saved output points to one, and of cells that began one before
 * the notebook could be saved with it.
 */
export class InterruptedRuns implements vscode.Disposable {
  readonly #kernels: NotebookKernels;
  readonly #storage: vscode.Uri;
  readonly #remembered: RememberedRuns;
  readonly #subscriptions: vscode.Disposable[];
  readonly #found = new Map<string, Found>();
  /** Runs that this window has seen begin. */
  readonly #begun = new Set<string>();

  constructor(context: vscode.ExtensionContext, kernels: NotebookKernels) {
    this.#kernels = kernels;
    this.#storage = context.globalStorageUri;
    this.#remembered = new RememberedRuns(context.workspaceState);
    this.#subscriptions = [
      kernels.onOutputs(({ cell, outputs }) => this.#note(cell, outputs)),
      kernels.onDidEnd(({ cell }) => void this.#found.delete(cellId(cell))),
    ];
  }

  /** The unfinished run of a cell; undefined also while the cell runs, and where nothing may run. */
  async of(cell: vscode.NotebookCell): Promise<UnfinishedRun | undefined> {
    const live = this.#kernels.of(cell.notebook)?.isLive(cell) ?? false;
    if (live || !vscode.workspace.isTrusted) return undefined;
    const shown = (await runsOf(cell)).at(-1);
    const found = this.#found.get(cellId(cell));
    const { version } = cell.document;
    if (found !== undefined && found.shown === shown && found.version === version) return found.run;
    const run = this.#look(cell, shown);
    this.#found.set(cellId(cell), { shown, version, run });
    return run;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #look(cell: vscode.NotebookCell, shown: RunOutput | undefined): Promise<UnfinishedRun | undefined> {
    if (shown !== undefined) return unfinishedRun(shown, this.#base(cell));
    for (const folder of this.#remembered.of(cell.notebook.uri.toString(), cell.document.getText()).reverse()) {
      const run = await runIn(folder);
      if (run !== undefined) return { folder, ...run };
      await this.#remembered.forget(folder);
    }
    return undefined;
  }

  /** Remembers the runs that a cell begins, until they come to their end. */
  #note(cell: vscode.NotebookCell, outputs: readonly Output[]): void {
    if (notebookFile(cell.notebook) === undefined) return;
    for (const output of outputs) {
      const pointer = output.type === "display" ? runPointer(output.data[RUN_MIME]) : undefined;
      if (pointer === undefined) continue;
      const folder = join(this.#base(cell), pointer.folder);
      if (pointer.state === "running" && !this.#begun.has(folder)) {
        this.#begun.add(folder);
        void this.#remembered.remember(cell.notebook.uri.toString(), cell.document.getText(), folder);
      } else if (pointer.state !== "running" && this.#begun.delete(folder)) {
        if (pointer.state !== "interrupted") void this.#remembered.forget(folder);
      }
    }
  }

  #base(cell: vscode.NotebookCell): string {
    return notebookFolder(cell.notebook, this.#storage);
  }
}

/** Folder and state in a run's output; looked at without its schema, for outputs come ten times a second. */
function runPointer(data: unknown): { readonly folder: string; readonly state: string } | undefined {
  if (typeof data !== "object" || data === null || !("folder" in data) || !("status" in data)) return undefined;
  const { folder, status } = data;
  if (typeof folder !== "string" || typeof status !== "object" || status === null || !("state" in status)) {
    return undefined;
  }
  return typeof status.state === "string" ? { folder, state: status.state } : undefined;
}
