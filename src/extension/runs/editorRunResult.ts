import { dirname } from "node:path";
import * as vscode from "vscode";
import { runIn } from "../notebook/unfinishedRun.ts";
import type { EditorRun, EditorRunEnd } from "./editorRun.ts";
import type { EditorRuns } from "./editorRuns.ts";
import type { ResultAction } from "./editorRunWords.ts";
import { type FailurePlace, failurePlace } from "./failurePlace.ts";

/** Tells how a run ended, and does what is chosen then. */
export async function showRunResult(run: EditorRun, end: EditorRunEnd, runs: EditorRuns): Promise<void> {
  const { plan, folder } = run;
  const { resultWords, actionWords } = await import("./editorRunWords.ts");
  if (end.kind === "finished" && plan.goal.kind === "landscape" && run.result !== undefined) {
    const { showLandscape } = await import("./landscapePanel.ts");
    showLandscape(plan, run.result);
  }
  const resumable = end.kind !== "finished" && folder !== undefined && (await runIn(folder)) !== undefined;
  const place = end.kind === "failed" ? failurePlace(end.error, dirname(plan.file)) : undefined;
  const words = resultWords(
    run,
    end,
    { resumable, placed: place !== undefined, lacksKey: run.missingKey !== undefined },
    vscode.l10n,
  );
  if (words === undefined) return;
  const buttons = words.actions.map((action) => ({ title: actionWords(action, vscode.l10n), action }));
  const chosen = await shown(words.severity, words.text, buttons);
  if (chosen !== undefined) await act(chosen.action, run, runs, place);
}

function shown<T extends vscode.MessageItem>(
  severity: "information" | "warning" | "error",
  text: string,
  buttons: readonly T[],
): Thenable<T | undefined> {
  switch (severity) {
    case "information":
      return vscode.window.showInformationMessage(text, ...buttons);
    case "warning":
      return vscode.window.showWarningMessage(text, ...buttons);
    case "error":
      return vscode.window.showErrorMessage(text, ...buttons);
  }
}

async function act(
  action: ResultAction,
  run: EditorRun,
  runs: EditorRuns,
  place: FailurePlace | undefined,
): Promise<void> {
  const about = { run: run.folder };
  switch (action) {
    case "diff":
      await vscode.commands.executeCommand("optimas.showDiff", about);
      return;
    case "apply":
      await vscode.commands.executeCommand("optimas.applyUpdate", about);
      return;
    case "run":
      await vscode.commands.executeCommand("optimas.openRun", about);
      return;
    case "resume":
      if (run.folder !== undefined) await runs.resume(run.folder);
      return;
    case "open":
      if (place !== undefined) await openAt(place);
      return;
    case "key":
      await vscode.commands.executeCommand("optimas.setApiKey", { provider: run.missingKey });
      return;
    case "log":
      await vscode.commands.executeCommand("optimas.showLog");
      return;
    case "dismiss":
      return;
  }
}

async function openAt({ file, line, column }: FailurePlace): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
}
