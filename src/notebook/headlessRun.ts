import { UserError } from "../system/userError.ts";
import { CollectedOutputs } from "./collectedOutputs.ts";
import type { KernelSession } from "./kernelSession.ts";
import type { Notebook } from "./nbformat.ts";
import { cellId, type NotebookCell } from "./nbformatCell.ts";
import type { SavedOutput } from "./nbformatOutput.ts";
import type { Output } from "./output.ts";
import type { CellResult } from "./sessionState.ts";

/** A code cell that a run of the notebook executes. */
export interface RunnableCell {
  readonly id: string;
  /** Its place among those that are run, from 1. */
  readonly number: number;
  readonly source: string;
  readonly language: "typescript" | "javascript";
  /** Headings of the text between the code cell before and this one. */
  readonly headings: readonly string[];
}

/** What happens while a notebook is run. */
export type NotebookEvent =
  | { readonly type: "cell.started"; readonly cell: string; readonly number: number; readonly of: number }
  | {
      readonly type: "cell.outputs";
      readonly cell: string;
      readonly number: number;
      readonly outputs: readonly Output[];
    }
  | {
      readonly type: "cell.ended";
      readonly cell: string;
      readonly number: number;
      readonly of: number;
      readonly status: CellResult["status"];
    };

/** The first cell that did not succeed, and why. */
export interface FailedCell {
  readonly cell: RunnableCell;
  readonly status: "failed" | "interrupted" | "died";
  readonly error: Extract<Output, { type: "error" }> | undefined;
  /** Line of the cell that the error points at, from 1. */
  readonly line: number | undefined;
}

export interface HeadlessResult {
  /** Undefined when every cell succeeded. */
  readonly failed: FailedCell | undefined;
  /** Cells that were not run because of it. */
  readonly notRun: number;
  /** Outputs of the cells that were run, by their ids. */
  readonly outputs: ReadonlyMap<string, readonly SavedOutput[]>;
}

/**
 * The cells to run, in order; those without code are none.
 * @param where how messages name the notebook
 * @throws UserError when a cell is of a language that no kernel of ours runs
 */
export function runnableCells({ cells }: Notebook, where: string): RunnableCell[] {
  const found: RunnableCell[] = [];
  let headings: string[] = [];
  for (const [at, cell] of cells.entries()) {
    if (cell.kind === "markdown") headings.push(...headingsOf(cell.source));
    if (cell.kind !== "code" || cell.source.trim() === "") continue;
    const { languageId, source } = cell;
    if (languageId !== "typescript" && languageId !== "javascript") {
      throw new UserError(
        `${where}, cell ${at + 1} is ${languageId}; Optimas runs TypeScript and JavaScript. Make it one of these, or remove it.`,
      );
    }
    const id = cellId(cell);
    if (id === undefined) throw new Error(`cell ${at + 1} of ${where} has no id`);
    found.push({ id, number: found.length + 1, source, language: languageId, headings });
    headings = [];
  }
  return found;
}

/** Runs cells in order until one does not succeed. The session is left open. */
export async function runCells(
  cells: readonly RunnableCell[],
  session: Pick<KernelSession, "run">,
  onEvent: (event: NotebookEvent) => void,
): Promise<HeadlessResult> {
  const outputs = new Map<string, CollectedOutputs>();
  let failed: FailedCell | undefined;
  let notRun = 0;
  for (const cell of cells) {
    const about = { cell: cell.id, number: cell.number, of: cells.length };
    const stopped = failed !== undefined || notRun > 0;
    const { status, ...why } = stopped ? cancelled : await runCell(cell, cells.length, session, outputs, onEvent);
    onEvent({ type: "cell.ended", ...about, status });
    if (status === "cancelled") notRun++;
    else if (status !== "succeeded") failed = { cell, status, ...why };
  }
  return { failed, notRun, outputs: new Map([...outputs].map(([id, collected]) => [id, collected.saved()])) };
}

interface EndedCell extends Pick<FailedCell, "error" | "line"> {
  readonly status: CellResult["status"];
}

const cancelled: EndedCell = { status: "cancelled", error: undefined, line: undefined };

function runCell(
  cell: RunnableCell,
  of: number,
  session: Pick<KernelSession, "run">,
  outputs: Map<string, CollectedOutputs>,
  onEvent: (event: NotebookEvent) => void,
): Promise<EndedCell> {
  const about = { cell: cell.id, number: cell.number };
  const collected = new CollectedOutputs();
  let order = 0;
  let error: FailedCell["error"];
  const take = (given: readonly Output[]): void => {
    error = given.findLast((output) => output.type === "error") ?? error;
    collected.take(given);
    onEvent({ type: "cell.outputs", ...about, outputs: given });
  };
  return new Promise((resolve) => {
    session.run({
      id: cell.id,
      code: cell.source,
      language: cell.language,
      onStarted: (position) => {
        order = position;
        outputs.set(cell.id, collected);
        onEvent({ type: "cell.started", ...about, of });
      },
      onOutputs: take,
      onLateOutputs: take,
      onEnded: ({ status }) => resolve({ status, error, line: lineIn(error?.stack, order) }),
    });
  });
}

/**
 * The notebook with the outputs of a run in the place of earlier ones. Cells that were not run, or whose source is another
 * than the one that ran, stay as they are.
 */
export function withOutputs(
  notebook: Notebook,
  ran: readonly RunnableCell[],
  outputs: HeadlessResult["outputs"],
): Notebook {
  const sources = new Map(ran.map(({ id, source }) => [id, source]));
  const changed = (cell: NotebookCell): NotebookCell => {
    const id = cellId(cell) ?? "";
    const given = outputs.get(id);
    return given === undefined || sources.get(id) !== cell.source ? cell : { ...cell, outputs: given };
  };
  return { ...notebook, cells: notebook.cells.map(changed) };
}

/** The innermost frame in the cell of this execution. */
function lineIn(stack: string | undefined, order: number): number | undefined {
  const frame = new RegExp(`\\bcell \\[${order}\\]:(\\d+)`).exec(stack ?? "");
  return frame === null ? undefined : Number(frame[1]);
}

/** Headings of Markdown outside of code blocks. */
function headingsOf(markdown: string): string[] {
  return markdown
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, "")
    .split("\n")
    .flatMap((line) => /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1] ?? []);
}
