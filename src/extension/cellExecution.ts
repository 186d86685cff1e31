import * as vscode from "vscode";
import { systemClock } from "../notebook/clock.ts";
import type { Output } from "../notebook/output.ts";
import type { CellResult, CellRun } from "../notebook/sessionState.ts";
import type { OutputEdit } from "./cellOutputs.ts";
import { notebookOutput, streamItem } from "./outputItems.ts";
import { type CellScreen, OutputWriter } from "./outputWriter.ts";

/** What a cell's run tells the notebook's kernel. */
export interface CellExecutionListener {
  onOutputs(execution: CellExecution, outputs: readonly Output[]): void;
  onEnded(execution: CellExecution, result: CellResult): void;
}

/** One run of a cell, from the moment it waits in the queue: what the editor shows of it. */
export class CellExecution implements CellRun, vscode.Disposable {
  readonly cell: vscode.NotebookCell;
  readonly id: string;
  readonly resume: string | undefined;
  /** What was sent to the kernel, once it was. */
  ran: { readonly code: string; readonly order: number } | undefined;
  readonly #execution: vscode.NotebookCellExecution;
  readonly #listener: CellExecutionListener;
  readonly #cancellation: vscode.Disposable;
  readonly #log: vscode.LogOutputChannel;
  #writer: OutputWriter | undefined;

  constructor(options: {
    readonly execution: vscode.NotebookCellExecution;
    readonly resume: string | undefined;
    readonly listener: CellExecutionListener;
    /** The editor's own stop button, or the cell was deleted. */
    readonly onCancel: (execution: CellExecution) => void;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#execution = options.execution;
    this.#listener = options.listener;
    this.#log = options.log;
    this.cell = options.execution.cell;
    this.id = cellId(this.cell);
    this.resume = options.resume;
    this.#cancellation = options.execution.token.onCancellationRequested(() => options.onCancel(this));
  }

  get code(): string {
    return this.cell.document.getText();
  }

  get language(): "typescript" | "javascript" {
    return this.cell.document.languageId === "javascript" ? "javascript" : "typescript";
  }

  onStarted(order: number): void {
    this.ran = { code: this.code, order };
    this.#execution.executionOrder = order;
    this.#execution.start(Date.now());
    const screen = new ExecutionScreen(this.#execution, this.#log);
    void screen.apply([{ edit: "clear" }]);
    this.#writer = new OutputWriter(screen, moreOutputs, systemClock);
  }

  onOutputs(outputs: readonly Output[]): Promise<void> | undefined {
    this.#listener.onOutputs(this, outputs);
    return this.#writer?.write(outputs);
  }

  onEnded(result: CellResult): void {
    this.#writer?.finish();
    this.#execution.end(succeeded(result), Date.now());
    this.dispose();
    this.#listener.onEnded(this, result);
  }

  dispose(): void {
    this.#cancellation.dispose();
  }
}

/** Names a cell for as long as its notebook is open, wherever it is moved. */
export function cellId(cell: vscode.NotebookCell): string {
  return cell.document.uri.toString();
}

/** How the editor marks the cell; undefined leaves it without a mark. */
function succeeded(result: CellResult): boolean | undefined {
  if (result.status === "succeeded") return true;
  return result.status === "failed" || result.status === "died" ? false : undefined;
}

function moreOutputs(count: number): string {
  return vscode.l10n.t("{0} more outputs are not shown.", count);
}

/** The outputs below a running cell. */
class ExecutionScreen implements CellScreen {
  readonly #execution: vscode.NotebookCellExecution;
  readonly #log: vscode.LogOutputChannel;
  readonly #shown = new Map<number, vscode.NotebookCellOutput>();

  constructor(execution: vscode.NotebookCellExecution, log: vscode.LogOutputChannel) {
    this.#execution = execution;
    this.#log = log;
  }

  async apply(edits: readonly OutputEdit[]): Promise<void> {
    try {
      // Sent together and shown in order; waiting for each would take as many round trips to the window.
      await Promise.all(edits.map((edit) => this.#apply(edit)));
    } catch (error) {
      // The notebook was closed or the cell deleted under its run: nobody is left to show anything to.
      this.#log.debug("An output had no place any more:", error);
    }
  }

  #apply(edit: OutputEdit): Thenable<void> {
    switch (edit.edit) {
      case "clear":
        this.#shown.clear();
        return this.#execution.clearOutput();
      case "add": {
        const output = notebookOutput(edit.output);
        this.#shown.set(edit.key, output);
        return this.#execution.appendOutput(output);
      }
      case "extend":
        return this.#execution.appendOutputItems(streamItem(edit.name, edit.text), this.#output(edit.key));
      case "replace":
        return this.#execution.replaceOutputItems(notebookOutput(edit.output).items, this.#output(edit.key));
    }
  }

  #output(key: number): vscode.NotebookCellOutput {
    const output = this.#shown.get(key);
    if (output === undefined) throw new Error(`output ${key} of the cell was never shown`);
    return output;
  }
}
