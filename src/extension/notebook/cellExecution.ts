import * as vscode from "vscode";
import { systemClock } from "../../notebook/clock.ts";
import type { Output } from "../../notebook/output.ts";
import type { CellResult, CellRun } from "../../notebook/sessionState.ts";
import { plural } from "../../run/l10n.ts";
import type { OutputEdit } from "./cellOutputs.ts";
import { notebookFile } from "./notebookFolder.ts";
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
  readonly #again: () => vscode.NotebookCellExecution | undefined;
  readonly #listener: CellExecutionListener;
  readonly #cancellation: vscode.Disposable;
  readonly #log: vscode.LogOutputChannel;
  #screen: ExecutionScreen | undefined;
  #writer: OutputWriter | undefined;

  constructor(options: {
    readonly execution: vscode.NotebookCellExecution;
    readonly resume: string | undefined;
    readonly listener: CellExecutionListener;
    /** Another execution of the cell, for what comes after this one; undefined where there cannot be one. */
    readonly again: () => vscode.NotebookCellExecution | undefined;
    /** The editor's own stop button, or the cell was deleted. */
    readonly onCancel: (execution: CellExecution) => void;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#execution = options.execution;
    this.#again = options.again;
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

  get notebook(): string | undefined {
    return notebookFile(this.cell.notebook);
  }

  get language(): "typescript" | "javascript" {
    return this.cell.document.languageId === "javascript" ? "javascript" : "typescript";
  }

  onStarted(order: number): void {
    const startTime = Date.now();
    this.ran = { code: this.code, order };
    this.#execution.executionOrder = order;
    this.#execution.start(startTime);
    this.#screen = new ExecutionScreen(this.#execution, { order, startTime, again: this.#again, log: this.#log });
    void this.#screen.apply([{ edit: "clear" }]);
    this.#writer = new OutputWriter(this.#screen, moreOutputs, systemClock);
  }

  onOutputs(outputs: readonly Output[]): Promise<void> | undefined {
    this.#listener.onOutputs(this, outputs);
    return this.#writer?.write(outputs);
  }

  /** What a timer or a promise of the cell prints later belongs below the cell as well. */
  onLateOutputs(outputs: readonly Output[]): void {
    void this.#writer?.write(outputs);
  }

  onEnded(result: CellResult): void {
    const end = { success: succeeded(result), endTime: Date.now() };
    this.#writer?.finish();
    this.#screen?.ended(end);
    this.#execution.end(end.success, end.endTime);
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
  return plural(
    vscode.l10n,
    "{0, plural, one {# more output is not shown.} other {# more outputs are not shown.}}",
    count,
  );
}

/** How a cell's run ended, as the editor marks it. */
interface CellMark {
  readonly success: boolean | undefined;
  readonly endTime: number;
}

interface ScreenGiven {
  readonly order: number;
  readonly startTime: number;
  readonly again: () => vscode.NotebookCellExecution | undefined;
  readonly log: vscode.LogOutputChannel;
}

/** The outputs below a cell, while it runs and after. */
class ExecutionScreen implements CellScreen {
  readonly #given: ScreenGiven;
  readonly #shown = new Map<number, vscode.NotebookCellOutput>();
  #execution: vscode.NotebookCellExecution;
  #end: CellMark | undefined;

  constructor(execution: vscode.NotebookCellExecution, given: ScreenGiven) {
    this.#execution = execution;
    this.#given = given;
  }

  ended(end: CellMark): void {
    this.#end = end;
  }

  async apply(edits: readonly OutputEdit[]): Promise<void> {
    try {
      // Sent together and shown in order; waiting for each would take as many round trips to the window.
      await Promise.all(
        this.#end === undefined ? edits.map((edit) => this.#apply(edit)) : this.#applyLate(edits, this.#end),
      );
    } catch (error) {
      // The notebook was closed or the cell deleted under its run: nobody is left to show anything to.
      this.#given.log.debug("An output had no place any more:", error);
    }
  }

  /** Outputs change only while a cell runs: it does so once more for a moment, and is marked as before. */
  #applyLate(edits: readonly OutputEdit[], { success, endTime }: CellMark): Thenable<void>[] {
    const { order, startTime, again } = this.#given;
    const execution = again();
    if (execution === undefined) return [];
    this.#execution = execution;
    execution.executionOrder = order;
    execution.start(startTime);
    const applied = edits.map((edit) => this.#apply(edit));
    execution.end(success, endTime);
    return applied;
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
