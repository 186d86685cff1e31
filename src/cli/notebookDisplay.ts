import type { NotebookEvent, RunnableCell } from "../notebook/headlessRun.ts";
import type { MimeBundle, Output } from "../notebook/output.ts";
import { RUN_OUTPUT_MIME, runOutputSchema } from "../run/runOutput.ts";
import { durationText } from "../run/views/numberFormat.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import { errorLines, printedText, valueLines } from "./display/cellOutputText.ts";
import { runOutputStatus } from "./display/runOutputText.ts";
import { truncated } from "./display/terminalText.ts";
import { liveStatus } from "./liveStatus.ts";
import type { Terminal } from "./terminal.ts";

/** Shows a run of a notebook while it happens. */
export interface NotebookDisplay {
  show(event: NotebookEvent): void;
  /** Removes what is drawn over and over; the lines stay. May be called twice. */
  end(): void;
}

/** A display that its cell may still change: shown once, when the cell is through. */
interface Pending {
  readonly id: string;
  data: MimeBundle;
}

/**
 * What cells print and their values go to stdout, everything else to stderr, with a status line below where the terminal
 * can do that.
 * @param json every event to stdout instead, one JSON object per line
 */
export function notebookDisplay(cells: readonly RunnableCell[], terminal: Terminal, json: boolean): NotebookDisplay {
  let current: { readonly title: string; readonly startedAt: number; activity: string } | undefined;
  let pending: Pending[] = [];
  const unfinished = { stdout: "", stderr: "" };
  const status = terminal.live && liveStatus(terminal.live, statusText);

  function statusText(): string {
    if (current === undefined) return "";
    const { title, startedAt, activity } = current;
    const parts = [title, durationText(Date.now() - startedAt), ...(activity === "" ? [] : [activity])];
    return truncated(parts.join(" | "), terminal.noteDisplay().width);
  }

  const write = (name: "stdout" | "stderr", line: string): void => {
    status?.clear();
    if (name === "stdout") terminal.result(line);
    else terminal.note(line);
  };

  /** Whole lines only: what two streams print, and what is said in between, must not run into one another. */
  const print = (name: "stdout" | "stderr", text: string): void => {
    const { colors } = name === "stdout" ? terminal.resultDisplay() : terminal.noteDisplay();
    const lines = `${unfinished[name]}${text}`.split("\n");
    unfinished[name] = lines.pop() ?? "";
    for (const line of lines) write(name, printedText(line.replace(/\r$/, ""), colors));
  };

  const finishLines = (): void => {
    for (const name of ["stdout", "stderr"] as const) if (unfinished[name] !== "") print(name, "\n");
  };

  const showValue = (data: MimeBundle): void => {
    for (const line of valueLines(data, terminal.resultDisplay())) write("stdout", line);
  };

  const showPending = (): void => {
    for (const { data } of pending) showValue(data);
    pending = [];
  };

  const showOutput = (output: Output): void => {
    if (output.type === "stream") {
      print(output.name, output.text);
      return;
    }
    finishLines();
    switch (output.type) {
      case "display": {
        const { id, data } = output;
        if (id === undefined) {
          showValue(data);
          return;
        }
        const earlier = pending.find((one) => one.id === id);
        if (earlier) earlier.data = data;
        else pending.push({ id, data });
        const run = runOutputSchema.safeParse(data[RUN_OUTPUT_MIME]);
        if (run.success && current !== undefined) current.activity = runOutputStatus(run.data);
        return;
      }
      case "result":
        showPending();
        showValue(output.data);
        return;
      case "error":
        showPending();
        for (const line of errorLines(output, terminal.noteDisplay())) write("stderr", line);
        return;
      case "clear":
        // A terminal keeps what it has shown.
        pending = [];
    }
  };

  return {
    show(event) {
      const cell = cells[event.number - 1];
      if (cell === undefined) throw new Error(`there is no cell ${event.number} among ${cells.length}`);
      if (json) terminal.result(JSON.stringify(event));
      switch (event.type) {
        case "cell.started": {
          const title = `cell ${event.number}/${event.of}`;
          const heading = cell.headings.at(-1);
          current = { title, startedAt: Date.now(), activity: "" };
          const { colors } = terminal.noteDisplay();
          write("stderr", colors.bold(heading === undefined ? title : `${title}: ${visibleLine(heading)}`));
          break;
        }
        case "cell.outputs":
          if (!json) for (const output of event.outputs) showOutput(output);
          break;
        case "cell.ended":
          finishLines();
          showPending();
          if (event.status !== "cancelled") current = undefined;
      }
      status?.draw();
    },
    end: () => status?.end(),
  };
}
