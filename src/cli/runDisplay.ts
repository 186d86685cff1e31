import type { RunEvent } from "../run/events.ts";
import { liveRunView } from "../run/views/reduce.ts";
import type { RunView } from "../run/views/runView.ts";
import { eventLine } from "./display/eventLine.ts";
import { statusLine } from "./display/statusLine.ts";
import { liveStatus } from "./liveStatus.ts";
import type { Terminal } from "./terminal.ts";

/** Shows a run while it happens. */
export interface RunDisplay {
  /** The run as far as it has come. */
  readonly view: RunView;
  show(event: RunEvent): void;
  /** Removes what is drawn over and over; the lines stay. May be called twice. */
  end(): void;
}

/**
 * Lines for a person to stderr, with a status line below where the terminal can do that.
 * @param json also writes every event to stdout, one JSON object per line
 * @param past events of the run's earlier processes
 */
export function runDisplay(terminal: Terminal, json: boolean, past: readonly RunEvent[] = []): RunDisplay {
  const run = liveRunView(past);
  const status =
    terminal.live && liveStatus(terminal.live, () => statusLine(run.view, terminal.noteDisplay(), Date.now()));
  return {
    get view() {
      return run.view;
    },
    show(event) {
      run.add(event);
      if (json) terminal.result(JSON.stringify(event));
      const line = isLastWord(event) ? undefined : eventLine(event, run.view, terminal.noteDisplay());
      if (line !== undefined) {
        status?.clear();
        terminal.note(line);
      }
      status?.draw();
    },
    end: () => status?.end(),
  };
}

/** The command itself says at its end why a run stopped, and what to do about it. */
function isLastWord({ type }: RunEvent): boolean {
  return type === "run.failed" || type === "run.interrupted";
}
