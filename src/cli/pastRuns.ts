import { readEvents } from "../run/eventLog.ts";
import type { RunEvent } from "../run/events.ts";
import { writeReport } from "../run/report/reportFile.ts";
import { eventsFile } from "../run/runFolder.ts";
import { findRun, type ListedRun, listRuns } from "../run/runList.ts";
import { runView } from "../run/views/reduce.ts";
import type { RunView } from "../run/views/runView.ts";
import { UserError } from "../system/userError.ts";
import { showText } from "./display/summaryText.ts";
import { runsTable } from "./display/tables.ts";
import type { Terminal } from "./terminal.ts";

interface PastOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Prints all runs, newest first; folders that cannot be read are named on stderr. */
export function printRuns({ out, json = false }: PastOptions, terminal: Terminal): void {
  const views: RunView[] = [];
  for (const run of listRuns(out).reverse()) {
    if (run.kind === "unreadable") terminal.error(`${run.id} cannot be read: ${run.problem}`);
    else if (json) terminal.result(JSON.stringify(listing(run)));
    else views.push(listedView(run));
  }
  if (json) return;
  if (views.length === 0) terminal.note(`There are no runs in ${out}. Start one: optimas run FILE`);
  else for (const line of runsTable(views, terminal.resultDisplay())) terminal.result(line);
}

/** Prints one run from its log. */
export function printRun(text: string, { out, json = false }: PastOptions, terminal: Terminal): void {
  const { events } = logOf(out, text);
  if (json) for (const event of events) terminal.result(JSON.stringify(event));
  else for (const line of showText(runView(events), terminal.resultDisplay())) terminal.result(line);
}

/** Writes a run's report anew from its log. */
export async function writeRunReport(
  text: string,
  { out, json = false, to }: PastOptions & { readonly to?: string },
  terminal: Terminal,
): Promise<void> {
  const folder = findRun(out, text);
  if (readEvents(eventsFile(folder)).next().done) throw notBegun(folder);
  const report = await writeReport(folder, to);
  terminal.result(json ? JSON.stringify({ report }) : report);
}

function logOf(out: string, text: string): { readonly folder: string; readonly events: readonly RunEvent[] } {
  const folder = findRun(out, text);
  const events = [...readEvents(eventsFile(folder))];
  if (events.length > 0) return { folder, events };
  throw notBegun(folder);
}

function notBegun(folder: string): UserError {
  return new UserError(`${folder} has no events: the run was stopped before it began. Resume it or remove the folder.`);
}

function listing({ kind: _kind, info, ...run }: ListedRun): object {
  const { system, model, simulated, startedAt, experiment } = info;
  return { ...run, system, experiment: experiment.path, model, simulated, startedAt };
}

/** The log of a killed run ends as if it were still under way; who holds the run tells the two apart. */
function listedView({ folder, status }: ListedRun): RunView {
  const view = runView([...readEvents(eventsFile(folder))]);
  if (view.status.state !== "running" || status === "running") return view;
  return { ...view, status: { state: "interrupted", reason: "its process is gone" } };
}
