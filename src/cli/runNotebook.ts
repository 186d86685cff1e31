import { readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { whatIsThere } from "../data/missingFile.ts";
import { shownPath } from "../loader/shownPath.ts";
import { environmentKeys } from "../models/environmentKeys.ts";
import { processGate } from "../models/processGate.ts";
import {
  type FailedCell,
  type HeadlessResult,
  type RunnableCell,
  runCells,
  runnableCells,
  withOutputs,
} from "../notebook/headlessRun.ts";
import { startKernel } from "../notebook/kernelClient.ts";
import { shellEnvironment } from "../notebook/kernelEnvironment.ts";
import type { KeyAnswer, KeyRequest } from "../notebook/kernelProtocol.ts";
import { KernelSession } from "../notebook/kernelSession.ts";
import { readNotebook, writeNotebook } from "../notebook/nbformat.ts";
import { onDisk } from "../run/diskError.ts";
import { replaceFile } from "../run/durableFile.ts";
import { impersonal } from "../run/impersonal.ts";
import { counted, durationText } from "../run/views/numberFormat.ts";
import { givenUpText } from "../run/views/pauseWords.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import type { ValuesUse } from "../sdk/cellHost.ts";
import { UserError } from "../system/userError.ts";
import type { Attention } from "./attention.ts";
import { agreedDownload, DownloadLines } from "./backbone.ts";
import { agreedInTerminal, type SpendingOptions } from "./estimateRun.ts";
import { CellFailure, CommandFailure } from "./failure.ts";
import { notebookDisplay } from "./notebookDisplay.ts";
import type { Terminal } from "./terminal.ts";

export interface NotebookOptions {
  /** Writes the outputs into the notebook. */
  readonly save: boolean;
  /** Every event to stdout. */
  readonly json: boolean;
  /** What runs do with accepted values where the cells do not say. */
  readonly values: ValuesUse;
  /** False: they neither use nor keep recorded answers of models. */
  readonly cache: boolean;
  /** On what runs learn whose experiment names no backbone: "lexical", an absolute path, or "hub:owner/name". */
  readonly backbone?: string | undefined;
  /** What the runs of the cells may cost. */
  readonly spending: SpendingOptions;
}

/** Clean end after a Ctrl-C: ten seconds for the cell, the rest for its kernel and for saving. */
const GRACE_MS = 15_000;

/**
 * Runs all code cells of a notebook, in order, in a kernel process of its own.
 * @throws CellFailure when a cell fails; what it and those before it have given is saved all the same
 * @throws UserError when the file is no notebook that can be run
 */
export async function runNotebook(
  file: string,
  { save, json, values, cache, backbone, spending }: NotebookOptions,
  terminal: Terminal,
  attention: Attention,
): Promise<void> {
  const path = resolve(file);
  const cells = runnableCells(readNotebook(bytesOf(path), shownPath(path)), shownPath(path));
  if (cells.length === 0) {
    terminal.note(`${shownPath(path)} has no code; nothing was run.`);
    return;
  }
  attention.allow(GRACE_MS);
  const startedAt = Date.now();
  const result = await carriedOut({ path, values, cache, backbone, spending }, cells, json, terminal, attention);
  if (save) {
    saveOutputs(path, cells, result);
    (json ? terminal.note : terminal.result)(`saved: ${shownPath(path)}`);
  }
  if (attention.signal.aborted) throw new CommandFailure(attention.signal.reason, { files: new Set() });
  if (result.failed !== undefined) throw new CellFailure(failureText(result.failed, cells.length, result.notRun));
  terminal.note(`${counted(cells.length, "cell")} run in ${durationText(Date.now() - startedAt)}`);
}

async function carriedOut(
  {
    path,
    values,
    cache,
    backbone,
    spending,
  }: Pick<NotebookOptions, "values" | "cache" | "backbone" | "spending"> & { readonly path: string },
  cells: readonly RunnableCell[],
  json: boolean,
  terminal: Terminal,
  attention: Attention,
): Promise<HeadlessResult> {
  const display = notebookDisplay(cells, terminal, json);
  // The line that is drawn over is that of the cells.
  const downloads = new DownloadLines({ note: display.note, live: undefined });
  const session: KernelSession = new KernelSession({
    start: (listener) =>
      startKernel({
        entry: new URL("./kernel.js", import.meta.url),
        folder: dirname(path),
        notebook: path,
        values,
        ...(!cache && { cache: "off" as const }),
        environment: shellEnvironment(process.env),
        listener,
        gate: processGate(),
        backbones: {
          named: async () => backbone,
          mayDownload: async (download, signal) =>
            spending.yes === true || terminal.confirm !== undefined
              ? agreedDownload(download, spending, { note: display.note, confirm: terminal.confirm }, signal)
              : null,
          onDownload: (news) => {
            if (news.kind === "progress") downloads.show(news.present, news.total);
          },
        },
        consent: (request, signal) => agreedInTerminal(request, spending, terminal, signal),
        keys: keysFor,
      }),
    onChange: (state) => {
      // What does not heed an interruption is ended: nobody is there to be asked. What was paid for waits for its disk.
      const isStuck = state.kind === "stopping" && state.step === "restart offered";
      if (isStuck && display.run?.paused?.stopping !== true) void session.dispose();
    },
  });
  const interrupt = (): void => {
    display.note("Stopping... (Ctrl-C again ends it at once)");
    session.interrupt();
  };
  attention.signal.addEventListener("abort", interrupt, { once: true });
  const over = attention.waitFor({
    isHeld: () => display.run?.paused?.stopping === true,
    giveUp: () => {
      const held = display.run?.paused?.held;
      if (held !== undefined) display.note(givenUpText(held));
    },
  });
  try {
    return await runCells(cells, session, (event) => display.show(event));
  } finally {
    over();
    attention.signal.removeEventListener("abort", interrupt);
    display.end();
    await session.dispose();
  }
}

/** The whole environment is the kernel's as well; asked for all the same, so that this process knows what to show nowhere. */
async function keysFor({ provider, variable, address }: KeyRequest, signal: AbortSignal): Promise<KeyAnswer> {
  const keys = environmentKeys();
  const remedy = keys.remedy(provider, variable);
  try {
    return { key: (await keys.key(provider, variable, signal, address)) ?? null, remedy };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { key: null, remedy, refusal: error.message };
  }
}

function bytesOf(path: string): Uint8Array {
  return onDisk(`read ${shownPath(path)}`, undefined, () => {
    try {
      return readFileSync(path);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      throw new UserError(`There is no file ${shownPath(path)}. ${whatIsThere(path)}`);
    }
  });
}

/** Reads the file anew: somebody may have edited it while it ran, and no edit may be lost. */
function saveOutputs(path: string, ran: readonly RunnableCell[], { outputs }: HeadlessResult): void {
  const notebook = withOutputs(readNotebook(bytesOf(path), shownPath(path)), ran, outputs);
  const text = writeNotebook(notebook, impersonal(dirname(path), homedir()));
  // Through a link, the file that it names is written.
  onDisk(`write ${shownPath(path)}`, undefined, () => replaceFile(realpathSync(path), text));
}

/** "Cell 3 of 9 failed at line 2: const a = b.c;" */
function failureText({ cell, line, status }: FailedCell, of: number, notRun: number): string {
  const code = line === undefined ? undefined : cell.source.split("\n")[line - 1];
  const place = line === undefined ? "" : ` at line ${line}`;
  const what = status === "died" ? "ended with its kernel" : status === "interrupted" ? "was interrupted" : "failed";
  return [
    `Cell ${cell.number} of ${of} ${what}${place}${code === undefined ? "." : `: ${visibleLine(code)}`}`,
    ...(notRun === 0 ? [] : [`${counted(notRun, "cell")} after it ${notRun === 1 ? "was" : "were"} not run.`]),
  ].join("\n");
}
