import { existsSync } from "node:fs";
import { join } from "node:path";
import { readEvents } from "./eventLog.ts";
import { impersonal } from "./impersonal.ts";
import { eventsFile } from "./leftovers.ts";
import { liveOwner } from "./runLock.ts";
import type { RunOutput } from "./runOutput.ts";
import { runOutput, runPointer } from "./runOutputView.ts";
import { runView } from "./views/reduce.ts";

/**
 * The output of a run as its folder tells it now: for an output whose run was cut short before it could be shown to its
 * end. Spent runs by purpose are those of the output before, where the log does not sum them up.
 * @param notebookFolder absolute path
 * @param home absolute path of the user's home, which no output names
 * @throws UserError when the run's log cannot be read
 */
export function storedRunOutput(
  runFolder: string,
  notebookFolder: string,
  home: string,
  before?: Pick<RunOutput, "status" | "spent">,
): RunOutput {
  const view = runView([...readEvents(eventsFile(runFolder))]);
  const working = liveOwner(runFolder) !== undefined;
  const output = runOutput(view, {
    folder: runPointer(runFolder, notebookFolder),
    report: existsSync(join(runFolder, "report.html")),
    working,
    spentByPurpose: view.summary?.runsByPurpose ?? before?.spent.byPurpose ?? {},
    impersonal: impersonal(notebookFolder, home),
  });
  // A log that just ends was cut short, unless it was seen to wait for its next step.
  return output.status.state === "idle" && before?.status.state !== "idle"
    ? { ...output, status: { state: "interrupted", reason: "its process ended" } }
    : output;
}
