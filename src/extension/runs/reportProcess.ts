import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

/** Longest that a report may take; the one that is there is shown then. */
const PATIENCE_MS = 30_000;

/**
 * Writes the report of a run anew where its log says more than the report: of a run under way, and of one whose process
 * was killed before it wrote any. The command line does it in a process of its own, for it draws pictures.
 */
export async function bringReportUpToDate(folder: string, context: vscode.ExtensionContext): Promise<void> {
  const [log, report] = await Promise.all([
    changedAt(join(folder, "events.jsonl")),
    changedAt(join(folder, "report.html")),
  ]);
  // A report belongs to a log with something in it.
  if (log === undefined || (report ?? -1) >= log) return;
  // Whoever opens the report afterwards tells where there is none.
  await writeReportAnew(folder, context).catch(() => undefined);
}

/**
 * Writes the report of a run anew, whatever it says; in Restricted Mode nothing is written.
 * @throws Error with what the process said where it fails
 */
export async function writeReportAnew(folder: string, context: vscode.ExtensionContext): Promise<void> {
  // A process belongs to a workspace that is trusted.
  if (!vscode.workspace.isTrusted) return;
  const cli = vscode.Uri.joinPath(context.extensionUri, "dist", "cli.js").fsPath;
  const { kernelEnvironment } = await import("../../notebook/kernelEnvironment.ts");
  const env = kernelEnvironment(process.env, { electron: "electron" in process.versions });
  const writing = promisify(execFile)(process.execPath, [cli, "report", folder], { env, timeout: PATIENCE_MS });
  const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Writing the report ...") };
  await vscode.window.withProgress(options, () => writing);
}

async function changedAt(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
