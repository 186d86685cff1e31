import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { RunOutput } from "../../run/runOutput.ts";
import type { EditorRun } from "./editorRun.ts";
import type { EditorRuns } from "./editorRuns.ts";

/** Says of a run that it starts from accepted values, which may be forgotten, and starts it from the source where that was meant. */
export async function offerSource(run: EditorRun, runs: EditorRuns): Promise<void> {
  // A run that goes on has said so when it began.
  if (run.plan.resume !== undefined) return;
  const saved = await savedStartOf(run, runs);
  if (saved === undefined) return;
  const { runTitle, startWords } = await import("./editorRunWords.ts");
  const said = startWords(runTitle(run.plan, vscode.l10n), saved, vscode.l10n);
  const [source, open] = [vscode.l10n.t("Start from the Source"), vscode.l10n.t("Open {0}", saved.file)];
  const chosen = await vscode.window.showInformationMessage(said, source, open);
  if (chosen === source) await runs.startFromSource(run);
  if (chosen === open) {
    await vscode.window.showTextDocument(vscode.Uri.file(join(dirname(run.plan.file), saved.file)));
  }
}

/** What the run tells of its start, as soon as it tells anything. */
function savedStartOf(run: EditorRun, runs: EditorRuns): Promise<NonNullable<RunOutput["saved"]> | undefined> {
  return new Promise((resolve) => {
    const subscription = runs.onDidChange((changed) => {
      if (changed !== run || run.output === undefined || run.output.runId === "") return;
      subscription.dispose();
      resolve(run.output.saved ?? undefined);
    });
    void run.ended.then(() => {
      subscription.dispose();
      resolve(undefined);
    });
  });
}
