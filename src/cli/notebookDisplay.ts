import type { NotebookEvent, RunnableCell } from "../notebook/headlessRun.ts";
import type { RunOutput } from "../run/runOutput.ts";
import { durationText } from "../run/views/numberFormat.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import { CellPrinter } from "./cellPrinter.ts";
import { runOutputStatus } from "./display/runOutputText.ts";
import { truncated } from "./display/terminalText.ts";
import { liveStatus } from "./liveStatus.ts";
import type { Terminal } from "./terminal.ts";

/** Shows a run of a notebook while it happens. */
export interface NotebookDisplay {
  show(event: NotebookEvent): void;
  /** Says something in between, on stderr. */
  note(line: string): void;
  /** The run that the present cell works on, as it stands now. */
  readonly run: RunOutput | undefined;
  /** Removes what is drawn over and over; the lines stay. May be called twice. */
  end(): void;
}

/**
 * A line on stderr for every cell, and what it gives as `CellPrinter` prints it, with a status line below where the
 * terminal can do that.
 * @param json every event to stdout instead of what cells give, one JSON object per line
 */
export function notebookDisplay(cells: readonly RunnableCell[], terminal: Terminal, json: boolean): NotebookDisplay {
  let current: { readonly title: string; readonly startedAt: number } | undefined;
  const statusText = (): string => {
    if (current === undefined) return "";
    const { run } = printer;
    const parts = [current.title, durationText(Date.now() - current.startedAt)];
    if (run !== undefined) parts.push(runOutputStatus(run));
    return truncated(parts.join(" | "), terminal.noteDisplay().width);
  };
  const status = terminal.live && liveStatus(terminal.live, statusText);
  const note = (line: string): void => {
    status?.clear();
    terminal.note(line);
  };
  const printer = new CellPrinter({
    ...terminal,
    note,
    result: (line) => {
      status?.clear();
      terminal.result(line);
    },
  });
  return {
    show(event) {
      if (json) terminal.result(JSON.stringify(event));
      switch (event.type) {
        case "cell.started": {
          const title = `cell ${event.number}/${event.of}`;
          const heading = cells[event.number - 1]?.headings.at(-1);
          current = { title, startedAt: Date.now() };
          const { colors } = terminal.noteDisplay();
          note(colors.bold(heading === undefined ? title : `${title}: ${visibleLine(heading)}`));
          break;
        }
        case "cell.outputs":
          if (!json) for (const output of event.outputs) printer.print(output);
          break;
        case "cell.ended":
          printer.endCell();
          if (event.status !== "cancelled") current = undefined;
      }
      status?.draw();
    },
    note,
    get run() {
      return printer.run;
    },
    end: () => status?.end(),
  };
}
