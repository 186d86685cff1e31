import type { MimeBundle, Output } from "../notebook/output.ts";
import { RUN_OUTPUT_MIME, type RunOutput, runOutputSchema } from "../run/runOutput.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import { errorLines, printedText, valueLines } from "./display/cellOutputText.ts";
import { runOutputLines, runOutputOrigin, updateOutputLine } from "./display/runOutputText.ts";
import type { Terminal } from "./terminal.ts";

const DISK_TAKES_AGAIN = "  The disk takes what it had refused.";

/** Where lines go: results to stdout, notes to stderr. */
export type LineWriter = Pick<Terminal, "result" | "note" | "resultDisplay" | "noteDisplay">;

/**
 * Prints what cells give: text and values to stdout, errors and the progress of runs to stderr. A display that its cell
 * may still change is printed when the cell is through, for a terminal keeps what it has shown.
 */
export class CellPrinter {
  readonly #lines: LineWriter;
  readonly #unfinished = { stdout: "", stderr: "" };
  /** Displays by their ids. */
  #changing = new Map<string, MimeBundle>();
  /** The run that the cell works on, as it stands now. */
  #run: RunOutput | undefined;
  /** Iterations whose updates have been told, by the run's id. */
  readonly #told = new Map<string, Set<number>>();

  constructor(lines: LineWriter) {
    this.#lines = lines;
  }

  /** The run that the present cell works on. */
  get run(): RunOutput | undefined {
    return this.#run;
  }

  print(output: Output): void {
    if (output.type === "stream") {
      this.#write(output.name, output.text);
      return;
    }
    this.#finishLines();
    switch (output.type) {
      case "display":
        this.#display(output.data, output.id);
        return;
      case "result":
        this.#printChanging();
        this.#printValue(output.data);
        return;
      case "error":
        this.#printChanging();
        for (const line of errorLines(output, this.#lines.noteDisplay())) this.#lines.note(line);
        return;
      case "clear":
        this.#changing.clear();
    }
  }

  /** Prints what has waited for the end of the cell. */
  endCell(): void {
    this.#finishLines();
    this.#printChanging();
    if (this.#run !== undefined)
      for (const line of runOutputLines(this.#run, this.#lines.noteDisplay())) this.#lines.note(line);
    this.#run = undefined;
  }

  #display(data: MimeBundle, id: string | undefined): void {
    const run = runOutputSchema.safeParse(data[RUN_OUTPUT_MIME]);
    if (run.success) this.#tell(run.data);
    else if (id === undefined) this.#printValue(data);
    else this.#changing.set(id, data);
  }

  /** The updates of a run, and its pauses, as they come. */
  #tell(run: RunOutput): void {
    this.#tellPause(this.#run?.paused, run.paused);
    this.#run = run;
    let told = this.#told.get(run.runId);
    if (told === undefined) {
      told = new Set();
      this.#told.set(run.runId, told);
      this.#lines.note(this.#lines.noteDisplay().colors.dim(runOutputOrigin(run)));
    }
    for (const update of run.updates.last) {
      if (told.has(update.iteration)) continue;
      told.add(update.iteration);
      this.#lines.note(updateOutputLine(update, this.#lines.noteDisplay()));
    }
  }

  #tellPause(before: RunOutput["paused"], now: RunOutput["paused"]): void {
    const { colors } = this.#lines.noteDisplay();
    const isKnown = before?.since === now?.since && before?.stopping === now?.stopping;
    if (isKnown) return;
    this.#lines.note(colors.yellow(now === undefined ? DISK_TAKES_AGAIN : `  ${visibleLine(now.message)}`));
  }

  #printChanging(): void {
    for (const data of this.#changing.values()) this.#printValue(data);
    this.#changing = new Map();
  }

  #printValue(data: MimeBundle): void {
    for (const line of valueLines(data)) this.#lines.result(line);
  }

  /** Whole lines only: what two streams print, and what is said in between, must not run into one another. */
  #write(name: "stdout" | "stderr", text: string): void {
    const lines = `${this.#unfinished[name]}${text}`.split("\n");
    this.#unfinished[name] = lines.pop() ?? "";
    const { colors } = name === "stdout" ? this.#lines.resultDisplay() : this.#lines.noteDisplay();
    for (const line of lines) {
      const printed = printedText(line.replace(/\r$/, ""), colors);
      if (name === "stdout") this.#lines.result(printed);
      else this.#lines.note(printed);
    }
  }

  #finishLines(): void {
    for (const name of ["stdout", "stderr"] as const) if (this.#unfinished[name] !== "") this.#write(name, "\n");
  }
}
